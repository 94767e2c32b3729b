// PNGs in workerd: its zlib takes what stands before a band as Node's does, and its own reader finds the stream whole.
import { expect, it } from "vitest";
import { makePicture } from "../../tests/fixtures/rgba-pictures.ts";
import { encodePng } from "./encode-png.ts";
import { createPixels } from "./pixels/pixels.ts";
import { pixelsModule } from "./pixels/pixels-module.ts";

it("are one zlib stream of all rows, whose checksum is right", async () => {
  const pixels = createPixels(pixelsModule);
  const image = pixels.write(makePicture(900, 700));
  const png = await encodePng(pixels, image, { channels: 3, iccProfile: null, exif: null });
  // The signature and the header's chunk take 33 bytes; IDAT follows.
  const sizeBytes = new DataView(png.buffer).getUint32(33);
  const stream = new Blob([png.slice(41, 41 + sizeBytes)]).stream().pipeThrough(new DecompressionStream("deflate"));
  const rows = new Uint8Array(await new Response(stream).arrayBuffer());
  expect(rows.length).toBe(700 * (900 * 3 + 1));
});
