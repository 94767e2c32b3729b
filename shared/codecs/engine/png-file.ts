// A PNG's chunks as they stream by (W3C PNG, third edition, §5, §11): checked, told apart, and what matters handed to
// the kernels. Knows nothing of planes.
import { readFourCC, readUint16BE, readUint32BE } from "../../kernels/read-integers.ts";
import type { ByteReader } from "./byte-source.ts";
import type { Engine } from "./engine.ts";
import { PNG_STATUS } from "./png-exports.ts";
import { PNG_COLOUR, type PngImageHeader } from "./png-image-header.ts";

/** Chunks of one file. 12 MP in pieces of 8 KB have 2,000; millions of empty ones are an attack on time. */
const MAX_CHUNKS = 100_000;
/** Length field of a chunk (§5.3). */
const CHUNK_MAX_BYTES = 0x7fffffff;
const PALETTE_MAX_ENTRIES = 256;
/** An eXIf chunk read for its orientation: as large as JPEG allows. A larger one is skipped. */
const EXIF_MAX_BYTES = 64 * 1024;
/** A deflated profile looked at, and one that came out of it: larger ones are never copied into renditions. */
const ICC_DEFLATED_MAX_BYTES = 32 * 1024;
const ICC_MAX_BYTES = 64 * 1024;
/** A profile's name in front of it: 1 to 79 bytes and a zero (§11.3.2.3). */
const ICC_NAME_MAX_BYTES = 80;
const STREAM_FAULTS: Readonly<Record<number, string>> = {
  [PNG_STATUS.badStream]: "image data is not sound zlib",
  [PNG_STATUS.badFilter]: "a filter that does not exist",
  [PNG_STATUS.tooFewRows]: "image data ends before the last row",
};

/** The file is at fault. decode-png.ts turns it into a value; nobody else sees it. */
export class PngFault extends Error {
  readonly reason: "corrupt" | "too-large";

  constructor(reason: "corrupt" | "too-large", detail: string) {
    super(detail);
    this.reason = reason;
  }
}

/** What has been seen of a file so far, chunk by chunk. */
export class PngFile {
  readonly #engine: Engine;
  readonly #header: PngImageHeader;
  readonly #reader: ByteReader;
  readonly #pieceMaxBytes: number;
  #paletteEntries = 0;
  #hasImageData = false;
  #isImageDataOver = false;
  #isComplete = false;
  #deflatedProfile: Uint8Array | null = null;
  /** The body of the eXIf chunk: a TIFF structure. */
  exif: Uint8Array | null = null;

  constructor(engine: Engine, header: PngImageHeader, reader: ByteReader) {
    this.#engine = engine;
    this.#header = header;
    this.#reader = reader;
    this.#pieceMaxBytes = engine.exports.pngInputCapacity();
  }

