// PNGs written here, read by sharp and, row by row, against the filters' plain definition.
import { inflateSync } from "node:zlib";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { pixels } from "../../tests/fixtures/change-picture.ts";
import { holes, makePicture, paint, pixelAt } from "../../tests/fixtures/rgba-pictures.ts";
import { filterPngRows } from "../../tests/reference/png-filter-rows.ts";
import type { RgbaImage } from "../kernels/rgba-image.ts";
import { encodePng, type PngChannels } from "./encode-png.ts";

async function encode(picture: RgbaImage, channels: PngChannels, iccProfile: Uint8Array | null = null) {
  const start = pixels.mark();
  const image = pixels.write(picture);
  const beneath = pixels.mark();
  const bytes = await encodePng(pixels, image, { channels, iccProfile, exif: null });
  expect(pixels.mark()).toBe(beneath);
  expectSame(pixels.read(image).data, picture.data);
  pixels.release(start);
  return bytes;
}

/** Comparing by value what is this long takes seconds. */
function expectSame(own: Uint8Array, expected: Uint8Array): void {
  expect(Buffer.compare(own, expected)).toBe(0);
}

/** The body of the one IDAT chunk. */
function imageData(png: Uint8Array): Uint8Array {
  const view = new DataView(png.buffer);
  for (let pos = 8; pos < png.length; ) {
    const length = view.getUint32(pos);
    if (new TextDecoder().decode(png.subarray(pos + 4, pos + 8)) === "IDAT")
      return png.slice(pos + 8, pos + 8 + length);
    pos += length + 12;
  }
  throw new Error("Expected an IDAT chunk. Got none.");
}

describe("a PNG", () => {
  it.each([
    [1, 1],
    [3, 2],
    [5, 9],
    [16, 16],
    [17, 5],
    [701, 400],
  ])("of %i x %i is read back as it was, in grey, colours, and with alpha", async (widthPx, heightPx) => {
    const grey = paint(widthPx, heightPx, (x, y) => Array(3).fill((x * y + x) & 255));
    const pictures = [
      [grey, 1],
      [makePicture(widthPx, heightPx), 3],
      [makePicture(widthPx, heightPx, 2, holes), 4],
    ] as const;
    for (const [picture, channels] of pictures) {
      const png = await encode(picture, channels);
      expect((await sharp(png).metadata()).channels).toBe(channels);
      const { data } = await sharp(png).toColourspace("srgb").ensureAlpha().raw().toBuffer({ resolveWithObject: true });
      expectSame(data, picture.data);
    }
  });

  it.each([1, 3, 4] as const)("of %i channels has each row filtered as leaves least", async (channels) => {
    for (const widthPx of [1, 5, 6, 31, 64]) {
      const picture = makePicture(widthPx, 23, 4, holes);
      const rows = inflateSync(imageData(await encode(picture, channels)));
      expect([...rows]).toEqual(filterPngRows(picture, channels).flat());
    }
  });

  it("is one stream, also of several bands", async () => {
    const picture = makePicture(900, 700);
    const png = await encode(picture, 3);
    expect(inflateSync(imageData(png)).length).toBe(700 * (900 * 3 + 1));
    expectSame(await sharp(png).ensureAlpha().raw().toBuffer(), picture.data);
  });

  it("of something drawn is as small as sharp's, also where it repeats itself across bands", async () => {
    const tile = makePicture(48, 40);
    const drawn = paint(480, 600, (x, y) => pixelAt(tile, x % 48, y % 40));
    const { widthPx: width, heightPx: height, data } = drawn;
    const reference = await sharp(data, { raw: { width, height, channels: 4 } })
      .removeAlpha()
      .png()
      .toBuffer();
    expect((await encode(drawn, 3)).length).toBeLessThan(reference.length * 1.1);
  });

  it("of a photo is smaller than sharp's", async () => {
    const photo = makePicture(480, 600);
    const { widthPx: width, heightPx: height, data } = photo;
    const reference = await sharp(data, { raw: { width, height, channels: 4 } })
      .removeAlpha()
      .png()
      .toBuffer();
    expect((await encode(photo, 3)).length).toBeLessThan(reference.length);
  });

  it("carries a profile", async () => {
    const { icc } = await sharp(
      await sharp({ create: { width: 4, height: 4, channels: 3, background: "red" } })
        .withIccProfile("p3")
        .png()
        .toBuffer(),
    ).metadata();
    if (icc === undefined) throw new Error("no profile");
    const png = await encode(makePicture(9, 9), 3, icc);
    expect((await sharp(png).metadata()).icc?.equals(icc)).toBe(true);
  });
});
