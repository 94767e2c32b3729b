// Placeholders at receipt, on files made here: a JPEG with a thumbnail inside, as cameras write it.
import { thumbHashToRGBA } from "thumbhash";
import { describe, expect, it, vi } from "vitest";
import { encodeTestJpeg } from "../../tests/fixtures/encode-test-jpeg.ts";
import { loadEngineModule } from "../../tests/fixtures/load-engine-module.ts";
import { joinBytes, jpegSegment, uint32BE } from "../kernels/hand-written-images.ts";
import type { RgbaImage } from "../kernels/rgba-image.ts";
import { createPlaceholders } from "./placeholder.ts";

vi.mock("./engine/engine-module.ts", () => ({ engineModule: null }));

const module = await loadEngineModule();
const placeholderOf = createPlaceholders(module);

/** Left half red, right half blue. */
function redAndBlue(widthPx: number, heightPx: number): RgbaImage {
  const data = new Uint8Array(widthPx * heightPx * 4);
  for (let i = 0; i < widthPx * heightPx; i++)
    data.set(i % widthPx < widthPx / 2 ? [230, 20, 20, 255] : [20, 20, 230, 255], i * 4);
  return { widthPx, heightPx, data };
}

/** Two image file directories (TIFF 6.0): the first says the orientation, the second where the thumbnail is. */
function exifWithThumbnail(orientation: number, thumbnail: Uint8Array): Uint8Array {
  const uint16 = (value: number) => [value >> 8, value & 255];
  const entry = (tag: number, type: number, value: readonly number[]) => [
    ...uint16(tag),
    ...uint16(type),
    ...uint32BE(1),
    ...value,
  ];
  const secondAt = 8 + 2 + 12 + 4;
  const thumbnailAt = secondAt + 2 + 3 * 12 + 4;
  const tiff = joinBytes(
    "MM\0*",
    uint32BE(8),
    [...uint16(1), ...entry(0x0112, 3, [...uint16(orientation), 0, 0]), ...uint32BE(secondAt)],
    [
      ...uint16(3),
      ...entry(0x0103, 3, [...uint16(6), 0, 0]),
      ...entry(0x0201, 4, [...uint32BE(thumbnailAt)]),
      ...entry(0x0202, 4, [...uint32BE(thumbnail.length)]),
      ...uint32BE(0),
    ],
    thumbnail,
  );
  return jpegSegment(0xe1, joinBytes("Exif\0\0", tiff));
}

function photoWith(thumbnail: RgbaImage, orientation = 1): Uint8Array {
  const photo = encodeTestJpeg(module, { widthPx: 640, heightPx: 480, data: new Uint8Array(640 * 480 * 4) });
  const segment = exifWithThumbnail(orientation, encodeTestJpeg(module, thumbnail));
  return joinBytes(photo.subarray(0, 2), segment, photo.subarray(2));
}

function colorAt(hash: string | null, x01: number, y01: number): string {
  const { w, h, rgba } = thumbHashToRGBA(Uint8Array.from(atob(hash ?? ""), (char) => char.charCodeAt(0)));
  const pos = (Math.floor(y01 * h) * w + Math.floor(x01 * w)) * 4;
  return (rgba[pos] ?? 0) > (rgba[pos + 2] ?? 0) ? "red" : "blue";
}

describe("a placeholder", () => {
  it("is the thumbnail the camera left in the file", async () => {
    const hash = await placeholderOf(photoWith(redAndBlue(160, 120)));
    expect([colorAt(hash, 0.1, 0.5), colorAt(hash, 0.9, 0.5)]).toEqual(["red", "blue"]);
  });

  it("is upright: stored left is seen on top for orientation 6", async () => {
    const hash = await placeholderOf(photoWith(redAndBlue(160, 120), 6));
    expect([colorAt(hash, 0.5, 0.1), colorAt(hash, 0.5, 0.9)]).toEqual(["red", "blue"]);
  });

  it("is not made of a thumbnail of another shape: letterboxed, or from before a crop", async () => {
    expect(await placeholderOf(photoWith(redAndBlue(160, 90)))).toBeNull();
  });

  it("is absent, and nothing fails, where the prefix ends in the thumbnail or is no image", async () => {
    const photo = photoWith(redAndBlue(160, 120));
    for (const end of [0, 3, 40, 200, 500]) expect(await placeholderOf(photo.subarray(0, end))).toBeNull();
    expect(await placeholderOf(new Uint8Array(5000).fill(65))).toBeNull();
  });
});
