// Headers written byte by byte, for tests only: each says in a line what a real encoder would need a library for.

export function joinBytes(...parts: readonly (Uint8Array | readonly number[] | string)[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(
    parts.flatMap((part) => (typeof part === "string" ? Array.from(part, (c) => c.charCodeAt(0)) : [...part])),
  );
}

export function uint16BE(value: number): number[] {
  return [(value >> 8) & 0xff, value & 0xff];
}

export function uint32BE(value: number): number[] {
  return [(value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

export function uint32LE(value: number): number[] {
  return uint32BE(value).reverse();
}

/** A little-endian TIFF block that holds nothing but an orientation. */
export function tiffWithOrientation(orientation: number): Uint8Array<ArrayBuffer> {
  return joinBytes("II", [42, 0, 8, 0, 0, 0], [1, 0], [0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0], [0, 0, 0, 0]);
}

export function jpegSegment(marker: number, body: Uint8Array): Uint8Array<ArrayBuffer> {
  return joinBytes([0xff, marker], uint16BE(body.length + 2), body);
}

/** SOI, then `segments`, then a frame header and the begin of a scan: a header without a picture. */
export function jpegHeaderOnly(options: {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly marker?: number;
  readonly precisionBits?: number;
  readonly components?: number;
  readonly segments?: readonly Uint8Array[];
}): Uint8Array<ArrayBuffer> {
  const { widthPx, heightPx, marker = 0xc0, precisionBits = 8, components = 3, segments = [] } = options;
  const table = Array.from({ length: components }, (_, i) => [i + 1, 0x11, 0]).flat();
  const frame = joinBytes([precisionBits], uint16BE(heightPx), uint16BE(widthPx), [components], table);
  return joinBytes([0xff, 0xd8], ...segments, jpegSegment(marker, frame), [0xff, 0xda, 0, 2]);
}

export function exifSegment(orientation: number): Uint8Array<ArrayBuffer> {
  return jpegSegment(0xe1, joinBytes("Exif\0\0", tiffWithOrientation(orientation)));
}

/** A chunk with a CRC of zeros: header parsers do not look at it. */
export function pngChunk(type: string, body: Uint8Array, crc = 0): Uint8Array<ArrayBuffer> {
  return joinBytes(uint32BE(body.length), type, body, uint32BE(crc));
}

export function pngHeaderOnly(
  widthPx: number,
  heightPx: number,
  ...more: readonly Uint8Array[]
): Uint8Array<ArrayBuffer> {
  const header = joinBytes(uint32BE(widthPx), uint32BE(heightPx), [8, 6, 0, 0, 0]);
  return joinBytes("\x89PNG\r\n\x1a\n", pngChunk("IHDR", header), ...more);
}

export function webpFile(...chunks: readonly (readonly [string, Uint8Array])[]): Uint8Array<ArrayBuffer> {
  const body = joinBytes(
    ...chunks.flatMap(([type, bytes]) => [type, uint32LE(bytes.length), bytes, bytes.length % 2 === 1 ? [0] : []]),
  );
  return joinBytes("RIFF", uint32LE(body.length + 4), "WEBP", body);
}

/** Body of a VP8X chunk. Flags: 0x02 animation, 0x08 EXIF, 0x10 alpha. */
export function webpCanvas(widthPx: number, heightPx: number, flags: number): Uint8Array<ArrayBuffer> {
  const uint24LE = (value: number) => uint32LE(value).slice(0, 3);
  return joinBytes([flags, 0, 0, 0], uint24LE(widthPx - 1), uint24LE(heightPx - 1));
}

/** A GIF of one frame whose LZW never compresses: a clear code before every pixel. Indices are 0 to 3. */
export function gifFile(options: {
  readonly screenPx: readonly [number, number];
  readonly framePx: readonly [number, number, number, number];
  readonly indices: readonly number[];
  readonly transparentIndex?: number;
  readonly isInterlaced?: boolean;
}): Uint8Array<ArrayBuffer> {
  const { screenPx, framePx, indices, transparentIndex, isInterlaced = false } = options;
  const uint16LE = (value: number) => uint16BE(value).reverse();
  const palette = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255];
  // Codes of 3 bits: 4 is clear, 5 is end.
  const codes = [...indices.flatMap((index) => [4, index]), 5];
  const data = new Array<number>(Math.ceil((codes.length * 3) / 8)).fill(0);
  codes.forEach((code, i) => {
    for (let bit = 0; bit < 3; bit++) {
      const at = i * 3 + bit;
      data[at >> 3] |= ((code >> bit) & 1) << (at & 7);
    }
  });
  const blocks: number[] = [];
  for (let i = 0; i < data.length; i += 255) blocks.push(Math.min(255, data.length - i), ...data.slice(i, i + 255));
  const control = transparentIndex === undefined ? [] : [0x21, 0xf9, 4, 1, 0, 0, transparentIndex, 0];
  const descriptor = [0x2c, ...framePx.flatMap(uint16LE), isInterlaced ? 0x40 : 0];
  return joinBytes(
    "GIF89a",
    screenPx.flatMap(uint16LE),
    [0x81, 0, 0],
    palette,
    control,
    descriptor,
    [2],
    blocks,
    [0, 0x3b],
  );
}

export function isoBox(
  type: string,
  ...parts: readonly (Uint8Array | readonly number[] | string)[]
): Uint8Array<ArrayBuffer> {
  const body = joinBytes(...parts);
  return joinBytes(uint32BE(body.length + 8), type, body);
}

/** `ftyp` and `meta` of a file with one item that has the given properties. */
export function heifHeaderOnly(brand: string, ...properties: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const associations = properties.map((_, i) => i + 1);
  return joinBytes(
    isoBox("ftyp", brand, [0, 0, 0, 0], "mif1", brand),
    isoBox(
      "meta",
      [0, 0, 0, 0],
      isoBox("pitm", [0, 0, 0, 0], [0, 1]),
      isoBox(
        "iprp",
        isoBox("ipco", ...properties),
        isoBox("ipma", [0, 0, 0, 0], uint32BE(1), [0, 1], [associations.length], associations),
      ),
    ),
  );
}

export function ispe(widthPx: number, heightPx: number): Uint8Array<ArrayBuffer> {
  return isoBox("ispe", [0, 0, 0, 0], uint32BE(widthPx), uint32BE(heightPx));
}

/** Deterministic numbers for fuzz-like tests: mulberry32 (T. Ettinger, public domain), 0 inclusive to 1 exclusive. */
export function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
