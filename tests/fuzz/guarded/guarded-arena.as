// AssemblyScript. Stands in for the engine's arena when fuzzing: red zones around every allocation, and no memory that looks clean.
// A kernel that writes where it may not is told by the zones; one that reads what it never wrote, by answers that vary.

const ALIGNMENT: usize = 16;
/** Wider than any vector loop may overrun. */
const ZONE_BYTES: usize = 256;
const ZONE_BYTE: u8 = 0xa5;
const FREED_BYTE: u8 = 0xdd;
/** What allocations are at once; beyond it the run ends as if out of memory. */
const MAX_BLOCKS: i32 = 4096;

const starts: usize = memory.data(MAX_BLOCKS * sizeof<usize>(), 16);
const ends: usize = memory.data(MAX_BLOCKS * sizeof<usize>(), 16);
let blocks: i32 = 0;
let top: usize = (__heap_base + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
let violations: i32 = 0;
let firstViolation: usize = 0;
/** What fresh memory is filled with: two runs with different dirt must agree. */
let dirt: u8 = 0;

export function setDirt(byte: i32): void {
  dirt = <u8>byte;
}

/** Bytes of red zones that were overwritten since the module was started. */
export function guardViolations(): i32 {
  for (let index = 0; index < blocks; index++) check(index);
  return violations;
}

export function firstGuardViolation(): usize {
  return firstViolation;
}

export function allocate(sizeBytes: usize): usize {
  if (blocks == MAX_BLOCKS) unreachable();
  const start = top + ZONE_BYTES;
  const end = start + sizeBytes;
  if (end < start) unreachable();
  moveTop(end);
  memory.fill(start - ZONE_BYTES, ZONE_BYTE, ZONE_BYTES);
  memory.fill(start, dirt, sizeBytes);
  memory.fill(end, ZONE_BYTE, top - end);
  store<usize>(starts + (<usize>blocks << 2), start);
  store<usize>(ends + (<usize>blocks << 2), end);
  blocks++;
  return start;
}

/** Makes the last allocation longer where it is. */
export function extend(sizeBytes: usize): void {
  check(blocks - 1);
  const at = ends + (<usize>(blocks - 1) << 2);
  const oldEnd = load<usize>(at);
  // The real arena rounds sizes up, and whoever extends counts on that.
  const end = oldEnd + ((sizeBytes + ALIGNMENT - 1) & ~(ALIGNMENT - 1));
  moveTop(end);
  memory.fill(oldEnd, dirt, end - oldEnd);
  memory.fill(end, ZONE_BYTE, top - end);
  store<usize>(at, end);
}

/** The kernel is about to reuse everything from here on as one piece: the zones within it are checked and given up. */
export function dissolve(from: usize): void {
  for (let index = blocks - 1; index >= 0 && load<usize>(starts + (<usize>index << 2)) >= from; index--) {
    check(index);
    blocks--;
  }
}

export function mark(): usize {
  return top;
}

export function release(to: usize): void {
  if (to > top) unreachable();
  while (blocks > 0 && load<usize>(starts + (<usize>(blocks - 1) << 2)) >= to) {
    check(blocks - 1);
    blocks--;
  }
  memory.fill(to, FREED_BYTE, top - to);
  top = (to + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
}

function moveTop(end: usize): void {
  top = (end + ZONE_BYTES + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
  if (top < end) unreachable();
  const missingPages = <i32>((top + 0xffff) >>> 16) - memory.size();
  if (missingPages > 0 && memory.grow(missingPages) < 0) unreachable();
}

/** Repairs what it finds, so that each overwritten byte counts once. */
function check(index: i32): void {
  const start = load<usize>(starts + (<usize>index << 2));
  const end = load<usize>(ends + (<usize>index << 2));
  checkZone(start - ZONE_BYTES, start);
  checkZone(end, end + ZONE_BYTES);
}

function checkZone(from: usize, to: usize): void {
  for (let at = from; at < to; at++) {
    if (load<u8>(at) == ZONE_BYTE) continue;
    if (violations == 0) firstViolation = at;
    violations++;
    store<u8>(at, ZONE_BYTE);
  }
}
