// AssemblyScript. Finds the frame of one colour around a picture. Cuts nothing.

/**
 * Writes the smallest box (left, top, right, bottom; the latter two beyond it; i32 each) outside of which no channel
 * differs from the top left pixel's by more than `tolerance`. Where that pixel is fully transparent only alpha counts.
 *
 * @param tolerance Levels, 0–255.
 * @returns 0 when there is nothing inside, and no box is written
 */
export function findTrim(pixels: usize, widthPx: i32, heightPx: i32, tolerance: i32, box: usize): i32 {
  const stride = <usize>widthPx << 2;
  const corner = load<u32>(pixels);
  const channels = i32x4.splat(corner >>> 24 == 0 ? 0xff000000 : 0xffffffff);
  const corners = i32x4.splat(corner);
  const most = i8x16.splat(<i8>tolerance);
  let left = widthPx;
  let right = 0;
  let top = -1;
  let bottom = 0;
  for (let y = 0; y < heightPx; y++) {
    const row = pixels + <usize>y * stride;
    const first = firstDifferent(row, 0, left, corners, channels, most);
    if (top < 0) {
      if (first == widthPx) continue;
      top = y;
    }
    const last = lastDifferent(row, right, widthPx, corners, channels, most);
    // Beside the box so far there may be nothing more, and yet this row belongs to it.
    const isBeside = first < left || last > right;
    if (isBeside || firstDifferent(row, left, right, corners, channels, most) < right) bottom = y + 1;
    left = min(left, first);
    right = max(right, last);
  }
  if (top < 0) return 0;
  store<i32>(box, left);
  store<i32>(box, top, 4);
  store<i32>(box, right, 8);
  store<i32>(box, bottom, 12);
  return 1;
}

/** The first pixel of [from, to) that differs, or `to`. */
function firstDifferent(row: usize, from: i32, to: i32, corners: v128, channels: v128, most: v128): i32 {
  let x = from;
  for (; x + 4 <= to; x += 4) {
    const four = v128.load(row + (<usize>x << 2));
    if (v128.any_true(difference(four, corners, channels, most))) break;
  }
  for (; x < to; x++) {
    const pixel = v128.load32_splat(row + (<usize>x << 2));
    if (v128.any_true(difference(pixel, corners, channels, most))) return x;
  }
  return to;
}

/** Beyond the last pixel of [from, to) that differs, or `from`. */
function lastDifferent(row: usize, from: i32, to: i32, corners: v128, channels: v128, most: v128): i32 {
  let x = to;
  for (; x - 4 >= from; x -= 4) {
    const four = v128.load(row + (<usize>(x - 4) << 2));
    if (v128.any_true(difference(four, corners, channels, most))) break;
  }
  for (; x > from; x--) {
    const pixel = v128.load32_splat(row + (<usize>(x - 1) << 2));
    if (v128.any_true(difference(pixel, corners, channels, most))) return x;
  }
  return from;
}

/** By how much channels differ beyond what is tolerated. */
// @ts-ignore: decorator
@inline
function difference(pixels: v128, corners: v128, channels: v128, most: v128): v128 {
  const apart = v128.or(i8x16.sub_sat_u(pixels, corners), i8x16.sub_sat_u(corners, pixels));
  return i8x16.sub_sat_u(v128.and(apart, channels), most);
}
