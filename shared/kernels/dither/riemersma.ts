// AssemblyScript. Dither along a Hilbert curve with an error memory that fades, after Thiadmar Riemersma's idea (1998): errors
// follow the curve into every direction, so that no worms or streaks run with the rows. Squares of 64 × 64, strip by strip.
import { inputAt, outputAt, STRIP_ROWS, tonesAt, widthPx } from "./areas";
import { bounded, colourAt, colourOf, holeIndex, nearestEntry } from "./colours";
import { isHole, rowHasHoles } from "./holes";

/** The curve's points, 2 bytes each: across, then down. */
const curve = memory.data(64 * 64 * 2, 16);
let isCurveKnown: bool = false;

let carried: v128 = f32x4.splat(0);
let fade: f32 = 0;
let strength: f32 = 0;

/** `keep`: what is left (0–1) of the memory after a pixel. `share`: how much (0–1) of an error is remembered at all. */
export function setRiemersma(keep: f32, share: f32): void {
  fade = keep;
  strength = share;
  carried = f32x4.splat(0);
  if (isCurveKnown) return;
  for (let distance: i32 = 0; distance < STRIP_ROWS * STRIP_ROWS; distance++)
    store<u16>(curve + <usize>distance * 2, pointAt(distance));
  isCurveKnown = true;
}

/** The strip's rows, of which there may be fewer than 64; `y` of its first. Even strips run to the right, odd ones back. */
export function walk(y: i32, rows: i32): void {
  const width = widthPx();
  const squares = (width + STRIP_ROWS - 1) / STRIP_ROWS;
  const isBack = ((y / STRIP_ROWS) & 1) != 0;
  let holes = false;
  for (let row: i32 = 0; row < rows; row++)
    if (rowHasHoles(inputAt() + <usize>(row * width) * 4, width)) holes = true;
  for (let square: i32 = 0; square < squares; square++)
    walkSquare(isBack ? squares - 1 - square : square, isBack, rows, width, holes);
}

/** From corner to corner along the edge by which the next square follows: the bottom going forth, the top going back. */
function walkSquare(square: i32, isBack: bool, rows: i32, width: i32, holes: bool): void {
  const left = square * STRIP_ROWS;
  const tones = tonesAt();
  const kept = f32x4.splat(fade);
  const taken = f32x4.splat((1 - fade) * strength);
  for (let distance: i32 = 0; distance < STRIP_ROWS * STRIP_ROWS; distance++) {
    const point = <i32>load<u16>(curve + <usize>distance * 2);
    const across = point & 0xff;
    const down = point >> 8;
    const x = left + (isBack ? STRIP_ROWS - 1 - across : across);
    const row = isBack ? down : STRIP_ROWS - 1 - down;
    if (x >= width || row >= rows) continue;
    const at = row * width + x;
    const pixel = inputAt() + <usize>at * 4;
    if (holes && isHole(pixel)) {
      store<u8>(outputAt() + at, holeIndex);
      continue;
    }
    const wanted = bounded(f32x4.add(colourOf(pixel, tones), carried));
    const index = nearestEntry(wanted);
    store<u8>(outputAt() + at, index);
    carried = f32x4.add(f32x4.mul(carried, kept), f32x4.mul(f32x4.sub(wanted, colourAt(index)), taken));
  }
}

/** The curve's point at a distance, as across | down << 8: two bits of the distance choose a quarter, from the smallest up. */
function pointAt(distance: i32): i32 {
  let x = 0;
  let y = 0;
  let rest = distance;
  for (let side: i32 = 1; side < STRIP_ROWS; side <<= 1) {
    const right = (rest >> 1) & 1;
    const lower = (rest ^ right) & 1;
    if (lower == 0) {
      if (right != 0) {
        x = side - 1 - x;
        y = side - 1 - y;
      }
      const swapped = x;
      x = y;
      y = swapped;
    }
    x += right * side;
    y += lower * side;
    rest >>= 2;
  }
  return x | (y << 8);
}
