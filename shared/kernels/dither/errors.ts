// AssemblyScript. How errors are handed on: the taps of a method, seen from the pixel that receives.
// Earlier rows are summed up in vectors before a row begins; only the one or two pixels just before are waited for.
import { tapsAt } from "./areas";

let serpentine: bool = false;
export let tapCount: i32 = 0;

/** `taps` of them lie at tapsAt(); `snake`: every second row runs from right to left. */
export function setDiffusion(taps: i32, snake: bool): void {
  tapCount = taps;
  serpentine = snake;
}

/** 1: from left to right. */
// @ts-ignore: decorator
@inline
export function directionOf(y: i32): i32 {
  return serpentine && (y & 1) != 0 ? -1 : 1;
}

// @ts-ignore: decorator
@inline
export function tapAt(tap: i32): usize {
  return tapsAt() + <usize>tap * 12;
}
