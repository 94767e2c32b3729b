// Renditions of a planar image: sizes, turns, memory, and how they compare with sharp's.
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { loadEngineModule } from "../../../tests/fixtures/load-engine-module.ts";
import { makeImage, makeSamples, noise, readPlane, writeImage } from "../../../tests/fixtures/planar-image.ts";
import { RENDITION_MAX_ASPECT, RENDITION_WIDTHS } from "../../contracts/limits.ts";
import type { Orientation } from "../../kernels/exif-orientation.ts";
import { readJpegIccProfile } from "../../kernels/icc-profile.ts";
import { createEngine } from "./engine.ts";
import type { PlanarImage } from "./planes.ts";
import { planesFromRgba } from "./planes-from-rgba.ts";
import { renderPlanes, toRgba } from "./render-planes.ts";

const module = await loadEngineModule();
const engine = createEngine(module);
const UPRIGHT = { orientation: 1, iccProfile: null } as const;
const ORIENTATIONS: readonly Orientation[] = [1, 2, 3, 4, 5, 6, 7, 8];

const size = (widthPx: number, heightPx: number) => ({ widthPx, heightPx });

/** Dark and colourless but for one corner: red at the top left, as seen. */
function markedCorner(orientation: Orientation, widthPx: number, heightPx: number): PlanarImage {
  const isRight = [2, 3, 7, 8].includes(orientation);
  const isBottom = [3, 4, 6, 7].includes(orientation);
  const plane = (across: number, down: number, there: number, elsewhere: number) =>
    makeSamples(across, down, (column, row) => {
      const isThere = column * 2 >= across === isRight && row * 2 >= down === isBottom;
      return isThere ? there : elsewhere;
    });
  const [across, down] = [Math.ceil(widthPx / 2), Math.ceil(heightPx / 2)];
  return writeImage(engine, [
    plane(widthPx, heightPx, 76, 30),
    plane(across, down, 85, 128),
    plane(across, down, 255, 128),
  ]);
}

describe("renditions", () => {
  it("come in the sizes asked for, each a JPEG of that size", async () => {
    const sizes = [size(160, 120), size(80, 60), size(41, 31), size(1, 1)];
    const rendered = renderPlanes(engine, makeImage(engine, 200, 150, false), { ...UPRIGHT, sizes });
    expect(rendered.map(({ widthPx, heightPx }) => ({ widthPx, heightPx }))).toEqual(sizes);
    for (const { widthPx, heightPx, bytes } of rendered) {
      const { info } = await sharp(bytes, { failOn: "warning" }).raw().toBuffer({ resolveWithObject: true });
      expect(info).toMatchObject({ width: widthPx, height: heightPx });
    }
  });

  it.each(ORIENTATIONS)("are seen upright: orientation %i", async (orientation) => {
    const sizes = [size(81, 51), size(41, 25)];
    const rendered = renderPlanes(engine, markedCorner(orientation, 120, 90), { ...UPRIGHT, orientation, sizes });
    for (const [i, { widthPx, heightPx, bytes }] of rendered.entries()) {
      const stored = sizes[i] ?? size(0, 0);
      expect([widthPx, heightPx]).toEqual(
        orientation >= 5 ? [stored.heightPx, stored.widthPx] : [stored.widthPx, stored.heightPx],
      );
      const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
      expect([info.width, info.height]).toEqual([widthPx, heightPx]);
      const redAt = (x: number, y: number) => {
        const [red = 0, green = 0, blue = 0] = data.subarray((y * widthPx + x) * 3);
        return red - Math.max(green, blue);
      };
      expect(redAt(4, 4)).toBeGreaterThan(200);
      expect(Math.abs(redAt(widthPx - 5, 4))).toBeLessThan(20);
      expect(Math.abs(redAt(4, heightPx - 5))).toBeLessThan(20);
      expect(Math.abs(redAt(widthPx - 5, heightPx - 5))).toBeLessThan(20);
    }
  });

  it("of a grey image have one component", async () => {
    const sizes = [size(60, 40), size(30, 20)];
    for (const { bytes } of renderPlanes(engine, makeImage(engine, 90, 60, true), { ...UPRIGHT, sizes })) {
      expect((await sharp(bytes).metadata()).channels).toBe(1);
    }
  });

  it("of equal size are encoded once", () => {
    const sizes = [size(50, 40), size(50, 40), size(20, 16)];
    const [first, second, third] = renderPlanes(engine, makeImage(engine, 50, 40, false), { ...UPRIGHT, sizes });
    expect(second?.bytes).toBe(first?.bytes);
    expect(third?.bytes).not.toBe(first?.bytes);
  });

  it("leave the image as it was", () => {
    const image = makeImage(engine, 61, 47, false);
    const before = image.planes.map((plane) => readPlane(engine, plane));
    renderPlanes(engine, image, { ...UPRIGHT, orientation: 6, sizes: [size(61, 47), size(30, 23)] });
    expect(image.planes.map((plane) => readPlane(engine, plane))).toEqual(before);
  });

  it("all carry the colour profile", () => {
    const iccProfile = Uint8Array.from({ length: 548 }, (_, i) => i);
    const sizes = [size(32, 32), size(16, 16)];
    const rendered = renderPlanes(engine, makeImage(engine, 64, 64, false), { ...UPRIGHT, iccProfile, sizes });
    expect(rendered.map(({ bytes }) => readJpegIccProfile(bytes))).toEqual([iccProfile, iccProfile]);
  });

  it("show their smallest planes before the engine forgets them", () => {
    const seen: (readonly number[])[] = [];
    renderPlanes(engine, makeImage(engine, 90, 60, false), {
      ...UPRIGHT,
      orientation: 8,
      sizes: [size(60, 40), size(30, 20)],
      inspectSmallest: (smallest) => {
        const { widthPx, heightPx, data } = toRgba(engine, smallest, 15);
        seen.push([widthPx, heightPx, data.length]);
      },
    });
    expect(seen).toEqual([[10, 15, 600]]);
  });
});

