// AssemblyScript. Exact search: every row is compared with up to four queries, and each query keeps its best hits in order.
import { HITS_MAX, hitsAt, queryAt, queryScaleAt, rowAt, rowBytes, scaleOf } from "./store";

const counts = memory.data(16, 16);

export function beginSearch(): void {
  v128.store(counts, i64x2.splat(0));
}

export function hitCount(query: i32): i32 {
  return load<i32>(counts + query * 4);
}

/** Keeps (slot, score) among the best `keep` of a query, best first; of equals the one found first. */
function offer(query: i32, slot: i32, score: f32, keep: i32): void {
  const count = load<i32>(counts + query * 4);
  const hits = hitsAt(query);
  if (count == keep && load<f32>(hits + (count - 1) * 8, 4) >= score) return;
  let at = count < keep ? count : keep - 1;
  while (at > 0 && load<f32>(hits + (at - 1) * 8, 4) < score) {
    store<u64>(hits + at * 8, load<u64>(hits + (at - 1) * 8));
    at--;
  }
  store<i32>(hits + at * 8, slot);
  store<f32>(hits + at * 8, score, 4);
  if (count < keep) store<i32>(counts + query * 4, count + 1);
}

// @ts-ignore: decorator
@inline
function sum(lanes: v128): f32 {
  return <f32>(
    i32x4.extract_lane(lanes, 0) +
    i32x4.extract_lane(lanes, 1) +
    i32x4.extract_lane(lanes, 2) +
    i32x4.extract_lane(lanes, 3)
  );
}

/** Compares one query with the rows [from, to). Scores are cosines; those below `minimum` are no hits. */
export function searchOne(from: i32, to: i32, keep: i32, minimum: f32): void {
  const limit = keep < HITS_MAX ? keep : HITS_MAX;
  const bytes = rowBytes();
  const query = queryAt(0);
  const scale = load<f32>(queryScaleAt(0));
  for (let slot = from; slot < to; slot++) {
    const row = rowAt(slot);
    let even = i32x4.splat(0);
    let odd = i32x4.splat(0);
    for (let at: i32 = 0; at < bytes; at += 16) {
      even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load8x8_s(row + at), v128.load(query + at * 2)));
      odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load8x8_s(row + at, 8), v128.load(query + at * 2, 16)));
    }
    const score = sum(i32x4.add(even, odd)) * scale * scaleOf(slot);
    if (score >= minimum) offer(0, slot, score, limit);
  }
}

/** Compares four queries with the rows [from, to), two rows at a time: each load feeds two or four products. */
export function searchFour(from: i32, to: i32, keep: i32, minimum: f32): void {
  const limit = keep < HITS_MAX ? keep : HITS_MAX;
  const bytes = rowBytes();
  const q0 = queryAt(0);
  const q1 = queryAt(1);
  const q2 = queryAt(2);
  const q3 = queryAt(3);
  const s0 = load<f32>(queryScaleAt(0));
  const s1 = load<f32>(queryScaleAt(1));
  const s2 = load<f32>(queryScaleAt(2));
  const s3 = load<f32>(queryScaleAt(3));
  let slot = from;
  for (; slot + 1 < to; slot += 2) {
    const rowA = rowAt(slot);
    const rowB = rowAt(slot + 1);
    let a0 = i32x4.splat(0);
    let a1 = i32x4.splat(0);
    let a2 = i32x4.splat(0);
    let a3 = i32x4.splat(0);
    let b0 = i32x4.splat(0);
    let b1 = i32x4.splat(0);
    let b2 = i32x4.splat(0);
    let b3 = i32x4.splat(0);
    for (let at: i32 = 0; at < bytes; at += 8) {
      const a = v128.load8x8_s(rowA + at);
      const b = v128.load8x8_s(rowB + at);
      let q = v128.load(q0 + at * 2);
      a0 = i32x4.add(a0, i32x4.dot_i16x8_s(a, q));
      b0 = i32x4.add(b0, i32x4.dot_i16x8_s(b, q));
      q = v128.load(q1 + at * 2);
      a1 = i32x4.add(a1, i32x4.dot_i16x8_s(a, q));
      b1 = i32x4.add(b1, i32x4.dot_i16x8_s(b, q));
      q = v128.load(q2 + at * 2);
      a2 = i32x4.add(a2, i32x4.dot_i16x8_s(a, q));
      b2 = i32x4.add(b2, i32x4.dot_i16x8_s(b, q));
      q = v128.load(q3 + at * 2);
      a3 = i32x4.add(a3, i32x4.dot_i16x8_s(a, q));
      b3 = i32x4.add(b3, i32x4.dot_i16x8_s(b, q));
    }
    const scaleA = scaleOf(slot);
    const scaleB = scaleOf(slot + 1);
    keepHit(0, slot, sum(a0) * s0 * scaleA, limit, minimum);
    keepHit(1, slot, sum(a1) * s1 * scaleA, limit, minimum);
    keepHit(2, slot, sum(a2) * s2 * scaleA, limit, minimum);
    keepHit(3, slot, sum(a3) * s3 * scaleA, limit, minimum);
    keepHit(0, slot + 1, sum(b0) * s0 * scaleB, limit, minimum);
    keepHit(1, slot + 1, sum(b1) * s1 * scaleB, limit, minimum);
    keepHit(2, slot + 1, sum(b2) * s2 * scaleB, limit, minimum);
    keepHit(3, slot + 1, sum(b3) * s3 * scaleB, limit, minimum);
  }
  if (slot < to) {
    const row = rowAt(slot);
    const scale = scaleOf(slot);
    for (let query: i32 = 0; query < 4; query++) {
      let lanes = i32x4.splat(0);
      for (let at: i32 = 0; at < bytes; at += 8)
        lanes = i32x4.add(lanes, i32x4.dot_i16x8_s(v128.load8x8_s(row + at), v128.load(queryAt(query) + at * 2)));
      keepHit(query, slot, sum(lanes) * load<f32>(queryScaleAt(query)) * scale, limit, minimum);
    }
  }
}

// @ts-ignore: decorator
@inline
function keepHit(query: i32, slot: i32, score: f32, keep: i32, minimum: f32): void {
  if (score >= minimum) offer(query, slot, score, keep);
}