  /** Everything behind IHDR, until IEND or the end of a file that has all its rows. */
  async readChunks(): Promise<void> {
    for (let chunk = 1; ; chunk++) {
      if (chunk > MAX_CHUNKS) throw new PngFault("corrupt", `more than ${MAX_CHUNKS} chunks`);
      const head = await this.#reader.read(8);
      if (head.length < 8) break;
      const sizeBytes = readUint32BE(head, 0);
      const type = readFourCC(head, 4);
      if (sizeBytes > CHUNK_MAX_BYTES || !/^[A-Za-z]{4}$/.test(type)) {
        // Behind the last row there is nothing to be lost.
        if (this.#isComplete) break;
        throw new PngFault("corrupt", "not a chunk");
      }
      if (type !== "IDAT") this.#endImageData();
      if (type === "IEND") break;
      if (!(await this.#readChunk(type, sizeBytes, head))) break;
    }
    this.#endImageData();
    if (!this.#isComplete) throw new PngFault("corrupt", "no image data");
  }

  /** @returns false when the file ends in it. */
  async #readChunk(type: string, sizeBytes: number, head: Uint8Array): Promise<boolean> {
    if (type === "IDAT" && !this.#isImageDataOver) return await this.#readImageData(sizeBytes, head);
    // Elsewhere a palette is a suggestion for displays of few colours, and no matter how sound.
    if (type === "PLTE" && this.#header.colourType === PNG_COLOUR.palette && !this.#hasImageData) {
      const entries = sizeBytes / 3;
      const isSound = Number.isInteger(entries) && entries >= 1 && entries <= PALETTE_MAX_ENTRIES;
      if (!isSound || this.#paletteEntries > 0) throw new PngFault("corrupt", `a palette of ${sizeBytes} bytes`);
      return await this.#readWhole(sizeBytes, head, (body) => this.#usePalette(body));
    }
    if (type === "tRNS" && !this.#hasImageData && sizeBytes <= PALETTE_MAX_ENTRIES) {
      return await this.#readWhole(sizeBytes, null, (body) => this.#useTransparency(body));
    }
    if (type === "eXIf" && sizeBytes <= EXIF_MAX_BYTES) {
      return await this.#readWhole(sizeBytes, null, (body) => {
        this.exif ??= body;
      });
    }
    if (type === "iCCP" && !this.#hasImageData && sizeBytes <= ICC_DEFLATED_MAX_BYTES) {
      return await this.#readWhole(sizeBytes, null, (body) => {
        this.#deflatedProfile ??= findDeflatedProfile(body);
      });
    }
    // An upper-case first letter: the image cannot be shown without it (§5.4). PLTE and IDAT are known, only out of
    // place.
    const isCritical = head[4] !== undefined && head[4] < 0x60 && type !== "PLTE" && type !== "IDAT";
    if (isCritical && !this.#isComplete) throw new PngFault("corrupt", `a critical chunk ${type}`);
    return await this.#reader.skip(sizeBytes + 4);
  }

  /** @param head Where the chunk is critical, to check its CRC by; null where nobody depends on it. */
  async #readWhole(sizeBytes: number, head: Uint8Array | null, use: (body: Uint8Array) => void): Promise<boolean> {
    const body = await this.#reader.read(sizeBytes);
    const stored = await this.#reader.read(4);
    if (stored.length < 4) return false;
    if (head !== null) this.checkCrc(readFourCC(head, 4), this.crcOf(body, this.crcOf(head.subarray(4))), stored);
    use(body);
    return true;
  }

  async #readImageData(sizeBytes: number, head: Uint8Array): Promise<boolean> {
    if (this.#header.colourType === PNG_COLOUR.palette && this.#paletteEntries === 0) {
      throw new PngFault("corrupt", "no palette in front of the image data");
    }
    this.#hasImageData = true;
    let crc = this.crcOf(head.subarray(4));
    let left = sizeBytes;
    while (left > 0) {
      if (!this.#reader.hasBytes && !(await this.#reader.fill())) return false;
      const piece = this.#reader.take(Math.min(left, this.#pieceMaxBytes));
      left -= piece.length;
      crc = this.crcOf(piece, crc);
      // crcOf has put the piece where the decoder expects it.
      if (!this.#isComplete) this.#feed(piece.length, 0);
    }
    const stored = await this.#reader.read(4);
    if (stored.length < 4) return false;
    this.checkCrc("IDAT", crc, stored);
    return true;
  }

  #feed(sizeBytes: number, isLast: 0 | 1): void {
    const status = this.#engine.call((kernel) => kernel.feedPng(sizeBytes, isLast));
    const fault = STREAM_FAULTS[status];
    if (fault !== undefined) {
      const rows = this.#engine.exports.pngRowsDone();
      throw new PngFault("corrupt", `${fault}, ${rows} rows of ${describeSize(this.#header)}`);
    }
    this.#isComplete = status === PNG_STATUS.complete;
  }

  /** No more of it will come: what the decoder has kept back for want of context is used up. */
  #endImageData(): void {
    if (!this.#hasImageData || this.#isImageDataOver) return;
    this.#isImageDataOver = true;
    if (!this.#isComplete) this.#feed(0, 1);
  }

  #usePalette(body: Uint8Array): void {
    this.#paletteEntries = body.length / 3;
    const entries = Math.min(this.#paletteEntries, 2 ** this.#header.bitDepth);
    const address = this.#place(body);
    this.#engine.call((kernel) => kernel.setPalette(address, entries));
  }

  /** One that does not fit its colour type is ignored, as libpng does. */
  #useTransparency(body: Uint8Array): void {
    const { colourType, bitDepth } = this.#header;
    const sample = (index: number) => readUint16BE(body, index * 2);
    if (colourType === PNG_COLOUR.palette) {
      if (body.length > this.#paletteEntries) return;
      const address = this.#place(body);
      this.#engine.call((kernel) => kernel.setPaletteAlpha(address, body.length));
    } else if (colourType === PNG_COLOUR.grey && body.length === 2) {
      this.#engine.call((kernel) => kernel.setColourKey(colourType, bitDepth, sample(0), 0, 0));
    } else if (colourType === PNG_COLOUR.rgb && body.length === 6) {
      this.#engine.call((kernel) => kernel.setColourKey(colourType, bitDepth, sample(0), sample(1), sample(2)));
    }
  }

  /** Null: none, too large, or not sound. */
  inflateProfile(): Uint8Array | null {
    if (this.#deflatedProfile === null) return null;
    const { length } = this.#deflatedProfile;
    this.#place(this.#deflatedProfile);
    return this.#engine.call((kernel) => {
      const sizeBytes = kernel.inflatePngProfile(length, ICC_MAX_BYTES);
      const address = kernel.pngProfile();
      return sizeBytes === 0 ? null : this.#engine.bytes().slice(address, address + sizeBytes);
    });
  }

  /** Puts bytes where the kernels take input: at most EXIF_MAX_BYTES, which is also what fits there. */
  #place(bytes: Uint8Array): number {
    const address = this.#engine.exports.pngInput();
    this.#engine.bytes().set(bytes, address);
    return address;
  }

  crcOf(bytes: Uint8Array, crc = 0): number {
    const address = this.#place(bytes);
    return this.#engine.call((kernel) => kernel.crc32(crc, address, bytes.length)) >>> 0;
  }

  checkCrc(type: string, crc: number, stored: Uint8Array): void {
    if (crc !== readUint32BE(stored, 0)) throw new PngFault("corrupt", `the CRC of ${type} does not match`);
  }
}

/** The deflated part of an iCCP chunk: behind the name, its zero and the method, which can only be 0. */
function findDeflatedProfile(body: Uint8Array): Uint8Array | null {
  const nameEnd = body.subarray(0, ICC_NAME_MAX_BYTES).indexOf(0);
  return nameEnd < 1 || body[nameEnd + 1] !== 0 ? null : body.subarray(nameEnd + 2);
}

export function describeSize({ widthPx, heightPx }: PngImageHeader): string {
  return `${widthPx}x${heightPx} pixels`;
}