describe("a render's memory", () => {
  /** What one costs beyond the image itself. */
  function extraBytes(
    image: PlanarImage,
    of: ReturnType<typeof createEngine>,
    sizes: readonly ReturnType<typeof size>[],
  ) {
    const before = of.call(({ mark }) => mark());
    renderPlanes(of, image, { ...UPRIGHT, orientation: 6, sizes });
    expect(of.call(({ mark }) => mark())).toBe(before);
    return of.memoryBytes - before;
  }

  const cascade = (aspect: number) =>
    RENDITION_WIDTHS.map((width) => size(Math.max(1, Math.round(width * aspect)), width));

  it("is below 10 MB for an ordinary photo, turned and noisy", () => {
    const small = createEngine(module);
    expect(extraBytes(makeImage(small, 1500, 1400, false, noise), small, cascade(0.75))).toBeLessThan(10e6);
  });

  it("is a few bytes a pixel for the tallest one admitted", () => {
    const small = createEngine(module);
    const sizes = cascade(RENDITION_MAX_ASPECT);
    // Planes as seen, and luma before it was turned or, later, the next size and 3 MiB of symbols.
    const pixels = 1280 * 1280 * RENDITION_MAX_ASPECT;
    expect(extraBytes(makeImage(small, 5200, 1300, false), small, sizes)).toBeLessThan(pixels * 2.7);
  });

  it("is small for a line of pixels", () => {
    const small = createEngine(module);
    const line = makeImage(small, 65_000, 1, false);
    expect(extraBytes(line, small, [size(1280, 1), size(160, 1)])).toBeLessThan(3e6);
  });

  it("that the module does not have ends in a trap with a name", () => {
    const small = createEngine(module);
    const image = makeImage(small, 64, 64, false);
    expect(() => renderPlanes(small, image, { ...UPRIGHT, sizes: [size(20_000, 20_000)] })).toThrow(
      expect.objectContaining({ name: "EngineTrap", reason: "out-of-memory" }),
    );
    expect(small.isAlive).toBe(false);
  });
});

describe("a rendition beside sharp's", () => {
  it("is as close to the ideal picture and no larger", async () => {
    // Blurred noise has the falling spectrum of photos.
    const [widthPx, heightPx] = [960, 720];
    const grain = makeSamples(widthPx / 8, heightPx / 8, noise(1)).samples;
    const raw = { width: widthPx / 8, height: heightPx / 8, channels: 1 } as const;
    const coarse = await sharp(grain, { raw }).resize(widthPx, heightPx).toColourspace("srgb").raw().toBuffer();
    const channels = coarse.length / widthPx / heightPx;
    const rgba = Uint8Array.from({ length: widthPx * heightPx * 4 }, (_, i) => {
      const pixel = i >> 2;
      const level = coarse[pixel * channels] ?? 0;
      return (i & 3) === 3 ? 255 : Math.min(255, Math.max(0, level + ((i & 3) - 1) * 20));
    });
    const ideal = await sharp(rgba, { raw: { width: widthPx, height: heightPx, channels: 4 } })
      .removeAlpha()
      .resize(480, 360, { kernel: "lanczos3" })
      .raw()
      .toBuffer();
    const theirs = await sharp(ideal, { raw: { width: 480, height: 360, channels: 3 } })
      .jpeg({ quality: 80 })
      .toBuffer();
    const planes = planesFromRgba(engine, { widthPx, heightPx, data: rgba });
    const [ours] = renderPlanes(engine, planes, { ...UPRIGHT, sizes: [size(480, 360)] });
    if (ours === undefined) throw new Error("no rendition");
    expect(ours.bytes.length).toBeLessThan(theirs.length * 1.01);
    const error = async (jpeg: Uint8Array) => {
      const data = await sharp(jpeg).raw().toBuffer();
      return data.reduce((sum, value, i) => sum + (value - (ideal[i] as number)) ** 2, 0) / data.length;
    };
    expect(await error(ours.bytes)).toBeLessThan((await error(theirs)) * 1.05);
  });
});
