// One photo made into many: the same pixels, other bytes. Every variant is a valid file of its format.
import { crc32 } from "node:zlib";

/** A file as a client has it in hand. */
export interface PhotoFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** As many photos as were asked for, made when they are needed: a library does not fit into memory. */
export interface PhotoSource {
  readonly count: number;
  at(position: number): PhotoFile;
}

const JPEG_COMMENT = 0xfe;
/** A JPEG segment's length field is 16 bits and counts itself. */
const SEGMENT_MAX_DATA_BYTES = 65_533;

/** The photo with `tag` hidden where its format allows words that change no pixel. */
export function distinctCopy(bytes: Uint8Array, tag: string): Uint8Array<ArrayBuffer> {
  const words = Buffer.from(tag, "latin1");
  if (startsWith(bytes, [0xff, 0xd8])) return join(bytes.subarray(0, 2), segment(words), bytes.subarray(2));
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47])) {
    const afterHeader = 8 + 25; // signature, then IHDR: length, type, 13 bytes, checksum
    const text = Buffer.concat([Buffer.from("Comment\0", "latin1"), words]);
    return join(bytes.subarray(0, afterHeader), pngChunk("tEXt", text), bytes.subarray(afterHeader));
  }
  if (isIsoMedia(bytes)) return join(bytes, freeBox(words));
  return join(bytes, words);
}

/** The JPEG with comments before its scan until it has about `sizeBytes`: heavy to carry, light to decode. */
export function paddedJpeg(jpeg: Uint8Array, sizeBytes: number): Uint8Array<ArrayBuffer> {
  const scan = Buffer.from(jpeg).indexOf(Buffer.from([0xff, 0xda]));
  if (scan < 0) throw new Error("a baseline JPEG has a scan");
  const segments: Uint8Array[] = [];
  for (let missing = sizeBytes - jpeg.byteLength; missing > 4; missing -= SEGMENT_MAX_DATA_BYTES + 4)
    segments.push(segment(new Uint8Array(Math.min(SEGMENT_MAX_DATA_BYTES, missing - 4)).fill(0x2e)));
  return join(jpeg.subarray(0, scan), ...segments, jpeg.subarray(scan));
}

function segment(data: Uint8Array): Uint8Array {
  const length = data.byteLength + 2;
  return join(Uint8Array.of(0xff, JPEG_COMMENT, length >> 8, length & 0xff), data);
}

function pngChunk(type: string, data: Uint8Array): Uint8Array {
  const typed = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(8 + data.byteLength + 4);
  frame.writeUInt32BE(data.byteLength, 0);
  frame.set(typed, 4);
  frame.writeUInt32BE(crc32(typed), 8 + data.byteLength);
  return frame;
}

/** HEIF and AVIF: a box that says that it means nothing. */
function freeBox(data: Uint8Array): Uint8Array {
  const box = Buffer.alloc(8 + data.byteLength);
  box.writeUInt32BE(box.byteLength, 0);
  box.write("free", 4, "latin1");
  box.set(data, 8);
  return box;
}

function isIsoMedia(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(4, 8)).toString("latin1") === "ftyp";
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, position) => bytes[position] === byte);
}

function join(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(parts));
}
