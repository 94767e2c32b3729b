// Mutations that know PNG's chunks: checksums are made right again, so that the damage reaches the code behind them.
import { crc32, deflateSync, inflateSync } from "node:zlib";
import { concat, type Mutation } from "./mutate-bytes.ts";
import type { Random } from "./random.ts";

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** Decompressed bytes (of small seeds) that mutations look at. */
const INFLATE_MAX_BYTES = 4 * 1024 * 1024;

export const pngMutations: readonly Mutation[] = [
  function swapChunks(input, random) {
    return rebuild(input, random, (chunks) => {
      const [a, b] = [random.below(chunks.length), random.below(chunks.length)];
      const first = chunks[a] as Chunk;
      chunks[a] = chunks[b] as Chunk;
      chunks[b] = first;
    });
  },
  function dropChunk(input, random) {
    return rebuild(input, random, (chunks) => chunks.splice(random.below(chunks.length), 1));
  },
  function repeatChunk(input, random) {
    return rebuild(input, random, (chunks) => {
      const copies = Array.from({ length: random.between(1, 3) }, () => random.pick(chunks));
      chunks.splice(random.below(chunks.length + 1), 0, ...copies);
    });
  },
  function borrowChunk(input, random, other) {
    const theirs = splitPng(other);
    if (theirs.length === 0) return input;
    return rebuild(input, random, (chunks) => chunks.splice(random.below(chunks.length + 1), 0, random.pick(theirs)));
  },
  function editHeader(input, random) {
    return edit(input, random, "IHDR", (data) => {
      if (data.length < 13) return data;
      const at = random.below(data.length);
      if (at < 8)
        new DataView(data.buffer).setUint32(at & 4, random.pick([0, 1, 7, 33, 4097, 65535, 0x7fffffff, 0xffffffff]));
      else if (at === 8) data[at] = random.pick([0, 1, 2, 4, 8, 16, 32]);
      else if (at === 9) data[at] = random.pick([0, 2, 3, 4, 6, 7]);
      else data[at] = random.pick([0, 1, 2, 255]);
      return data;
    });
  },
  function editPalette(input, random) {
    return edit(input, random, "PLTE", (data) => data.subarray(0, random.below(data.length + 1)));
  },
  function editTransparency(input, random) {
    return edit(input, random, "tRNS", (data) =>
      data.map(() => random.below(256)).subarray(0, random.below(data.length + 1)),
    );
  },
  function editData(input, random) {
    return edit(input, random, "IDAT", (data) => {
      for (let n = random.between(1, 6); n > 0 && data.length > 0; n--)
        data[random.below(data.length)] = random.below(256);
      return data;
    });
  },
  function editRows(input, random) {
    return reinflate(input, random, (rows) => {
      for (let n = random.between(1, 12); n > 0 && rows.length > 0; n--) {
        rows[random.below(rows.length)] = random.pick([0, 1, 2, 3, 4, 5, 255, random.below(256)]);
      }
      return rows;
    });
  },
  function changeRowCount(input, random) {
    return reinflate(input, random, (rows) =>
      random.isOneIn(2)
        ? rows.subarray(0, random.below(rows.length + 1))
        : concat(rows, rows.subarray(0, random.below(4096))),
    );
  },
  function splitData(input, random) {
    return rebuild(input, random, (chunks) => {
      const at = chunks.findIndex(({ type }) => type === "IDAT");
      const chunk = chunks[at];
      if (chunk === undefined) return;
      const cut = random.below(chunk.data.length + 1);
      chunks.splice(
        at,
        1,
        { type: "IDAT", data: chunk.data.slice(0, cut) },
        { type: "IDAT", data: chunk.data.slice(cut) },
      );
    });
  },
  function wrongChecksum(input, random) {
    const output = input.slice();
    if (output.length > 33) output[random.below(output.length - 33) + 33] = random.below(256);
    return output;
  },
];

function edit(
  input: Uint8Array,
  random: Random,
  wanted: string,
  change: (data: Uint8Array<ArrayBuffer>) => Uint8Array,
): Uint8Array {
  return rebuild(input, random, (chunks) => {
    const at = chunks.findIndex(({ type }) => type === wanted);
    const chunk = chunks[at];
    if (chunk === undefined) return;
    const data = chunk.data.slice();
    chunks[at] = { type: wanted, data: change(data) };
  });
}

/** Decompresses all image data, changes it, and compresses it again in one chunk. */
function reinflate(input: Uint8Array, random: Random, change: (rows: Uint8Array) => Uint8Array): Uint8Array {
  return rebuild(input, random, (chunks) => {
    const first = chunks.findIndex(({ type }) => type === "IDAT");
    if (first < 0) return;
    const deflated = concat(...chunks.filter(({ type }) => type === "IDAT").map(({ data }) => data));
    let rows: Uint8Array;
    try {
      rows = new Uint8Array(inflateSync(deflated, { maxOutputLength: INFLATE_MAX_BYTES }));
    } catch {
      return;
    }
    const others = chunks.filter(({ type }) => type !== "IDAT");
    const level = random.pick([0, 1, 9]);
    others.splice(first, 0, { type: "IDAT", data: new Uint8Array(deflateSync(change(rows), { level })) });
    chunks.splice(0, chunks.length, ...others);
  });
}

function rebuild(input: Uint8Array, random: Random, change: (chunks: Chunk[]) => unknown): Uint8Array {
  const chunks = splitPng(input);
  if (chunks.length === 0) return input;
  change(chunks);
  const parts = chunks.map(({ type, data }) => {
    const bytes = new Uint8Array(data.length + 12);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, random.isOneIn(100) ? data.length + random.between(-4, 4) : data.length);
    for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i);
    bytes.set(data, 8);
    view.setUint32(bytes.length - 4, crc32(bytes.subarray(4, bytes.length - 4)));
    return bytes;
  });
  return concat(SIGNATURE, ...parts);
}

function splitPng(input: Uint8Array): Chunk[] {
  const chunks: Chunk[] = [];
  const view = new DataView(input.buffer, input.byteOffset, input.length);
  for (let at = SIGNATURE.length; at + 12 <= input.length; ) {
    const length = view.getUint32(at);
    if (at + 12 + length > input.length) break;
    const type = String.fromCharCode(...input.subarray(at + 4, at + 8));
    chunks.push({ type, data: input.slice(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return chunks;
}
