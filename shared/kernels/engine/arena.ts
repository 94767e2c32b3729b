// AssemblyScript. Memory of the engine: fixed tables below the heap base, one arena above it that is reset between photos.
// Nothing is ever freed one by one: a photo marks, allocates, and releases to the mark.

/** SIMD loads are fastest and never straddle a cache line needlessly at this alignment, in bytes. */
const ALIGNMENT: usize = 16;

let top: usize = (__heap_base + ALIGNMENT - 1) & ~(ALIGNMENT - 1);

/** @returns address of `sizeBytes` uninitialised bytes, 16-byte aligned. Traps when the module's maximum memory is exceeded. */
export function allocate(sizeBytes: usize): usize {
  const start = top;
  top = (start + sizeBytes + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
  if (top < start) unreachable();
  const missingPages = <i32>((top + 0xffff) >>> 16) - memory.size();
  if (missingPages > 0 && memory.grow(missingPages) < 0) unreachable();
  return start;
}

/** Where the arena stands: hand it to `release` to let go of everything allocated since. */
export function mark(): usize {
  return top;
}

export function release(to: usize): void {
  top = to;
}
