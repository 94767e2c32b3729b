// Writes a picture by palette as a PNG (W3C PNG, third edition): 1, 2, 4 or 8 bits a pixel, whatever its entries need, unfiltered,
// as the specification advises for indices. Deflate is the platform's.
import type { IndexedImage } from "../kernels/dither-image.ts";

const SIGNATURE = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);
const COLOUR_TYPE_INDEXED = 3;
/** Rows that are packed at once. */
const PACK_ROWS = 256;

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  return crc >>> 0;
});

export async function writeIndexedPng(image: IndexedImage): Promise<Uint8Array<ArrayBuffer>> {
  const { widthPx, heightPx, palette } = image;
  const entries = palette.length / 4;
  const bits = entries <= 2 ? 1 : entries <= 4 ? 2 : entries <= 16 ? 4 : 8;
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, widthPx);
  view.setUint32(4, heightPx);
  header.set([bits, COLOUR_TYPE_INDEXED], 8);

  const colours = new Uint8Array(entries * 3);
  for (let entry = 0; entry < entries; entry++) colours.set(palette.subarray(entry * 4, entry * 4 + 3), entry * 3);
  const alphas = Uint8Array.from({ length: entries }, (_, entry) => palette[entry * 4 + 3] as number);
  // Entries after the last that is not opaque need no alpha.
  const translucent = alphas.findLastIndex((alpha) => alpha < 255) + 1;
  const pixels = await deflate(packedRows(image, bits));
  return join([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("PLTE", colours),
    ...(translucent > 0 ? [chunk("tRNS", alphas.subarray(0, translucent))] : []),
    chunk("IDAT", pixels),
    chunk("IEND", new Uint8Array(0)),
  ]);
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

function chunk(type: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(data.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i);
  bytes.set(data, 8);
  let crc = 0xffffffff;
  for (let at = 4; at < data.length + 8; at++)
    crc = (CRC_TABLE[(crc ^ (bytes[at] as number)) & 255] as number) ^ (crc >>> 8);
  view.setUint32(data.length + 8, ~crc >>> 0);
  return bytes;
}

function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
