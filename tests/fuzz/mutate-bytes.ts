// Mutations that know nothing of a format: flips, cuts, repetitions, splices, and numbers at the edges of their range.
import type { Random } from "./random.ts";

/** @param other another input to splice with */
export type Mutation = (input: Uint8Array, random: Random, other: Uint8Array) => Uint8Array;

/** Values at which lengths, sizes and counts go wrong. */
const EDGES_8 = [0, 1, 2, 0x0f, 0x10, 0x3f, 0x40, 0x7f, 0x80, 0xc0, 0xfe, 0xff] as const;
const EDGES_16 = [0, 1, 2, 3, 7, 8, 9, 0xff, 0x100, 0x7fff, 0x8000, 0xfffe, 0xffff] as const;
const EDGES_32 = [0, 1, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff] as const;

export const byteMutations: readonly Mutation[] = [
  function flipBits(input, random) {
    const output = input.slice();
    for (let n = random.between(1, 8); n > 0; n--) {
      const at = random.below(output.length);
      output[at] = (output[at] ?? 0) ^ (1 << random.below(8));
    }
    return output;
  },
  function replaceBytes(input, random) {
    const output = input.slice();
    for (let n = random.between(1, 8); n > 0; n--) output[random.below(output.length)] = random.below(256);
    return output;
  },
  function edgeByte(input, random) {
    const output = input.slice();
    output[random.below(output.length)] = random.pick(EDGES_8);
    return output;
  },
  function edgeNumber(input, random) {
    const output = input.slice();
    const isWide = random.isOneIn(3);
    if (output.length < 4) return output;
    const at = random.below(output.length - 3);
    const view = new DataView(output.buffer, output.byteOffset);
    if (isWide) view.setUint32(at, random.pick(EDGES_32), random.isOneIn(2));
    else view.setUint16(at, random.pick(EDGES_16), random.isOneIn(2));
    return output;
  },
  function truncate(input, random) {
    return input.slice(0, random.below(input.length));
  },
  function removeRange(input, random) {
    const from = random.below(input.length);
    return concat(input.subarray(0, from), input.subarray(from + random.between(1, 64)));
  },
  function repeatRange(input, random) {
    const from = random.below(input.length);
    const piece = input.subarray(from, from + random.between(1, 256));
    return concat(
      input.subarray(0, from),
      ...Array.from({ length: random.between(1, 8) }, () => piece),
      input.subarray(from),
    );
  },
  function insertRandom(input, random) {
    const at = random.below(input.length);
    const fresh = Uint8Array.from({ length: random.between(1, 32) }, () => random.below(256));
    return concat(input.subarray(0, at), fresh, input.subarray(at));
  },
  function fillRange(input, random) {
    const output = input.slice();
    const from = random.below(output.length);
    return output.fill(random.pick([0, 0xff, 0x55]), from, from + random.between(1, 512));
  },
  function splice(input, random, other) {
    return concat(input.subarray(0, random.below(input.length)), other.subarray(random.below(other.length)));
  },
];

export function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const output = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    output.set(part, at);
    at += part.length;
  }
  return output;
}
