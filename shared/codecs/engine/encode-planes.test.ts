// JPEG files out of the engine, read back by a textbook decoder and by libjpeg (sharp's).
import { createHash } from "node:crypto";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { loadEngineModule } from "../../../tests/fixtures/load-engine-module.ts";
import { makeImage, makeSamples, noise, readPlane, texture, writeImage } from "../../../tests/fixtures/planar-image.ts";
import { forwardBlock } from "../../../tests/reference/forward-dct.ts";
import { readJpegCoefficients } from "../../../tests/reference/jpeg-coefficients.ts";
import { readJpegIccProfile } from "../../kernels/icc-profile.ts";
import { createPlanesEncoder, type EncoderOptions } from "./encode-planes.ts";
import { createEngine, type Engine } from "./engine.ts";
import type { PlanarImage } from "./planes.ts";

const module = await loadEngineModule();
const engine = createEngine(module);

function encode(image: PlanarImage, options: Partial<EncoderOptions> = {}, by: Engine = engine): Uint8Array {
  const isGrey = image.planes.length === 1;
  return by.call((kernel) =>
    createPlanesEncoder(by, kernel, { isGrey, quality: 80, iccProfile: null, ...options })(image),
  );
}

const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex").slice(0, 16);

/** Sizes that fill MCUs, that do not, and that are less than one. */
const SIZES = [
  [1, 1],
  [8, 8],
  [16, 16],
  [17, 9],
  [61, 47],
  [160, 120],
] as const;

