// AssemblyScript. Ordered dither: each pixel alone, against a threshold map that repeats over the picture.
// Between two levels the threshold is a share of their distance, so that the mean is right however unevenly levels lie.
import { FINDER_ENTRIES, floorsAt, inputAt, levelsAt, mapAt, outputAt, tonesAt, widthPx } from "./areas";
import { colourOf, floorLevel, holeIndex, isCubic, levelCount, nearestEntry } from "./colours";
import { isHole, rowHasHoles } from "./holes";

/** Bits of a threshold between more than two greys. */
const THRESHOLD_BITS: i32 = 14;

let mapWidth: i32 = 0;
let mapHeight: i32 = 0;

/** The map lies at mapAt(): for two greys values of 16 bits, for more greys shares of 14 bits, for colours shares (cube) or additions as f32. */
export function setMap(width: i32, height: i32): void {
  mapWidth = width;
  mapHeight = height;
}

/** Rows [y, y + rows) of the picture lie in the strip. */
export function orderGrey(y: i32, rows: i32): void {
  const width = widthPx();
  for (let row: i32 = 0; row < rows; row++) {
    const from = inputAt() + <usize>(row * width) * 4;
    const to = outputAt() + <usize>(row * width);
    const thresholds = mapAt() + <usize>(((y + row) % mapHeight) * mapWidth) * 4;
    for (let x: i32 = 0; x < width; x += mapWidth) {
      const count = min(mapWidth, width - x);
      if (levelCount == 2) twoGreys(from + <usize>x * 4, to + x, thresholds, count);
      else manyGreys(from + <usize>x * 4, to + x, thresholds, count);
    }
    if (rowHasHoles(from, width)) markHoles(from, to, width);
  }
}

// @ts-ignore: decorator
@inline
function greyOf(pixel: usize, tones: usize): i32 {
  return (
    load<i32>(tones + (<usize>load<u8>(pixel) << 2)) +
    load<i32>(tones + (<usize>load<u8>(pixel, 1) << 2), 1024) +
    load<i32>(tones + (<usize>load<u8>(pixel, 2) << 2), 2048)
  );
}

function twoGreys(from: usize, to: usize, thresholds: usize, count: i32): void {
  const tones = tonesAt();
  for (let x: i32 = 0; x < count; x++)
    store<u8>(to + x, <i32>(greyOf(from + <usize>x * 4, tones) > load<i32>(thresholds + <usize>x * 4)));
}

function manyGreys(from: usize, to: usize, thresholds: usize, count: i32): void {
  const tones = tonesAt();
  const levels = levelsAt();
  const floors = floorsAt();
  const lowest = load<i32>(levels);
  for (let x: i32 = 0; x < count; x++) {
    const value = max(greyOf(from + <usize>x * 4, tones), lowest);
    let level = <i32>load<u8>(floors + min(value >> 4, FINDER_ENTRIES - 1));
    while (level < levelCount - 2 && value >= load<i32>(levels + (<usize>(level + 1) << 2))) level++;
    const floor = load<i32>(levels + (<usize>level << 2));
    const gap = load<i32>(levels + (<usize>level << 2), 4) - floor;
    const above = min(value - floor, gap) << THRESHOLD_BITS;
    if (above > gap * load<i32>(thresholds + <usize>x * 4)) level++;
    store<u8>(to + x, level);
  }
}

/** Rows [y, y + rows) of the picture lie in the strip. */
export function orderColour(y: i32, rows: i32): void {
  const width = widthPx();
  const tones = tonesAt();
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const isCube = isCubic();
  for (let row: i32 = 0; row < rows; row++) {
    const from = inputAt() + <usize>(row * width) * 4;
    const to = outputAt() + <usize>(row * width);
    const thresholds = mapAt() + <usize>(((y + row) % mapHeight) * mapWidth) * 4;
    let column = 0;
    for (let x: i32 = 0; x < width; x++) {
      const threshold = load<f32>(thresholds + <usize>column * 4);
      column++;
      if (column == mapWidth) column = 0;
      const colour = colourOf(from + <usize>x * 4, tones);
      if (isCube) {
        const red = shareLevel(f32x4.extract_lane(colour, 0), threshold);
        const green = shareLevel(f32x4.extract_lane(colour, 1), threshold);
        const blue = shareLevel(f32x4.extract_lane(colour, 2), threshold);
        store<u8>(to + x, (red * levelCount + green) * levelCount + blue);
      } else {
        const moved = f32x4.add(colour, f32x4.splat(threshold));
        store<u8>(to + x, nearestEntry(f32x4.pmin(f32x4.pmax(moved, zero), one)));
      }
    }
    if (rowHasHoles(from, width)) markHoles(from, to, width);
  }
}

// @ts-ignore: decorator
@inline
function shareLevel(value: f32, threshold: f32): i32 {
  const level = floorLevel(value);
  const floor = load<f32>(levelsAt() + (<usize>level << 2));
  const gap = load<f32>(levelsAt() + (<usize>level << 2), 4) - floor;
  return value - floor > gap * threshold ? level + 1 : level;
}

function markHoles(from: usize, to: usize, width: i32): void {
  for (let x: i32 = 0; x < width; x++) if (isHole(from + <usize>x * 4)) store<u8>(to + x, holeIndex);
}
