// AssemblyScript. The taps of a one-dimensional Lanczos3 resampling in fixed point, made once per axis. Touches no pixel.
import { allocate, mark, release } from "../engine/arena";

/** Fraction bits of a weight: with 14, a weight of exactly 1 still fits 16 bits. */
export const WEIGHT_BITS: i32 = 14;
const ONE: i32 = 1 << WEIGHT_BITS;
/** Lobes on either side: the a of Lanczos3. */
const LOBES: f64 = 3;

/** One axis: where each target sample's taps begin in the source, and what they weigh. Lies in the arena. */
@unmanaged
export class ResampleAxis {
  sourceLength: i32;
  targetLength: i32;
  /** Taps of every target sample; those outside the kernel weigh 0. */
  tapCount: i32;
  /** Address of i32[targetLength]: first source sample. `tapCount` samples from there lie inside the source. */
  starts: usize;
  /** Address of i16[targetLength][tapCount]: each row sums to exactly 1 << WEIGHT_BITS, so that flat stays flat. */
  weights: usize;
}

/**
 * Plans one axis. Target sample i lies at source position (i + 0.5 + phase) * step - 0.5, the centre of the area it covers.
 * Samples beyond an edge repeat the edge.
 *
 * @param step Source samples per target sample. Above 1 the kernel is stretched by it, so that every source sample counts.
 * @param phase Shift of the target grid, in target samples.
 * @returns address of a ResampleAxis in the arena.
 */
export function planResampleAxis(sourceLength: i32, targetLength: i32, step: f64, phase: f64): usize {
  const support = LOBES * Math.max(step, 1);
  // So many samples at most lie strictly within the kernel; on its very ends it weighs nothing.
  const tapCount = min(<i32>Math.ceil(support * 2), sourceLength);
  const axis = changetype<ResampleAxis>(allocate(offsetof<ResampleAxis>()));
  axis.sourceLength = sourceLength;
  axis.targetLength = targetLength;
  axis.tapCount = tapCount;
  axis.starts = allocate(<usize>targetLength * sizeof<i32>());
  axis.weights = allocate(<usize>(targetLength * tapCount) * sizeof<i16>());
  const afterPlan = mark();
  const exact = allocate(<usize>tapCount * sizeof<f64>());
  for (let target = 0; target < targetLength; target++) {
    const center = (<f64>target + 0.5 + phase) * step - 0.5;
    const start = max(min(<i32>Math.ceil(center - support), sourceLength - tapCount), 0);
    const sum = fillExactWeights(exact, center, support, start, tapCount, sourceLength);
    store<i32>(axis.starts + <usize>target * sizeof<i32>(), start);
    roundWeights(exact, sum, tapCount, axis.weights + <usize>(target * tapCount) * sizeof<i16>());
  }
  release(afterPlan);
  return changetype<usize>(axis);
}

/**
 * sinc(x) * sinc(x / 3) of every tap (C. Duchon, "Lanczos filtering in one and two dimensions", 1979). With a = pi * x / 3 and
 * sin(3a) = 3 sin(a) - 4 sin(a)^3 that is sin(a)^2 * (3 - 4 sin(a)^2) / 3a^2: one sine, and from tap to tap a rotation.
 *
 * @returns the sum of the weights.
 */
function fillExactWeights(
  exact: usize,
  center: f64,
  support: f64,
  start: i32,
  tapCount: i32,
  sourceLength: i32,
): f64 {
  memory.fill(exact, 0, <usize>tapCount * sizeof<f64>());
  const first = <i32>Math.ceil(center - support);
  const last = <i32>Math.floor(center + support);
  const turn = Math.PI / support;
  let angle = (<f64>first - center) * turn;
  let sine = Math.sin(angle);
  let cosine = Math.cos(angle);
  const turnSine = Math.sin(turn);
  const turnCosine = Math.cos(turn);
  let sum: f64 = 0;
  for (let source = first; source <= last; source++) {
    const squaredSine = sine * sine;
    const isCenter = Math.abs(angle) < 1e-7;
    const weight = isCenter ? 1 : (squaredSine * (3 - 4 * squaredSine)) / (3 * angle * angle);
    const inside = max(min(source, sourceLength - 1), 0);
    // A tap on the kernel's very end, where it weighs nothing, may lie outside the window.
    const tap = max(min(inside - start, tapCount - 1), 0);
    const at = exact + <usize>tap * sizeof<f64>();
    store<f64>(at, load<f64>(at) + weight);
    sum += weight;
    const nextSine = sine * turnCosine + cosine * turnSine;
    cosine = cosine * turnCosine - sine * turnSine;
    sine = nextSine;
    angle += turn;
  }
  return sum;
}

/** Scales weights to fixed point, so that they sum to exactly 1 << WEIGHT_BITS. */
export function roundWeights(exact: usize, sum: f64, tapCount: i32, weights: usize): void {
  const scale = <f64>ONE / sum;
  let rest = ONE;
  let largest = -ONE;
  let largestAt = weights;
  for (let tap = 0; tap < tapCount; tap++) {
    const weight = <i32>Math.floor(load<f64>(exact + <usize>tap * sizeof<f64>()) * scale + 0.5);
    const at = weights + <usize>tap * sizeof<i16>();
    store<i16>(at, <i16>weight);
    rest -= weight;
    if (weight > largest) {
      largest = weight;
      largestAt = at;
    }
  }
  // The rounding error goes where it is relatively smallest.
  store<i16>(largestAt, <i16>(largest + rest));
}
