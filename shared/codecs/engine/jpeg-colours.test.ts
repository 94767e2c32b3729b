// JPEGs that store other colours than YCbCr, or store them unusually, come out as full-range BT.601 planes.
import { describe, expect, it } from "vitest";
import { decodeForTests } from "../../../tests/fixtures/decode-for-tests.ts";
import { loadEngineModule } from "../../../tests/fixtures/load-engine-module.ts";
import {
  adobeSegment,
  type JpegSpec,
  segment,
  sequentialScans,
  writeJpeg,
} from "../../../tests/fixtures/write-jpeg.ts";
import { readJpegCoefficients } from "../../../tests/reference/jpeg-coefficients.ts";
import { type ReferencePlane, referencePlane, type ScaledBlockPx } from "../../../tests/reference/jpeg-planes.ts";
import { scaledPx } from "./decode-jpeg.ts";
import { createEngine } from "./engine.ts";
import type { JpegColour } from "./jpeg-decode-exports.ts";

const engine = createEngine(await loadEngineModule());
const SCALES = [1, 2, 4, 8] as const;
const RGB_IDS = [0x52, 0x47, 0x42];
const JFIF = segment(0xe0, [0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]);

interface Picture {
  readonly colour: JpegColour;
  readonly spec: JpegSpec;
}

function picture(colour: JpegColour, count: number, rest: Partial<JpegSpec>, ids?: readonly number[]): Picture {
  const components = Array.from({ length: count }, (_, i) => ({ sampling: [1, 1] as const, id: ids?.[i] ?? i + 1 }));
  const size = { widthPx: 45, heightPx: 27 };
  return { colour, spec: { ...size, components, scans: sequentialScans(count, true), ...rest } };
}

/** 0 to 255 each, from the stored samples of a pixel: what the file means, in plain arithmetic. */
const RGB_OF: Readonly<Record<JpegColour, (stored: readonly number[]) => readonly [number, number, number]>> = {
  grey: ([grey = 0]) => [grey, grey, grey],
  ycbcr: ([y = 0, cb = 0, cr = 0]) => [
    clamp(y + 1.402 * (cr - 128)),
    clamp(y - 0.344136 * (cb - 128) - 0.714136 * (cr - 128)),
    clamp(y + 1.772 * (cb - 128)),
  ],
  rgb: ([red = 0, green = 0, blue = 0]) => [red, green, blue],
  // Adobe stores 255 for no ink.
  "cmyk-inverted": ([c = 0, m = 0, y = 0, k = 0]) => [(c * k) / 255, (m * k) / 255, (y * k) / 255],
  cmyk: ([c = 0, m = 0, y = 0, k = 0]) => [
    ((255 - c) * (255 - k)) / 255,
    ((255 - m) * (255 - k)) / 255,
    ((255 - y) * (255 - k)) / 255,
  ],
  ycck: (stored) => {
    const [red, green, blue] = RGB_OF.ycbcr(stored);
    const k = (stored[3] ?? 0) / 255;
    return [(255 - red) * k, (255 - green) * k, (255 - blue) * k];
  },
};

function clamp(value: number): number {
  return Math.max(0, Math.min(255, value));
}

/** JFIF 1.02. */
function ycbcrOf([red, green, blue]: readonly [number, number, number]): readonly number[] {
  return [
    0.299 * red + 0.587 * green + 0.114 * blue,
    128 - 0.168736 * red - 0.331264 * green + 0.5 * blue,
    128 + 0.5 * red - 0.418688 * green - 0.081312 * blue,
  ];
}

function storedPlanes(bytes: Uint8Array, scale: ScaledBlockPx): ReferencePlane[] {
  return readJpegCoefficients(bytes).components.map((component) => referencePlane(component, scale));
}

const CONVERTED = [
  picture("rgb", 3, { segments: [adobeSegment(0)] }),
  picture("rgb", 3, {}, RGB_IDS),
  picture("cmyk-inverted", 4, { segments: [adobeSegment(0)] }),
  picture("cmyk", 4, {}),
  picture("ycck", 4, { segments: [adobeSegment(2)] }),
];
const AS_STORED = [
  picture("ycbcr", 3, {}),
  picture("ycbcr", 3, { segments: [adobeSegment(1)] }),
  // JFIF files are YCbCr, whatever their ids and Adobe's marker say.
  picture("ycbcr", 3, { segments: [JFIF] }, RGB_IDS),
  picture("ycbcr", 3, { segments: [JFIF, adobeSegment(0)] }),
  picture("grey", 1, { segments: [adobeSegment(0)] }),
];

describe("a JPEG's colours", () => {
  it.each(CONVERTED)("are converted from $colour ($#)", async ({ colour, spec }) => {
    const bytes = writeJpeg(spec);
    for (const scale of SCALES) {
      const { frame, planes } = await decodeForTests(engine, bytes, scale);
      expect(frame.colour).toBe(colour);
      const stored = storedPlanes(bytes, scale);
      expect(planes).toHaveLength(3);
      for (let i = 0; i < (planes[0]?.samples.length ?? 0); i++) {
        const expected = ycbcrOf(RGB_OF[colour](stored.map(({ samples }) => samples[i] ?? 0)));
        // Two roundings, and one level that a stored sample may differ by.
        planes.forEach(({ samples }, p) => {
          expect(Math.abs((samples[i] ?? 0) - (expected[p] ?? 0)), `plane ${p}, ${scale}/8`).toBeLessThan(3.2);
        });
      }
    }
  });

  it.each(AS_STORED)("are $colour as they are stored ($#)", async ({ colour, spec }) => {
    const bytes = writeJpeg(spec);
    const { frame, planes } = await decodeForTests(engine, bytes, 1);
    expect(frame.colour).toBe(colour);
    expect(planes).toEqual(storedPlanes(bytes, 1));
  });

  it("have luma at full size even where the file stores chroma finer", async () => {
    const sampling = [[1, 1], [2, 2], [2, 1]] as const; // biome-ignore format: a matrix
    const spec = picture("ycbcr", 3, { components: sampling.map((factors) => ({ sampling: factors })) }).spec;
    const bytes = writeJpeg(spec);
    for (const scale of SCALES) {
      const { image, planes } = await decodeForTests(engine, bytes, scale);
      const stored = storedPlanes(bytes, scale);
      for (const [p, { widthPx, heightPx, samples }] of planes.entries()) {
        expect([widthPx, heightPx]).toEqual([scaledPx(image.widthPx, scale), scaledPx(image.heightPx, scale)]);
        const from = stored[p] as ReferencePlane;
        for (let y = 0; y < heightPx; y++) {
          for (let x = 0; x < widthPx; x++) {
            const row = Math.floor((y * from.heightPx) / heightPx);
            const nearest = from.samples[row * from.widthPx + Math.floor((x * from.widthPx) / widthPx)] ?? 0;
            expect(Math.abs((samples[y * widthPx + x] ?? 0) - nearest)).toBeLessThanOrEqual(1);
          }
        }
      }
    }
  });

  it("are converted across the widest picture there is", async () => {
    const { spec } = picture("rgb", 3, { widthPx: 65_535, heightPx: 1, segments: [adobeSegment(0)] });
    const sampling = [[1, 1], [2, 1], [1, 1]] as const; // biome-ignore format: a matrix
    const bytes = writeJpeg({ ...spec, components: sampling.map((factors) => ({ sampling: factors })) });
    const { planes } = await decodeForTests(engine, bytes, 8);
    expect(planes.map(({ widthPx, heightPx }) => [widthPx, heightPx])).toEqual(Array(3).fill([65_535, 1]));
  });
});
