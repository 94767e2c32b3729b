// AssemblyScript. Which palette entry a colour becomes: greys by level, cubes by three levels, lists by luminance-weighted distance.
import { FINDER_ENTRIES, floorsAt, levelsAt, nearestAt, paletteAt } from "./areas";

/**
 * How far (a share of full) what errors add up to may lie below black and above white. Colours that no mixture of the palette
 * reaches would pile up errors without end and smear them over what comes after; cut off at black and white themselves, what dark
 * colours owe each other is forgotten, and turns them grey.
 */
const BEYOND: f32 = 0.5;

/** Entries of a list are looked at four at a time; the host fills up the last four. */
const LIST_PLANE: usize = 256 * 4;

export let holeIndex: i32 = 0;
export let levelCount: i32 = 0;
let isCube: bool = false;
let isOneTone: bool = false;
let listCount: i32 = 0;

/** Greys: values are whole numbers, 65,536 is full white; levels and middles are the host's, in order. */
export function setGrey(count: i32, hole: i32): void {
  levelCount = count;
  holeIndex = hole;
}

/** `count` levels in each of red, green and blue. Values are f32 from 0 to 1. */
export function setCube(count: i32, hole: i32): void {
  isCube = true;
  isOneTone = false;
  levelCount = count;
  holeIndex = hole;
}

/** `count` colours, a multiple of four. `oneTone`: pixels count by their luminance alone. */
export function setList(count: i32, hole: i32, oneTone: bool): void {
  isCube = false;
  isOneTone = oneTone;
  listCount = count;
  holeIndex = hole;
}

export function isCubic(): bool {
  return isCube;
}

/** What a pixel is worth: red, green, blue as f32. */
// @ts-ignore: decorator
@inline
export function colourOf(pixel: usize, tones: usize): v128 {
  const red = load<f32>(tones + (<usize>load<u8>(pixel) << 2));
  const green = load<f32>(tones + (<usize>load<u8>(pixel, 1) << 2), 1024);
  const blue = load<f32>(tones + (<usize>load<u8>(pixel, 2) << 2), 2048);
  if (isOneTone) return f32x4.splat(red + green + blue);
  return f32x4.replace_lane(f32x4.replace_lane(f32x4.replace_lane(f32x4.splat(0), 0, red), 1, green), 2, blue);
}

/** The colour of a palette entry, as four f32. */
// @ts-ignore: decorator
@inline
export function colourAt(index: i32): v128 {
  return v128.load(paletteAt() + LIST_PLANE * 4 + (<usize>index << 4));
}

/** A colour with its errors, within what may be looked for. */
// @ts-ignore: decorator
@inline
export function bounded(colour: v128): v128 {
  return f32x4.pmin(f32x4.pmax(colour, f32x4.splat(-BEYOND)), f32x4.splat(1 + BEYOND));
}

// @ts-ignore: decorator
@inline
function nearestLevel(value: f32): i32 {
  const middles = levelsAt() + 1024;
  const inside = min<f32>(max<f32>(value, 0), 1);
  let level = <i32>load<u8>(nearestAt() + <usize><i32>(inside * <f32>(FINDER_ENTRIES - 1)));
  while (value > load<f32>(middles + (<usize>level << 2))) level++;
  return level;
}

/** The last level not above the value, but never the last of all. */
// @ts-ignore: decorator
@inline
export function floorLevel(value: f32): i32 {
  const levels = levelsAt();
  let level = <i32>load<u8>(floorsAt() + <usize><i32>(value * <f32>(FINDER_ENTRIES - 1)));
  while (level < levelCount - 2 && value >= load<f32>(levels + (<usize>(level + 1) << 2))) level++;
  return level;
}

/** The entry nearest to `colour`; the first of equals. */
export function nearestEntry(colour: v128): i32 {
  if (isCube) {
    const red = nearestLevel(f32x4.extract_lane(colour, 0));
    const green = nearestLevel(f32x4.extract_lane(colour, 1));
    return (red * levelCount + green) * levelCount + nearestLevel(f32x4.extract_lane(colour, 2));
  }
  // Of Σ weight × (part − entry's part)², what does not depend on the entry is left away.
  const red = f32x4.splat(f32x4.extract_lane(colour, 0));
  const green = f32x4.splat(f32x4.extract_lane(colour, 1));
  const blue = f32x4.splat(f32x4.extract_lane(colour, 2));
  const palette = paletteAt();
  let best = f32x4.splat(f32.MAX_VALUE);
  let bestAt = i32x4.splat(0);
  let at = i32x4(0, 1, 2, 3);
  const end = palette + (<usize>listCount << 2);
  for (let four = palette; four < end; four += 16) {
    const score = f32x4.add(
      f32x4.add(f32x4.mul(red, v128.load(four)), f32x4.mul(green, v128.load(four, 1024))),
      f32x4.add(f32x4.mul(blue, v128.load(four, 2048)), v128.load(four, 3072)),
    );
    const isBetter = f32x4.lt(score, best);
    best = v128.bitselect(score, best, isBetter);
    bestAt = v128.bitselect(at, bestAt, isBetter);
    at = i32x4.add(at, i32x4.splat(4));
  }
  let score = f32x4.extract_lane(best, 0);
  let index = i32x4.extract_lane(bestAt, 0);
  const score1 = f32x4.extract_lane(best, 1);
  const index1 = i32x4.extract_lane(bestAt, 1);
  if (score1 < score || (score1 == score && index1 < index)) {
    score = score1;
    index = index1;
  }
  const score2 = f32x4.extract_lane(best, 2);
  const index2 = i32x4.extract_lane(bestAt, 2);
  if (score2 < score || (score2 == score && index2 < index)) {
    score = score2;
    index = index2;
  }
  const score3 = f32x4.extract_lane(best, 3);
  const index3 = i32x4.extract_lane(bestAt, 3);
  if (score3 < score || (score3 == score && index3 < index)) index = index3;
  return index;
}
