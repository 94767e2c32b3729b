// The tables the dither kernels work by: what bytes are worth, where levels lie, how far colours are apart. Pure numbers.
import { LUMINANCE_WEIGHTS, linearLight } from "./linear-light.ts";
import type { Palette } from "./palettes.ts";

/** Full white in the kernels' whole numbers. */
export const WHITE = 65_536;
/** Entries of the tables that find a level from a value. */
const FINDER_ENTRIES = 4096;
/** Above every value. */
const NEVER = { whole: 0x7fff_ffff, share: 1e9 } as const;

/** What a stored byte counts for, 0–1: its light, or itself. */
export function worthOf(byte: number, isLinear: boolean): number {
  return isLinear ? linearLight(byte) : byte / 255;
}

/** What a byte of each channel counts for: three tables of 256. `isGrey`: as its part in the luminance, so that the three add up. */
export function toneTables(isLinear: boolean, isGrey: boolean): Float64Array {
  const tones = new Float64Array(3 * 256);
  for (const [channel, weight] of LUMINANCE_WEIGHTS.entries())
    for (let byte = 0; byte < 256; byte++)
      tones[channel * 256 + byte] = worthOf(byte, isLinear) * (isGrey ? weight : 1);
  return tones;
}

export interface LevelTables {
  /** In order, and the middles between each and the next, the last of which nothing passes. */
  readonly levels: readonly number[];
  readonly middles: readonly number[];
  /** By the upper 12 bits of a value: the last level (but the very last) not above it, and the nearest. */
  readonly floors: Uint8Array;
  readonly nearest: Uint8Array;
}

/** `kind`: whole numbers up to WHITE found by `value >> 4`, or shares up to 1 found by `value × 4095`. At least two levels, in order. */
export function levelTables(levels: readonly number[], kind: "whole" | "share"): LevelTables {
  const last = levels.length - 1;
  const middles = levels.map((level, i) => (i === last ? NEVER[kind] : (level + (levels[i + 1] as number)) / 2));
  const floors = new Uint8Array(FINDER_ENTRIES);
  const nearest = new Uint8Array(FINDER_ENTRIES);
  let floor = 0;
  let near = 0;
  for (let entry = 0; entry < FINDER_ENTRIES; entry++) {
    const lowest = kind === "whole" ? entry * 16 : entry / (FINDER_ENTRIES - 1);
    while (floor < last - 1 && lowest >= (levels[floor + 1] as number)) floor++;
    while (lowest > (middles[near] as number)) near++;
    floors[entry] = floor;
    nearest[entry] = near;
  }
  return { levels, middles, floors, nearest };
}

/** Whether no entry has any colour. */
export function isGreyPalette({ colours }: Palette): boolean {
  return colours.every((byte, i) => byte === colours[i - (i % 3)]);
}

/**
 * How far apart the palette's colours are: the mean, over its entries, of the distance to the nearest other one in the channel
 * that differs most. 1 for black and white; a threshold map spans as much.
 */
export function meanGap({ colours }: Palette, isLinear: boolean): number {
  const worth = Array.from(colours, (byte) => worthOf(byte, isLinear));
  const count = worth.length / 3;
  if (count < 2) return 0;
  let sum = 0;
  for (let one = 0; one < count; one++) {
    let gap = 1;
    for (let other = 0; other < count; other++) {
      if (other === one) continue;
      const apart = [0, 1, 2].map((c) => Math.abs((worth[one * 3 + c] as number) - (worth[other * 3 + c] as number)));
      gap = Math.min(gap, Math.max(...apart));
    }
    sum += gap;
  }
  return sum / count;
}
