// The port against real and hostile files, in Node. The corpus is not part of the repository: absent, these tests are skipped.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { compileWasm } from "../../tests/fixtures/compile-wasm.ts";
import { loadEngineModule } from "../../tests/fixtures/load-engine-module.ts";
import { parseImageHeader, seenSize } from "../kernels/image-header.ts";
import { createImageCodecs } from "./index.ts";
import { createJpegPixels } from "./jpeg-pixels.ts";

vi.mock("./wasm-modules.ts", () => {
  const require = createRequire(import.meta.url);
  const compile = (path: string) => compileWasm(readFileSync(require.resolve(path)));
  return {
    wasmModules: {
      avifDecoder: compile("@jsquash/avif/codec/dec/avif_dec.wasm"),
      webpDecoder: compile("@jsquash/webp/codec/dec/webp_dec.wasm"),
      webpEncoder: compile("@jsquash/webp/codec/enc/webp_enc_simd.wasm"),
    },
  };
});
vi.mock("./engine/engine-module.ts", async () => ({ engineModule: await loadEngineModule() }));

const CORPUS = resolve(process.env.CORPUS_DIR ?? "../shared/corpus");
const hasCorpus = existsSync(CORPUS);
if (!hasCorpus) console.warn(`No corpus at ${CORPUS}: its tests are skipped.`);

/** Time one file may take (ms), on a busy machine. The slowest honest one, a 20 MP AVIF, takes four seconds. */
const FILE_MAX_MS = 20_000;
/** Of the photos, those that are also made as WebP. */
const SAMPLED_EVERY = 12;
/** Mean difference of samples (0 to 255) that compressing small photos explains; another orientation, crop or colour exceeds it. */
const WEBP_MAX_DIFFERENCE = 6;
const codecs = createImageCodecs();
const pixels = createJpegPixels();

async function render(bytes: Uint8Array<ArrayBuffer>) {
  return await codecs.makeRenditions({ sizeBytes: bytes.length, open: async () => new Blob([bytes]).stream() });
}

const read = (...path: string[]) => new Uint8Array(readFileSync(join(CORPUS, ...path)));

function listFiles(folder: string): string[] {
  if (!hasCorpus) return [];
  return readdirSync(join(CORPUS, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Pixels of the smallest rendition, as seen. */
async function smallest(bytes: Uint8Array<ArrayBuffer>) {
  const result = await render(bytes);
  if (result.kind !== "done") throw new Error(`Expected done. Got ${JSON.stringify(result)}.`);
  const rendition = result.renditions.at(-1);
  if (rendition === undefined) throw new Error("no rendition");
  return await pixels.decodeJpeg(rendition.bytes);
}

type Pixels = Awaited<ReturnType<typeof smallest>>;

function meanDifference(a: Pixels, b: Pixels): number {
  expect([a.widthPx, a.heightPx]).toEqual([b.widthPx, b.heightPx]);
  return a.data.reduce((sum, value, i) => sum + Math.abs(value - (b.data[i] ?? 0)), 0) / a.data.length;
}

describe.skipIf(!hasCorpus)("the corpus", () => {
  it.each(["photos", "formats", "hostile"])(
    "%s: every file ends as done, skipped or failed, with the size its header tells",
    async (folder) => {
      const files = listFiles(folder);
      expect(files.length).toBeGreaterThan(100);
      for (const file of files) {
        const bytes = new Uint8Array(readFileSync(file));
        const started = performance.now();
        const result = await render(bytes);
        expect(performance.now() - started, file).toBeLessThan(FILE_MAX_MS);
        const header = parseImageHeader(bytes);
        if (result.kind === "failed" || result.facts === null) continue;
        if (typeof header === "string") throw new Error(`${file}: facts without a header`);
        expect(result.facts, file).toMatchObject(seenSize(header));
      }
    },
    300_000,
  );

  it("Landscape_0 to 8 come out upright: the same picture nine times", async () => {
    const folder = ["photos", "recurser__exif-orientation-examples"];
    const upright = await smallest(read(...folder, "Landscape_1.jpg"));
    for (const orientation of [0, 2, 3, 4, 5, 6, 7, 8]) {
      const turned = await smallest(read(...folder, `Landscape_${orientation}.jpg`));
      // A quarter turn or a mirror image would differ by more than 30 levels; recompression differs by less than 2.
      expect(meanDifference(upright, turned), `Landscape_${orientation}`).toBeLessThan(4);
    }
  });

  it("a WebP shows what the JPEGs show", async () => {
    const photos = listFiles("photos").filter((_, i) => i % SAMPLED_EVERY === 0);
    let compared = 0;
    for (const file of photos) {
      const bytes = new Uint8Array(readFileSync(file));
      if ((await render(bytes)).kind !== "done") continue;
      const webp = await codecs.makeWebp(
        { sizeBytes: bytes.length, open: async () => new Blob([bytes]).stream() },
        1280,
      );
      // Elongated ones are refused.
      if (webp.kind !== "done") continue;
      const [fromWebp, fromPhoto] = [await smallest(new Uint8Array(webp.bytes)), await smallest(bytes)];
      // One picture is compressed once more than the other, which may round its height differently.
      if (fromWebp.heightPx !== fromPhoto.heightPx) continue;
      expect(meanDifference(fromWebp, fromPhoto), file).toBeLessThan(WEBP_MAX_DIFFERENCE);
      compared++;
    }
    expect(compared).toBeGreaterThan(10);
  });

  it("AVIFs turned by irot and imir come out upright, once", async () => {
    const folder = ["formats", "AOMediaCodec__av1-avif", "testFiles", "Link-U"];
    const upright = await smallest(read(...folder, "kimono.avif"));
    const turns = ["rotate90", "rotate270", "mirror-horizontal", "mirror-vertical", "mirror-vertical.rotate270"];
    for (const turn of turns) {
      expect(meanDifference(upright, await smallest(read(...folder, `kimono.${turn}.avif`))), turn).toBeLessThan(4);
    }
  });

  it("WebPs turned by EXIF come out upright", async () => {
    const folder = ["photos", "python-pillow__Pillow", "Tests", "images"];
    const upright = await smallest(read(...folder, "hopper.jpg"));
    for (const orientation of [2, 3, 4, 5, 6, 7, 8]) {
      const turned = await smallest(read(...folder, `hopper_orientation_${orientation}.webp`));
      expect(meanDifference(upright, turned), String(orientation)).toBeLessThan(8);
    }
  });
});
