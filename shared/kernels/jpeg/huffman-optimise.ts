// AssemblyScript. The Huffman table that codes given symbol counts in the fewest bits (ITU-T T.81 Annex K.2). Writes no code itself.

/** A JPEG code has at most this many bits. */
const MAX_CODE_BITS: i32 = 16;
/** No symbol: its code is all ones, which T.81 forbids a real symbol to have. It is counted once, then dropped. */
const RESERVED: i32 = 256;
/** Deepest tree of 32-bit counts: Fibonacci numbers make it deepest, and the 47th needs more than 32 bits. */
const MAX_DEPTH: i32 = 48;

/** Symbols of the tree with a count, in ascending order; u16[257]. */
const symbols: usize = memory.data(257 * 2, 16);
/** Count of each of them; a merged tree's first member carries the sum, its other members 0. u32[257] */
const counts: usize = memory.data(257 * 4, 16);
/** Bits of each one's code so far; u8[257]. */
const depths: usize = memory.data(257, 16);
/** Next member of the same tree, -1 at the end; i16[257]. */
const nexts: usize = memory.data(257 * 2, 16);
/** Codes of each length; u32[49]. */
const lengthCounts: usize = memory.data((MAX_DEPTH + 1) * 4, 16);

/** Bytes of a table as a DHT segment holds it: counts of codes of 1 to 16 bits, then the symbols in the order of their codes. */
export const TABLE_BYTES: i32 = MAX_CODE_BITS + 256;

/**
 * @param symbolCounts u32[256]; at least one is not 0.
 * @param table Out: TABLE_BYTES as in a DHT segment.
 * @returns how many symbols the table has.
 */
export function optimiseHuffmanTable(symbolCounts: usize, table: usize): i32 {
  const treeSize = collectSymbols(symbolCounts);
  mergeTrees(treeSize);
  memory.fill(lengthCounts, 0, (MAX_DEPTH + 1) * 4);
  for (let i = 0; i < treeSize; i++) addToLength(load<u8>(depths + <usize>i), 1);
  limitLengths();
  dropReservedCode();
  for (let length = 1; length <= MAX_CODE_BITS; length++) {
    store<u8>(table + <usize>(length - 1), <u8>countOfLength(length));
  }
  return sortByLength(treeSize, table + MAX_CODE_BITS);
}

function collectSymbols(symbolCounts: usize): i32 {
  let size = 0;
  for (let symbol = 0; symbol <= RESERVED; symbol++) {
    const count = symbol == RESERVED ? 1 : load<u32>(symbolCounts + (<usize>symbol << 2));
    if (count == 0) continue;
    store<u16>(symbols + (<usize>size << 1), <u16>symbol);
    store<u32>(counts + (<usize>size << 2), count);
    store<u8>(depths + <usize>size, 0);
    store<i16>(nexts + (<usize>size << 1), -1);
    size++;
  }
  return size;
}

/** Figure K.1: merges the two rarest trees until one is left, deepening each of their members. */
function mergeTrees(treeSize: i32): void {
  for (let merges = 1; merges < treeSize; merges++) {
    let rarest = -1;
    let second = -1;
    let rarestCount = u32.MAX_VALUE;
    let secondCount = u32.MAX_VALUE;
    for (let i = 0; i < treeSize; i++) {
      const count = load<u32>(counts + (<usize>i << 2));
      if (count == 0) continue;
      // Of equally rare ones the last: the reserved code then is among the longest.
      if (count <= rarestCount) {
        second = rarest;
        secondCount = rarestCount;
        rarest = i;
        rarestCount = count;
      } else if (count <= secondCount) {
        second = i;
        secondCount = count;
      }
    }
    store<u32>(counts + (<usize>rarest << 2), rarestCount + secondCount);
    store<u32>(counts + (<usize>second << 2), 0);
    const last = deepen(rarest);
    store<i16>(nexts + (<usize>last << 1), <i16>second);
    deepen(second);
  }
}

/** @returns the last member of the tree. */
function deepen(first: i32): i32 {
  let member = first;
  while (true) {
    store<u8>(depths + <usize>member, load<u8>(depths + <usize>member) + 1);
    const next = <i32>load<i16>(nexts + (<usize>member << 1));
    if (next < 0) return member;
    member = next;
  }
}

/** Figure K.3: pairs of codes that are too long move up; a shorter code makes room by becoming the prefix of two. */
function limitLengths(): void {
  for (let length = MAX_DEPTH; length > MAX_CODE_BITS; length--) {
    while (countOfLength(length) > 0) {
      let shorter = length - 2;
      while (countOfLength(shorter) == 0) shorter--;
      addToLength(length, -2);
      addToLength(length - 1, 1);
      addToLength(shorter + 1, 2);
      addToLength(shorter, -1);
    }
  }
}

function dropReservedCode(): void {
  let longest = MAX_CODE_BITS;
  while (countOfLength(longest) == 0) longest--;
  addToLength(longest, -1);
}

/** Figure K.4: symbols by the length their tree gave them, which limiting may have shortened but never reordered. */
function sortByLength(treeSize: i32, sorted: usize): i32 {
  let at = sorted;
  for (let depth = 1; depth <= MAX_DEPTH; depth++) {
    // The reserved symbol is the tree's last.
    for (let i = 0; i < treeSize - 1; i++) {
      if (<i32>load<u8>(depths + <usize>i) == depth) store<u8>(at++, <u8>load<u16>(symbols + (<usize>i << 1)));
    }
  }
  return <i32>(at - sorted);
}

function countOfLength(length: i32): i32 {
  return load<i32>(lengthCounts + (<usize>length << 2));
}

function addToLength(length: i32, change: i32): void {
  const at = lengthCounts + (<usize>length << 2);
  store<i32>(at, load<i32>(at) + change);
}
