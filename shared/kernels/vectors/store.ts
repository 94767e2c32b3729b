// AssemblyScript. Where quantised vectors lie: scratch, then rows of signed bytes, then their scales as 16-bit numbers.
// The caller writes rows and scales through the addresses given here; nothing in this module ever sees a float vector.

/** Queries that are compared at once: what fits the registers beside two rows. */
export const QUERIES: i32 = 4;
/** Bytes of a query's row widened to 16 bits: 1,024 dimensions. */
const QUERY_BYTES: i32 = 2048;
/** Hits a query keeps at most. */
export const HITS_MAX: i32 = 128;

// @ts-ignore: decorator
@lazy const QUERY_BASE: usize = (__heap_base + 15) & ~15;
// @ts-ignore: decorator
@lazy const QUERY_SCALES: usize = QUERY_BASE + QUERIES * QUERY_BYTES;
// @ts-ignore: decorator
@lazy const HITS: usize = QUERY_SCALES + 16;
// @ts-ignore: decorator
@lazy const ROWS: usize = (HITS + QUERIES * HITS_MAX * 8 + 15) & ~15;

/** Value of one step of a 16-bit scale: the largest scale of a unit vector is 1/127, 33,026 steps. */
const SCALE_UNIT: f32 = 1.0 / 4194304.0;

let stride: i32 = 0;
let capacity: i32 = 0;

/** Bytes of a row: a multiple of 16, the rest of it zero. */
export function rowBytes(): i32 {
  return stride;
}

/**
 * Room for `rows` vectors of `dimensions` (≤ 1,024); what is stored stays. Growing only.
 * @returns 0 when there is no memory for it
 */
export function reserve(dimensions: i32, rows: i32): i32 {
  const newStride = (dimensions + 15) & ~15;
  if (newStride * 2 > QUERY_BYTES || (stride != 0 && newStride != stride)) return 0;
  if (rows <= capacity) return 1;
  const end = ROWS + <usize>rows * (newStride + 2);
  const missing = <i32>((end - (<usize>memory.size() << 16) + 65535) >> 16);
  if (end > <usize>memory.size() << 16 && memory.grow(missing) < 0) return 0;
  memory.copy(ROWS + <usize>rows * newStride, ROWS + <usize>capacity * newStride, <usize>capacity * 2);
  memory.fill(ROWS + <usize>capacity * newStride, 0, <usize>(rows - capacity) * newStride);
  stride = newStride;
  capacity = rows;
  return 1;
}

export function rowAt(slot: i32): usize {
  return ROWS + <usize>slot * stride;
}

export function scaleAt(slot: i32): usize {
  return ROWS + <usize>capacity * stride + <usize>slot * 2;
}

// @ts-ignore: decorator
@inline
export function scaleOf(slot: i32): f32 {
  return <f32>load<u16>(scaleAt(slot)) * SCALE_UNIT;
}

/** The query's numbers as 16 bits each, padded with zeros to the row. */
export function queryAt(query: i32): usize {
  return QUERY_BASE + query * QUERY_BYTES;
}

export function queryScaleAt(query: i32): usize {
  return QUERY_SCALES + query * 4;
}

export function hitsAt(query: i32): usize {
  return HITS + query * HITS_MAX * 8;
}

/** Makes a stored vector a query. */
export function queryFromRow(query: i32, slot: i32): void {
  const from = rowAt(slot);
  const to = queryAt(query);
  for (let at: i32 = 0; at < stride; at += 8) v128.store(to + at * 2, v128.load8x8_s(from + at));
  store<f32>(queryScaleAt(query), scaleOf(slot));
}
