// Boxes that are the same thing seen twice. Pure; any unit, as long as all boxes share it.

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Overlap (intersection over union) from which two boxes are one face. Above what a detector leaves standing between two
 * neighbours (0.3), and below what it differs by when a face is seen at another size or framed by hand.
 */
export const SAME_FACE_OVERLAP_01 = 0.4;

/** Intersection over union of two boxes, 0 to 1. */
export function overlap01(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const both = width * height;
  return both / (a.width * a.height + b.width * b.height - both);
}

/**
 * For every found box the index of the known one it is, or null: best overlap first, each known box once, nothing under
 * SAME_FACE_OVERLAP_01. Equal overlaps go to the lower indexes, so the same boxes always give the same pairs.
 */
export function matchBoxes(known: readonly Box[], found: readonly Box[]): (number | null)[] {
  const pairs = found
    .flatMap((box, at) => known.map((other, knownAt) => ({ at, knownAt, overlap: overlap01(box, other) })))
    .filter(({ overlap }) => overlap >= SAME_FACE_OVERLAP_01)
    .sort((a, b) => b.overlap - a.overlap || a.at - b.at || a.knownAt - b.knownAt);
  const matches: (number | null)[] = found.map(() => null);
  const taken = new Set<number>();
  for (const { at, knownAt } of pairs) {
    if (matches[at] !== null || taken.has(knownAt)) continue;
    matches[at] = knownAt;
    taken.add(knownAt);
  }
  return matches;
}