describe("an encoded JPEG", () => {
  it.each([80, 40, 100])("holds the quantised DCT of its planes at quality %i", (quality) => {
    for (const isGrey of [false, true]) {
      for (const [widthPx, heightPx] of SIZES) {
        const image = makeImage(engine, widthPx, heightPx, isGrey);
        const planes = image.planes.map((plane) => readPlane(engine, plane));
        const file = readJpegCoefficients(encode(image, { quality }));
        expect([file.widthPx, file.heightPx, file.components.length]).toEqual([widthPx, heightPx, planes.length]);
        for (const [i, plane] of planes.entries()) {
          const component = file.components[i];
          if (component === undefined) throw new Error("no component");
          const { coefficients, blocksPerRow, quantization } = component;
          const blockRows = coefficients.length / 64 / blocksPerRow;
          for (let block = 0; block < blocksPerRow * blockRows; block++) {
            const exact = forwardBlock(plane, block % blocksPerRow, Math.floor(block / blocksPerRow), quantization);
            exact.forEach((quotient, at) => {
              expect(roundingError(coefficients[block * 64 + at] as number, quotient, at)).toBeLessThan(0.502);
            });
          }
        }
      }
    }
  });

  it.each(SIZES)("of %i x %i px is read by libjpeg without a warning", async (widthPx, heightPx) => {
    for (const isGrey of [false, true]) {
      const jpeg = encode(makeImage(engine, widthPx, heightPx, isGrey));
      const strict = sharp(jpeg, { failOn: "warning" });
      expect(await strict.metadata()).toMatchObject({
        width: widthPx,
        height: heightPx,
        channels: isGrey ? 1 : 3,
        chromaSubsampling: isGrey ? "4:4:4" : "4:2:0",
        isProgressive: false,
      });
      const { info } = await strict.raw().toBuffer({ resolveWithObject: true });
      expect(info).toMatchObject({ width: widthPx, height: heightPx });
    }
  });

  it("shows the samples it was given", async () => {
    const luma = makeSamples(64, 48, (x, y) => 80 + x + y);
    const flat = (level: number) => makeSamples(32, 24, () => level);
    const jpeg = encode(writeImage(engine, [luma, flat(100), flat(160)]), { quality: 100 });
    const { data } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
    for (const [x, y] of [
      [0, 0],
      [63, 47],
      [20, 30],
    ] as const) {
      const level = 80 + x + y;
      const seen = [...data.subarray((y * 64 + x) * 3, (y * 64 + x) * 3 + 3)];
      const expected = [level + 1.402 * 32, level - 0.344136 * -28 - 0.714136 * 32, level + 1.772 * -28];
      seen.forEach((value, i) => {
        expect(Math.abs(value - (expected[i] as number))).toBeLessThan(3);
      });
    }
  });

  it("carries nothing but JFIF, tables and the scan", () => {
    expect(markersOf(encode(makeImage(engine, 40, 30, false)))).toEqual([
      "d8",
      "e0",
      "db",
      "db",
      "c0",
      "c4",
      "c4",
      "c4",
      "c4",
      "da",
    ]);
    expect(markersOf(encode(makeImage(engine, 40, 30, true)))).toEqual(["d8", "e0", "db", "c0", "c4", "c4", "da"]);
  });

  it("carries a colour profile of any length in as many segments as it takes", () => {
    for (const sizeBytes of [560, 65_519, 65_520, 200_000]) {
      const iccProfile = Uint8Array.from({ length: sizeBytes }, (_, i) => i * 7);
      const jpeg = encode(makeImage(engine, 16, 16, false), { iccProfile });
      expect(readJpegIccProfile(jpeg)).toEqual(iccProfile);
      expect(markersOf(jpeg).filter((marker) => marker === "e2").length).toBe(Math.ceil(sizeBytes / 65_519));
    }
  });

  it("is no larger than libjpeg makes it with tables of its own choosing", async () => {
    const image = makeImage(engine, 320, 240, true);
    const { samples } = readPlane(engine, image.planes[0]);
    const raw = { width: 320, height: 240, channels: 1 } as const;
    const theirs = await sharp(samples, { raw }).jpeg({ quality: 80, optimiseCoding: true }).toBuffer();
    expect(encode(image).length).toBeLessThan(theirs.length * 1.005);
  });

  it("of noise is coded in bounded memory, with tables made before all was counted", async () => {
    const small = createEngine(module);
    const image = makeImage(small, 1280, 640, false, noise);
    const before = small.call(({ mark }) => mark());
    const jpeg = encode(image, { quality: 95 }, small);
    expect(jpeg.length).toBeGreaterThan(900_000);
    // 3 MiB of waiting symbols, one row of MCUs, and the scan with room to stuff what comes next.
    expect(small.memoryBytes - before).toBeLessThan(3.6 * 1024 * 1024 + 2 * jpeg.length);
    await sharp(jpeg, { failOn: "warning" }).stats();
    const [luma] = readJpegCoefficients(jpeg).components;
    if (luma === undefined) throw new Error("no component");
    const plane = readPlane(small, image.planes[0]);
    for (let column = 0; column < luma.blocksPerRow; column++) {
      const exact = forwardBlock(plane, column, 79, luma.quantization);
      const coded = luma.coefficients.subarray((79 * luma.blocksPerRow + column) * 64);
      expect(exact.every((quotient, at) => roundingError(coded[at] as number, quotient, at) < 0.502)).toBe(true);
    }
  });

  it("gives back all memory", () => {
    const image = makeImage(engine, 100, 80, false);
    const before = engine.call(({ mark }) => mark());
    encode(image);
    expect(engine.call(({ mark }) => mark())).toBe(before);
  });

  it("is the same file every time", () => {
    const small = createEngine(module);
    const first = encode(makeImage(small, 61, 47, false), {}, small);
    expect(encode(makeImage(engine, 61, 47, false))).toEqual(first);
    expect({
      colour: digest(first),
      grey: digest(encode(makeImage(engine, 61, 47, true))),
      black: digest(encode(makeImage(engine, 1, 1, true, () => () => 0))),
      checkered: digest(encode(makeImage(engine, 32, 32, true, () => (x, y) => ((x ^ y) & 1) * 255))),
      textured: digest(encode(makeImage(engine, 33, 18, false, texture), { quality: 95 })),
    }).toMatchInlineSnapshot(`
      {
        "black": "dcb56e1ae7a2a6e1",
        "checkered": "7e708f50847050fc",
        "colour": "f859b92fb1a69f15",
        "grey": "d922959bcd53f5b3",
        "textured": "0eb02fe74d131a6b",
      }
    `);
  });

  it.each([0, 101, Number.NaN])("of quality %d is refused", (quality) => {
    expect(() => encode(makeImage(engine, 8, 8, true), { quality })).toThrow("quality of 1 to 100");
  });
});

/**
 * Half a step at most, plus next to nothing for single floats and the five-multiplication DCT. AC coefficients are drawn 0.05 steps
 * towards zero before they are rounded.
 */
function roundingError(coded: number, quotient: number, at: number): number {
  const shrunk = at === 0 ? quotient : quotient - Math.sign(quotient) * 0.05;
  // Less than 0.05 from zero either sign of the shrinkage rounds to zero.
  return coded === 0 && Math.abs(quotient) < 0.05 ? 0 : Math.abs(coded - shrunk);
}

/** Two hexadecimal digits per marker, up to and with the scan's. */
function markersOf(jpeg: Uint8Array): string[] {
  const byte = (at: number) => jpeg[at] ?? 0;
  const markers = ["d8"];
  for (let at = 2; byte(at) === 0xff; at += 2 + ((byte(at + 2) << 8) | byte(at + 3))) {
    markers.push(byte(at + 1).toString(16));
    if (byte(at + 1) === 0xda) break;
  }
  return markers;
}
