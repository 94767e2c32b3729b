// Writes a picture by palette as a GIF of one frame (GIF89a, CompuServe 1990), compressed by LZW with codes that grow to 12 bits.
import type { IndexedImage } from "./dither-image.ts";

/** Sides are 16 bits in a GIF. */
const SIDE_MAX_PX = 65_535;
const CODES_MAX = 4096;
const BLOCK_MAX_BYTES = 255;
/** Slots of the table of known strings: a power of two, and more than twice the codes, so that searches are short. */
const SLOTS = 1 << 14;

/** Throws RangeError beyond 65,535 px a side. */
export function encodeGif({ widthPx, heightPx, indices, palette }: IndexedImage): Uint8Array<ArrayBuffer> {
  if (widthPx > SIDE_MAX_PX || heightPx > SIDE_MAX_PX)
    throw new RangeError(`Expected sides of at most ${SIDE_MAX_PX} px. Got ${widthPx}x${heightPx}.`);
  const entries = palette.length / 4;
  let bits = 1;
  while (1 << bits < entries) bits++;
  const hole = palette.findIndex((alpha, at) => at % 4 === 3 && alpha === 0) >> 2;

  const out = new ByteSink();
  out.text("GIF89a");
  out.word(widthPx);
  out.word(heightPx);
  // A table of 2^bits colours for the whole file, of as many bits a channel as there are; no background, square pixels.
  out.bytes([0x80 | 0x70 | (bits - 1), 0, 0]);
  for (let entry = 0; entry < 1 << bits; entry++)
    for (let channel = 0; channel < 3; channel++) out.byte(entry < entries ? palette[entry * 4 + channel] : 0);
  if (hole >= 0) out.bytes([0x21, 0xf9, 4, 1, 0, 0, hole, 0]);
  out.byte(0x2c);
  for (const word of [0, 0, widthPx, heightPx]) out.word(word);
  out.byte(0);
  writeLzw(out, indices, Math.max(2, bits));
  out.byte(0x3b);
  return out.taken();
}

function writeLzw(out: ByteSink, indices: Uint8Array, rootBits: number): void {
  const clear = 1 << rootBits;
  const codes = new CodeSink(out);
  // A known string is (code of all but its last index, last index): 12 + 8 bits, kept beside its own code of 12.
  const keys = new Int32Array(SLOTS);
  const values = new Uint16Array(SLOTS);
  let codeBits = rootBits + 1;
  let next = clear + 2;
  out.byte(rootBits);
  codes.put(clear, codeBits);
  keys.fill(-1);
  let prefix = indices[0];
  for (let at = 1; at < indices.length; at++) {
    const index = indices[at];
    const key = (prefix << 8) | index;
    let slot = (Math.imul(key, 0x9e3779b1) >>> 18) & (SLOTS - 1);
    while (keys[slot] !== -1 && keys[slot] !== key) slot = (slot + 1) & (SLOTS - 1);
    if (keys[slot] === key) {
      prefix = values[slot];
      continue;
    }
    codes.put(prefix, codeBits);
    prefix = index;
    if (next < CODES_MAX) {
      keys[slot] = key;
      values[slot] = next++;
      // The reader is one string behind, and widens its codes when it has no room for the one it is about to learn.
      if (next > 1 << codeBits && codeBits < 12) codeBits++;
    } else {
      codes.put(clear, codeBits);
      keys.fill(-1);
      codeBits = rootBits + 1;
      next = clear + 2;
    }
  }
  codes.put(prefix, codeBits);
  // Reading the last code, the reader may have widened them once more.
  if (next === 1 << codeBits && codeBits < 12) codeBits++;
  codes.put(clear + 1, codeBits);
  codes.end();
}

/** Codes from the low bits up, in blocks of at most 255 bytes that say their length. */
class CodeSink {
  readonly #out: ByteSink;
  readonly #block = new Uint8Array(BLOCK_MAX_BYTES);
  #size = 0;
  #bits = 0;
  #held = 0;

  constructor(out: ByteSink) {
    this.#out = out;
  }

  put(code: number, codeBits: number): void {
    this.#bits |= code << this.#held;
    this.#held += codeBits;
    while (this.#held >= 8) {
      this.#byte(this.#bits & 255);
      this.#bits >>>= 8;
      this.#held -= 8;
    }
  }

  end(): void {
    if (this.#held > 0) this.#byte(this.#bits & 255);
    this.#flush();
    this.#out.byte(0);
  }

  #byte(value: number): void {
    this.#block[this.#size++] = value;
    if (this.#size === BLOCK_MAX_BYTES) this.#flush();
  }

  #flush(): void {
    if (this.#size === 0) return;
    this.#out.byte(this.#size);
    this.#out.bytes(this.#block.subarray(0, this.#size));
    this.#size = 0;
  }
}

/** Bytes that grow by doubling. */
class ByteSink {
  #bytes = new Uint8Array(1 << 16);
  #size = 0;

  byte(value: number): void {
    this.bytes([value]);
  }

  /** Low byte first. */
  word(value: number): void {
    this.bytes([value & 255, value >> 8]);
  }

  text(ascii: string): void {
    this.bytes(Array.from(ascii, (character) => character.charCodeAt(0)));
  }

  bytes(values: ArrayLike<number>): void {
    if (this.#size + values.length > this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(values, this.#size);
    this.#size += values.length;
  }

  taken(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#size);
  }
}
