// AssemblyScript. Error diffusion to colours: red, green and blue in one vector of f32.
import { errorsAt, inputAt, outputAt, tonesAt, widthPx } from "./areas";
import { bounded, colourAt, colourOf, holeIndex, nearestEntry } from "./colours";
import { directionOf, tapAt, tapCount } from "./errors";
import { isHole, rowHasHoles } from "./holes";

/** Rows [y, y + rows) of the picture lie in the strip. `ahead`, `ahead2`: weights towards the next pixel and the one after it. */
export function diffuseColour(y: i32, rows: i32, ahead: f32, ahead2: f32): void {
  const width = widthPx();
  for (let row: i32 = 0; row < rows; row++) {
    const from = inputAt() + <usize>(row * width) * 4;
    diffuseRow(from, outputAt() + <usize>(row * width), y + row, width, f32x4.splat(ahead), f32x4.splat(ahead2));
  }
}

function diffuseRow(from: usize, to: usize, y: i32, width: i32, ahead: v128, ahead2: v128): void {
  const holes = rowHasHoles(from, width);
  const tones = tonesAt();
  const errors = errorsAt(y, 16);
  const step = directionOf(y);
  const end = step > 0 ? width : -1;
  const zero = f32x4.splat(0);
  let last = zero;
  let beforeLast = zero;
  for (let x = step > 0 ? 0 : width - 1; x != end; x += step) {
    const pixel = from + <usize>x * 4;
    let error = zero;
    if (holes && isHole(pixel)) {
      store<u8>(to + x, holeIndex);
    } else {
      let sum = colourOf(pixel, tones);
      for (let tap: i32 = 0; tap < tapCount; tap++) {
        const entry = tapAt(tap);
        const back = load<i32>(entry);
        const at = errorsAt(y - back, 16) + <usize>((x - load<i32>(entry, 4) * directionOf(y - back)) * 16);
        sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(entry, 8), v128.load(at)));
      }
      sum = f32x4.add(sum, f32x4.add(f32x4.mul(last, ahead), f32x4.mul(beforeLast, ahead2)));
      sum = bounded(sum);
      const index = nearestEntry(sum);
      store<u8>(to + x, index);
      error = f32x4.sub(sum, colourAt(index));
    }
    v128.store(errors + <usize>x * 16, error);
    beforeLast = last;
    last = error;
  }
}
