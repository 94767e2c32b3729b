// Turns of a picture one after the other, as one turn: the eight EXIF orientations are the symmetries of a rectangle's grid.
import type { Orientation } from "./exif-orientation.ts";

/** Of the picture as stored to the one as seen: sides swapped first, then mirrored along each axis of the result. */
interface Turn {
  readonly isSwapped: boolean;
  readonly isMirroredX: boolean;
  readonly isMirroredY: boolean;
}

const TURNS: Readonly<Record<Orientation, Turn>> = {
  1: { isSwapped: false, isMirroredX: false, isMirroredY: false },
  2: { isSwapped: false, isMirroredX: true, isMirroredY: false },
  3: { isSwapped: false, isMirroredX: true, isMirroredY: true },
  4: { isSwapped: false, isMirroredX: false, isMirroredY: true },
  5: { isSwapped: true, isMirroredX: false, isMirroredY: false },
  6: { isSwapped: true, isMirroredX: true, isMirroredY: false },
  7: { isSwapped: true, isMirroredX: true, isMirroredY: true },
  8: { isSwapped: true, isMirroredX: false, isMirroredY: true },
};

/** The turn that a clockwise rotation (degrees) or a flip is. */
export const ROTATIONS = { 90: 6, 180: 3, 270: 8 } as const;
export const FLIPS = { h: 2, v: 4, hv: 3 } as const;

/** @returns the one turn that does what `first` and then `second` do. */
export function composeTurns(first: Orientation, second: Orientation): Orientation {
  const a = TURNS[first];
  const b = TURNS[second];
  // Swapping sides afterwards carries the first mirrors over to the other axis.
  const [alongX, alongY] = b.isSwapped ? [a.isMirroredY, a.isMirroredX] : [a.isMirroredX, a.isMirroredY];
  const both: Turn = {
    isSwapped: a.isSwapped !== b.isSwapped,
    isMirroredX: alongX !== b.isMirroredX,
    isMirroredY: alongY !== b.isMirroredY,
  };
  const found = (Object.keys(TURNS) as unknown as `${Orientation}`[]).find((name) => {
    const turn = TURNS[Number(name) as Orientation];
    return (
      turn.isSwapped === both.isSwapped &&
      turn.isMirroredX === both.isMirroredX &&
      turn.isMirroredY === both.isMirroredY
    );
  });
  return Number(found) as Orientation;
}
