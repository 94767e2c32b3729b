// Writes a picture by palette as a PNG (W3C PNG, third edition): 1, 2, 4 or 8 bits a pixel, whatever its entries need, unfiltered,
// as the specification advises for indices. Deflate is the platform's.
import type { IndexedImage } from "../kernels/dither-image.ts";
import { PNG_SIGNATURE, pngChunk, pngHeaderChunk } from "../kernels/png-chunks.ts";

const COLOUR_TYPE_INDEXED = 3;
/** Rows that are packed at once. */
const PACK_ROWS = 256;

export async function writeIndexedPng(image: IndexedImage): Promise<Uint8Array<ArrayBuffer>> {
  const { widthPx, heightPx, palette } = image;
  const entries = palette.length / 4;
  const bits = entries <= 2 ? 1 : entries <= 4 ? 2 : entries <= 16 ? 4 : 8;
  const colours = new Uint8Array(entries * 3);
  for (let entry = 0; entry < entries; entry++) colours.set(palette.subarray(entry * 4, entry * 4 + 3), entry * 3);
  const alphas = Uint8Array.from({ length: entries }, (_, entry) => palette[entry * 4 + 3] as number);
  // Entries after the last that is not opaque need no alpha.
  const translucent = alphas.findLastIndex((alpha) => alpha < 255) + 1;
  const pixels = await deflate(packedRows(image, bits));
  const chunks = [
    PNG_SIGNATURE,
    pngHeaderChunk({ widthPx, heightPx, bitDepth: bits, colourType: COLOUR_TYPE_INDEXED }),
    pngChunk("PLTE", colours),
    ...(translucent > 0 ? [pngChunk("tRNS", alphas.subarray(0, translucent))] : []),
    pngChunk("IDAT", pixels),
    pngChunk("IEND"),
  ];
  return new Uint8Array(await new Blob(chunks as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}

/** Rows as PNG has them: a filter byte of 0, then indices from the high bits down. */
function* packedRows({ widthPx, heightPx, indices }: IndexedImage, bits: number): Generator<Uint8Array<ArrayBuffer>> {
  const perByte = 8 / bits;
  const rowBytes = 1 + Math.ceil(widthPx / perByte);
  for (let start = 0; start < heightPx; start += PACK_ROWS) {
    const rows = Math.min(PACK_ROWS, heightPx - start);
    const packed = new Uint8Array(rowBytes * rows);
    for (let row = 0; row < rows; row++) {
      const from = (start + row) * widthPx;
      const to = row * rowBytes + 1;
      if (bits === 8) {
        packed.set(indices.subarray(from, from + widthPx), to);
        continue;
      }
      for (let byte = 0, x = 0; x < widthPx; byte++) {
        let value = 0;
        for (let shift = 8 - bits; shift >= 0 && x < widthPx; shift -= bits, x++)
          value |= (indices[from + x] as number) << shift;
        packed[to + byte] = value;
      }
    }
    yield packed;
  }
}

/** zlib's format, which the platform calls "deflate". */
async function deflate(parts: Generator<Uint8Array<ArrayBuffer>>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new CompressionStream("deflate");
  const writer = stream.writable.getWriter();
  const compressed = new Response(stream.readable).arrayBuffer();
  const write = async () => {
    for (const part of parts) await writer.write(part);
    await writer.close();
  };
  const [, bytes] = await Promise.all([write(), compressed]);
  return new Uint8Array(bytes);
}
