// AssemblyScript. Error diffusion to greys in whole numbers: 16 bits of value, 14 bits of weight, errors never rounded one by one.
// Input is held between the darkest and the lightest level, so that no error ever exceeds half the widest gap between levels.
import { errorsAt, FINDER_ENTRIES, inputAt, levelsAt, nearestAt, outputAt, sumsAt, tonesAt, widthPx } from "./areas";
import { holeIndex, levelCount } from "./colours";
import { directionOf, tapAt, tapCount } from "./errors";
import { isHole, rowHasHoles } from "./holes";

/** Bits of a weight. */
const WEIGHT_BITS: i32 = 14;
/** Bits of a sum below those that find a level. */
const FINDER_SHIFT: i32 = 16 + WEIGHT_BITS - 12;

/** Rows [y, y + rows) of the picture lie in the strip. `ahead`, `ahead2`: weights towards the next pixel and the one after it. */
export function diffuseGrey(y: i32, rows: i32, ahead: i32, ahead2: i32): void {
  const width = widthPx();
  for (let row: i32 = 0; row < rows; row++) {
    const from = inputAt() + <usize>(row * width) * 4;
    const to = outputAt() + <usize>(row * width);
    sumRow(from, y + row, width);
    const holes = rowHasHoles(from, width);
    if (levelCount == 2) {
      if (holes) scan(true, true, from, to, y + row, width, ahead, ahead2);
      else scan(true, false, from, to, y + row, width, ahead, ahead2);
    } else scan(false, holes, from, to, y + row, width, ahead, ahead2);
  }
}

/** Value and errors of earlier rows, as a sum of 16 + 14 bits, rounding included. */
function sumRow(from: usize, y: i32, width: i32): void {
  const sums = sumsAt();
  const tones = tonesAt();
  for (let x: i32 = 0; x < width; x++) {
    const pixel = from + <usize>x * 4;
    store<i32>(
      sums + <usize>x * 4,
      load<i32>(tones + (<usize>load<u8>(pixel) << 2)) +
        load<i32>(tones + (<usize>load<u8>(pixel, 1) << 2), 1024) +
        load<i32>(tones + (<usize>load<u8>(pixel, 2) << 2), 2048),
    );
  }
  const darkest = i32x4.splat(load<i32>(levelsAt()));
  const lightest = i32x4.splat(load<i32>(levelsAt() + <usize>(levelCount - 1) * 4));
  const half = i32x4.splat(1 << (WEIGHT_BITS - 1));
  for (let x: i32 = 0; x < width; x += 8) {
    const at = sums + <usize>x * 4;
    const valueA = i32x4.min_s(i32x4.max_s(v128.load(at), darkest), lightest);
    const valueB = i32x4.min_s(i32x4.max_s(v128.load(at, 16), darkest), lightest);
    let sumA = i32x4.add(i32x4.shl(valueA, WEIGHT_BITS), half);
    let sumB = i32x4.add(i32x4.shl(valueB, WEIGHT_BITS), half);
    for (let tap: i32 = 0; tap < tapCount; tap++) {
      const entry = tapAt(tap);
      const back = load<i32>(entry);
      const error = errorsAt(y - back, 4) + <usize>((x - load<i32>(entry, 4) * directionOf(y - back)) * 4);
      const weight = v128.load32_splat(entry, 8);
      sumA = i32x4.add(sumA, i32x4.mul(weight, v128.load(error)));
      sumB = i32x4.add(sumB, i32x4.mul(weight, v128.load(error, 16)));
    }
    v128.store(at, sumA);
    v128.store(at, sumB, 16);
  }
}

/** `isTwo` and `holes` are known where this is inlined. */
// @ts-ignore: decorator
@inline
function scan(
  isTwo: bool, holes: bool, from: usize, to: usize, y: i32, width: i32, ahead: i32, ahead2: i32,
): void {
  const sums = sumsAt();
  const errors = errorsAt(y, 4);
  const levels = levelsAt();
  const low = load<i32>(levels) << WEIGHT_BITS;
  const high = load<i32>(levels, 4) << WEIGHT_BITS;
  const middle = load<i32>(levels, 1024);
  const step = directionOf(y);
  const end = step > 0 ? width : -1;
  let last = 0;
  let beforeLast = 0;
  for (let x = step > 0 ? 0 : width - 1; x != end; x += step) {
    let error = 0;
    if (holes && isHole(from + <usize>x * 4)) {
      store<u8>(to + x, holeIndex);
    } else {
      const sum = load<i32>(sums + <usize>x * 4) + last * ahead + beforeLast * ahead2;
      if (isTwo) {
        const isHigh = sum > middle;
        store<u8>(to + x, <i32>isHigh);
        error = (sum - select<i32>(high, low, isHigh)) >> WEIGHT_BITS;
      } else {
        const upper = sum >> FINDER_SHIFT;
        const bounded = upper < 0 ? 0 : upper >= FINDER_ENTRIES ? FINDER_ENTRIES - 1 : upper;
        let level = <i32>load<u8>(nearestAt() + bounded);
        while (sum > load<i32>(levels + (<usize>level << 2), 1024)) level++;
        store<u8>(to + x, level);
        error = (sum - (load<i32>(levels + (<usize>level << 2)) << WEIGHT_BITS)) >> WEIGHT_BITS;
      }
    }
    store<i32>(errors + <usize>x * 4, error);
    beforeLast = last;
    last = error;
  }
}
