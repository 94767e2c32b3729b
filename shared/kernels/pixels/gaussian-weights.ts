// AssemblyScript. The taps of a Gaussian along one axis in fixed point, as an axis of the resampler that keeps every
// sample.
import { allocate, mark, release } from "../engine/arena";
import { ResampleAxis, roundWeights } from "../jpeg/lanczos-weights";

/** Standard deviations on either side: what lies beyond weighs 0.3 % in all. */
const REACH: f64 = 3;

/**
 * Plans one axis of a blur. Samples beyond an edge repeat the edge.
 *
 * @param sigma Standard deviation in samples, above 0.
 * @returns address of a ResampleAxis in the arena.
 */
export function planGaussianAxis(length: i32, sigma: f64): usize {
  const radius = <i32>Math.ceil(REACH * sigma);
  const tapCount = min(2 * radius + 1, length);
  const axis = changetype<ResampleAxis>(allocate(offsetof<ResampleAxis>()));
  axis.sourceLength = length;
  axis.targetLength = length;
  axis.tapCount = tapCount;
  axis.starts = allocate(<usize>length * sizeof<i32>());
  axis.weights = allocate(<usize>(length * tapCount) * sizeof<i16>());
  const afterPlan = mark();
  const exact = allocate(<usize>tapCount * sizeof<f64>());
  const half = allocate(<usize>(radius + 1) * sizeof<f64>());
  for (let i = 0; i <= radius; i++) {
    const distance = <f64>i / sigma;
    store<f64>(half + <usize>i * sizeof<f64>(), Math.exp(-0.5 * distance * distance));
  }
  for (let target = 0; target < length; target++) {
    const start = max(min(target - radius, length - tapCount), 0);
    memory.fill(exact, 0, <usize>tapCount * sizeof<f64>());
    let sum: f64 = 0;
    for (let i = -radius; i <= radius; i++) {
      const weight = load<f64>(half + <usize>abs(i) * sizeof<f64>());
      const tap = max(min(target + i, length - 1), 0) - start;
      const at = exact + <usize>max(min(tap, tapCount - 1), 0) * sizeof<f64>();
      store<f64>(at, load<f64>(at) + weight);
      sum += weight;
    }
    store<i32>(axis.starts + <usize>target * sizeof<i32>(), start);
    roundWeights(exact, sum, tapCount, axis.weights + <usize>(target * tapCount) * sizeof<i16>());
  }
  release(afterPlan);
  return changetype<usize>(axis);
}
