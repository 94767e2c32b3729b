// `node tests/reference/write-digests.ts`: asks libjpeg (djpeg and jpegtran of libjpeg-turbo-progs) for every component of every
// corpus JPEG at 1/8 and keeps SHA-256 digests, so that the tests need neither program. Run it when the corpus changes.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CORPUS, corpusFiles, JPEG_MAGIC } from "./corpus-jpegs.ts";
import { readJpegCoefficients } from "./jpeg-coefficients.ts";

export interface CorpusDigest {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Per component: SHA-256 of its samples at 1/8, rows without padding. */
  readonly eighth: readonly string[];
}

const OUT = join(import.meta.dirname, "corpus-digests.json");
/** Bytes of the largest plane, with room. */
const OUTPUT_MAX_BYTES = 2 ** 28;

if (process.argv[1] === import.meta.filename) {
  const digests: Record<string, CorpusDigest> = {};
  for (const file of corpusFiles(["photos", "formats"], JPEG_MAGIC)) {
    try {
      digests[file] = digestOf(join(CORPUS, file));
    } catch (error) {
      console.error(`left out: ${file}: ${error instanceof Error ? error.message.split("\n")[0] : error}`);
    }
  }
  writeFileSync(OUT, `${JSON.stringify(digests, null, 2)}\n`);
  console.error(`${Object.keys(digests).length} digests in ${OUT}`);
}

function digestOf(path: string): CorpusDigest {
  const { widthPx, heightPx, components } = readJpegCoefficients(new Uint8Array(readFileSync(path)));
  const folder = mkdtempSync(join(tmpdir(), "heliograph-digests-"));
  try {
    const scans = join(folder, "scans");
    writeFileSync(scans, components.map((_, i) => `${i};\n`).join(""));
    // Lossless: the same coefficients, one baseline scan per component.
    const apart = execFileSync("jpegtran", ["-copy", "none", "-scans", scans, path], {
      maxBuffer: OUTPUT_MAX_BYTES,
      stdio: ["ignore", "pipe", "ignore"],
    });
    const eighth = components.map((component, i) => {
      const alone = join(folder, `${i}.jpg`);
      writeFileSync(alone, extractComponent(apart, i, component));
      const grey = execFileSync("djpeg", ["-grayscale", "-pnm", "-scale", "1/8", alone], {
        maxBuffer: OUTPUT_MAX_BYTES,
      });
      return createHash("sha256").update(stripPnmHeader(grey)).digest("hex");
    });
    return { widthPx, heightPx, eighth };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** One component of a non-interleaved file as a grey JPEG: no upsampling and no colour conversion stands between it and us. */
function extractComponent(
  jpeg: Uint8Array,
  index: number,
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
): Uint8Array {
  const parts: Uint8Array[] = [jpeg.subarray(0, 2)];
  let scan = 0;
  for (let at = 2; at < jpeg.length; ) {
    const marker = jpeg[at + 1] as number;
    const end = at + 2 + (((jpeg[at + 2] as number) << 8) | (jpeg[at + 3] as number));
    if (marker >= 0xc0 && marker <= 0xc1) {
      const spec = at + 10 + index * 3;
      const frame = [0xff, marker, 0, 11, 8, heightPx >> 8, heightPx & 255, widthPx >> 8, widthPx & 255, 1];
      parts.push(Uint8Array.of(...frame, jpeg[spec] as number, 0x11, jpeg[spec + 2] as number));
    } else if (marker === 0xda) {
      let next = end;
      while (!(jpeg[next] === 0xff && jpeg[next + 1] !== 0 && ((jpeg[next + 1] as number) & 0xf8) !== 0xd0)) next++;
      if (scan++ === index) return Buffer.concat([...parts, jpeg.subarray(at, next), Uint8Array.of(0xff, 0xd9)]);
      at = next;
      continue;
    } else if (marker === 0xdb || marker === 0xc4 || marker === 0xdd) parts.push(jpeg.subarray(at, end));
    at = end;
  }
  throw new Error(`no scan of component ${index}`);
}

function stripPnmHeader(pnm: Uint8Array): Uint8Array {
  const header = /^P5\s+\d+\s+\d+\s+\d+\s/.exec(Buffer.from(pnm.subarray(0, 64)).toString("latin1"));
  if (header === null) throw new Error("djpeg wrote no PGM");
  return pnm.subarray(header[0].length);
}
