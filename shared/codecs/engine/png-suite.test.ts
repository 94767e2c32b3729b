// PngSuite (Willem van Schaik), pixel by pixel against sharp and the suite's published pixels. Not part of the
// repository: skipped where absent.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { decodeWholePng } from "../../../tests/fixtures/decode-whole-png.ts";
import { loadEngineModule } from "../../../tests/fixtures/load-engine-module.ts";
import { byteSourceOfBytes } from "./byte-source.ts";
import { createEngine } from "./engine.ts";

const CORPUS = resolve(process.env.CORPUS_DIR ?? "../shared/corpus");
const PICTURES = join(CORPUS, "formats/lunapaint__pngsuite/png");
const PIXELS = join(CORPUS, "vectors/lunapaint__pngsuite/json");
const hasSuite = existsSync(PICTURES) && existsSync(PIXELS);
if (!hasSuite) console.warn(`No PngSuite at ${CORPUS}: its tests are skipped.`);

const names = hasSuite ? readdirSync(PICTURES).filter((name) => name.endsWith(".png")) : [];
const sound = names.filter((name) => !name.startsWith("x"));
const engine = createEngine(await loadEngineModule());

async function decode(name: string) {
  return await decodeWholePng(engine, byteSourceOfBytes(new Uint8Array(readFileSync(join(PICTURES, name)))));
}

async function decodeSound(name: string): Promise<Uint8Array> {
  const outcome = await decode(name);
  if (outcome.kind !== "decoded") throw new Error(`${name}: ${outcome.detail}`);
  return outcome.image.data;
}

describe.skipIf(!hasSuite)("PngSuite", () => {
  it("decodes to the pixels that libpng makes of it", async () => {
    expect(sound.length).toBeGreaterThan(150);
    for (const name of sound) {
      const expected = await sharp(join(PICTURES, name)).ensureAlpha().toColourspace("srgb").raw().toBuffer();
      expect(Buffer.compare(await decodeSound(name), expected), name).toBe(0);
    }
  });

  it("decodes to the pixels published with it", async () => {
    let compared = 0;
    for (const name of sound) {
      const file = join(PIXELS, name.replace(".png", ".json"));
      if (!existsSync(file)) continue;
      const values = JSON.parse(readFileSync(file, "utf8")) as number[];
      // Those of 16 bits are published at full depth, too; we keep the high byte.
      const is16Bit = readFileSync(join(PICTURES, name))[24] === 16;
      const expected = Uint8Array.from(values, (value) => (is16Bit ? value >> 8 : value));
      expect(Buffer.compare(await decodeSound(name), expected), name).toBe(0);
      compared++;
    }
    expect(compared).toBeGreaterThan(80);
  });

  it("refuses every file that is broken on purpose", async () => {
    const broken = names.filter((name) => name.startsWith("x"));
    expect(broken.length).toBeGreaterThan(10);
    for (const name of broken) expect(await decode(name), name).toMatchObject({ kind: "failed", reason: "corrupt" });
  });
});
