// AssemblyScript. Geometry of the seven interlace passes (W3C PNG, third edition, §8.2), and their pixels to where they
// belong.

export const PASSES: i32 = 7;
const LEFT: StaticArray<i32> = [0, 4, 0, 2, 0, 1, 0];
const TOP: StaticArray<i32> = [0, 0, 4, 0, 2, 0, 1];
const STEP_X: StaticArray<i32> = [8, 8, 4, 4, 2, 2, 1];
const STEP_Y: StaticArray<i32> = [8, 8, 8, 4, 4, 2, 2];

/** Pixels in a row of a pass; 0 when the image is too narrow to have any. */
export function passWidth(pass: i32, widthPx: i32): i32 {
  const step = unchecked(STEP_X[pass]);
  return (widthPx - unchecked(LEFT[pass]) + step - 1) / step;
}

export function passHeight(pass: i32, heightPx: i32): i32 {
  const step = unchecked(STEP_Y[pass]);
  return (heightPx - unchecked(TOP[pass]) + step - 1) / step;
}

/** Row of the image in which row `row` of a pass lies. */
export function passRowToY(pass: i32, row: i32): i32 {
  return unchecked(TOP[pass]) + row * unchecked(STEP_Y[pass]);
}

/** Puts a pass's RGBA pixels into their row of an RGBA image. */
export function scatterPixels(pass: i32, rgba: usize, count: i32, imageRow: usize): void {
  const step = <usize>unchecked(STEP_X[pass]) << 2;
  let to = imageRow + (<usize>unchecked(LEFT[pass]) << 2);
  for (let i = 0; i < count; i++) {
    store<u32>(to, load<u32>(rgba));
    rgba += 4;
    to += step;
  }
}

/**
 * Adds a pass's RGBA pixels to the sums of the boxes they lie in: 4 channels of 16 bits a box, which hold 16x16 pixels.
 */
export function addPixelsToBoxes(pass: i32, rgba: usize, count: i32, boxPx: i32, sumsRow: usize): void {
  const step = unchecked(STEP_X[pass]);
  let x = unchecked(LEFT[pass]);
  for (let i = 0; i < count; i++) {
    const at = sumsRow + (<usize>(x / boxPx) << 3);
    v128.store_lane<u64>(at, i16x8.add(v128.load_ext<u8>(rgba), v128.load_zero<u64>(at)), 0);
    rgba += 4;
    x += step;
  }
}
