// The chunks a PNG is made of (W3C PNG, third edition, §5.3): written with their checksums. Compresses nothing.

export const PNG_SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

const CRC_POLYNOMIAL = 0xedb88320;
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ CRC_POLYNOMIAL : crc >>> 1;
  return crc;
});

/** ISO 3309's checksum, as PNG and gzip use it. */
export function crc32(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let crc = 0xffffffff;
  for (let pos = start; pos < end; pos++) crc = CRC_TABLE[(crc ^ bytes[pos]) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** @param type four ASCII letters @param parts of the body, in order */
export function pngChunk(type: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const bodyBytes = parts.reduce((sum, { length }) => sum + length, 0);
  const chunk = new Uint8Array(bodyBytes + 12);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, bodyBytes);
  for (let i = 0; i < 4; i++) chunk[4 + i] = type.charCodeAt(i);
  let pos = 8;
  for (const part of parts) {
    chunk.set(part, pos);
    pos += part.length;
  }
  view.setUint32(pos, crc32(chunk, 4, pos));
  return chunk;
}

export interface PngHeaderFields {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly bitDepth: 1 | 2 | 4 | 8;
  /** 0 grey, 2 RGB, 3 palette, 6 RGB with alpha. */
  readonly colourType: 0 | 2 | 3 | 6;
}

export function pngHeaderChunk({ widthPx, heightPx, bitDepth, colourType }: PngHeaderFields): Uint8Array {
  const body = new Uint8Array(13);
  const view = new DataView(body.buffer);
  view.setUint32(0, widthPx);
  view.setUint32(4, heightPx);
  body.set([bitDepth, colourType], 8);
  return pngChunk("IHDR", body);
}
