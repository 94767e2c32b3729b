// Renditions of a planar image: sizes, turns, memory, and how they compare with sharp's.
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { loadEngineModule } from "../../../tests/fixtures/load-engine-module.ts";
import { makeImage, makeSamples, noise, readPlane, writeImage } from "../../../tests/fixtures/planar-image.ts";
import { CORPUS, corpusFiles, hasCorpus, JPEG_MAGIC } from "../../../tests/reference/corpus-jpegs.ts";
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

if (!hasCorpus) console.warn(`No corpus at ${CORPUS}: the comparison on photos is skipped.`);

/** Photos of ordinary cameras, decoded whole: a few, none large. */
const PHOTOS = "photos/drewnoakes__metadata-extractor-images/jpg";
const PHOTO_MIN_PIXELS = 1.5e6;
const PHOTO_MAX_PIXELS = 9e6;

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

/** Mean squared error per sample. */
function squaredError(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, i) => sum + (value - (b[i] ?? 0)) ** 2, 0) / a.length;
}

interface RgbPixels {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
}

/** One rendition of ours and of sharp's best practice, each against sharp's own picture before it is encoded. */
async function besideSharp({ data, width, height }: RgbPixels, target: ReturnType<typeof size>) {
  const raw = { width, height, channels: 3 } as const;
  const { widthPx, heightPx } = target;
  const ideal = await sharp(data, { raw }).resize(widthPx, heightPx, { fit: "fill" }).raw().toBuffer();
  const idealRaw = { width: widthPx, height: heightPx, channels: 3 } as const;
  const theirs = await sharp(ideal, { raw: idealRaw }).jpeg({ quality: 80 }).toBuffer();
  const start = engine.call(({ mark }) => mark());
  const rgba = new Uint8Array(await sharp(data, { raw }).ensureAlpha().raw().toBuffer());
  const planes = planesFromRgba(engine, { widthPx: width, heightPx: height, data: rgba });
  const [ours] = renderPlanes(engine, planes, { ...UPRIGHT, sizes: [target] });
  engine.call(({ release }) => release(start));
  if (ours === undefined) throw new Error("no rendition");
  const error = async (jpeg: Uint8Array) => squaredError(await sharp(jpeg).raw().toBuffer(), ideal);
  return {
    bytesRatio: ours.bytes.length / theirs.length,
    errorRatio: (await error(ours.bytes)) / (await error(theirs)),
  };
}

describe("a rendition beside sharp's", () => {
  it("of blurred noise, which has the falling spectrum of photos, is no larger and as close to the ideal", async () => {
    const raw = { width: 120, height: 90, channels: 1 } as const;
    const { data, info } = await sharp(makeSamples(120, 90, noise(1)).samples, { raw })
      .resize(960, 720)
      .toColourspace("srgb")
      .raw()
      .toBuffer({ resolveWithObject: true });
    const rgb = Buffer.alloc(960 * 720 * 3);
    for (let i = 0; i < rgb.length; i++) {
      const level = data[Math.floor(i / 3) * info.channels] ?? 0;
      rgb[i] = Math.min(255, Math.max(0, level + ((i % 3) - 1) * 20));
    }
    const { bytesRatio, errorRatio } = await besideSharp({ data: rgb, width: 960, height: 720 }, size(480, 360));
    expect(bytesRatio).toBeLessThan(1.01);
    expect(errorRatio).toBeLessThan(1.05);
  });

  it.skipIf(!hasCorpus)("of real photos is no larger and as close to the ideal", async () => {
    const ratios: { bytesRatio: number; errorRatio: number }[] = [];
    for (const file of corpusFiles([PHOTOS], JPEG_MAGIC)) {
      const photo = sharp(join(CORPUS, file));
      const { width, height } = await photo.metadata();
      const pixels = width * height;
      if (pixels < PHOTO_MIN_PIXELS || pixels > PHOTO_MAX_PIXELS) continue;
      const { data } = await photo.removeAlpha().toColourspace("srgb").raw().toBuffer({ resolveWithObject: true });
      ratios.push(await besideSharp({ data, width, height }, size(640, Math.round((640 * height) / width))));
    }
    expect(ratios.length).toBeGreaterThan(0);
    const mean = (key: "bytesRatio" | "errorRatio") =>
      ratios.reduce((sum, ratio) => sum + ratio[key], 0) / ratios.length;
    expect(mean("bytesRatio")).toBeLessThan(1.01);
    expect(mean("errorRatio")).toBeLessThan(1.05);
  });
});
