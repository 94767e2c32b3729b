// What the engine calls sound must be what the textbook reads: its planes at 1/8 against the plain decoder's, sample for sample.
import { byteSourceOfBytes } from "../../../shared/codecs/engine/byte-source.ts";
import { decodeJpeg } from "../../../shared/codecs/engine/decode-jpeg.ts";
import type { Engine } from "../../../shared/codecs/engine/engine.ts";
import { type JpegCoefficients, readJpegCoefficients } from "../../reference/jpeg-coefficients.ts";
import { referencePlane } from "../../reference/jpeg-planes.ts";
import { Violation } from "../fuzz-target.ts";

/** Dequantised values beyond this cannot come from 8-bit samples: decoders may wrap them as they like. */
const COEFFICIENT_MAX = 16_383;
/** Pixels the plain decoder may take its time for. */
const MAX_PIXELS = 250_000;

export async function compareWithTextbook(engine: Engine, input: Uint8Array): Promise<void> {
  const outcome = await decodeJpeg(engine, byteSourceOfBytes(input), { scale: 1 });
  if (outcome.kind === "refused") return;
  const { frame, faults, isTruncated, missing01, image } = outcome;
  if (faults > 0 || isTruncated || missing01 > 0 || frame.widthPx * frame.heightPx > MAX_PIXELS) return;
  if (frame.colour !== "ycbcr" && frame.colour !== "grey") return;
  const reference = readOrNull(input);
  if (reference === null || !reference.components.every(isPlausible)) return;
  const memory = engine.bytes();
  for (const [i, plane] of image.planes.entries()) {
    const component = reference.components[i];
    if (component === undefined) throw new Violation("a plane without a component", String(i));
    const expected = referencePlane(component, 1);
    // Enlarged luma is another matter.
    if (expected.widthPx !== plane.widthPx || expected.heightPx !== plane.heightPx) return;
    for (let at = 0; at < expected.samples.length; at++) {
      const [x, y] = [at % plane.widthPx, Math.floor(at / plane.widthPx)];
      const sample = memory[plane.address + y * plane.strideBytes + x];
      if (sample === expected.samples[at]) continue;
      throw new Violation(
        "not what the textbook reads",
        `plane ${i} at ${x},${y}: ${sample}, not ${expected.samples[at]}`,
      );
    }
  }
}

/** What the plain decoder refuses, the engine may read by rules of its own. */
function readOrNull(input: Uint8Array): JpegCoefficients | null {
  try {
    return readJpegCoefficients(input);
  } catch {
    return null;
  }
}

function isPlausible({ coefficients, quantization }: JpegCoefficients["components"][number]): boolean {
  return coefficients.every((value, at) => Math.abs(value * (quantization[at & 63] ?? 0)) <= COEFFICIENT_MAX);
}
