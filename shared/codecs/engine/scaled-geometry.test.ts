// Where a scaled decode's pixels lie: a side that is no multiple of eight has a last sample that covers more than there is.
import { expect, it } from "vitest";
import { encodeTestJpeg } from "../../../tests/fixtures/encode-test-jpeg.ts";
import { loadEngineModule } from "../../../tests/fixtures/load-engine-module.ts";
import { byteSourceOfBytes } from "./byte-source.ts";
import { decodeJpeg, type ScaleEighths } from "./decode-jpeg.ts";
import { createEngine } from "./engine.ts";
import { toRgba } from "./render-planes.ts";

const module = await loadEngineModule();
const engine = createEngine(module);

/** Bars of 16 px: at an eighth two pixels each, so that half a pixel of drift shows. */
function bars(widthPx: number, heightPx: number): Uint8Array {
  const data = new Uint8Array(widthPx * heightPx * 4);
  for (let i = 0; i < widthPx * heightPx; i++) data.fill((i % widthPx) % 32 < 16 ? 220 : 30, i * 4, i * 4 + 3);
  return data;
}

async function thumbnail(jpeg: Uint8Array, scale: ScaleEighths): Promise<Uint8Array> {
  const outcome = await decodeJpeg(engine, byteSourceOfBytes(jpeg), { scale });
  if (outcome.kind === "refused") throw new Error(outcome.reason);
  return toRgba(engine, outcome.image, 128).data;
}

it("a thumbnail shows the same places whether it is made of an eighth or of the whole", async () => {
  // 1025 = 128 * 8 + 1: the last of 129 samples covers one pixel of eight.
  const jpeg = encodeTestJpeg(module, { widthPx: 1025, heightPx: 64, data: bars(1025, 64) });
  const [eighth, whole] = [await thumbnail(jpeg, 1), await thumbnail(jpeg, 8)];
  const meanDifference = whole.reduce((sum, value, i) => sum + Math.abs(value - (eighth[i] ?? 0)), 0) / whole.length;
  // Taken for exactly as wide as the picture, the samples drift by up to 0.9 px: 39 levels.
  expect(meanDifference).toBeLessThan(12);
});
