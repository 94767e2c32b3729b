// "Did you mean": the known word that is closest to an unknown one.

/** Letters of an unknown word that are compared at all; its author meant none of ours if it is longer. */
const WORD_MAX_CHARS = 32;

/**
 * @returns the known word with the fewest edits (insert, drop, replace, swap neighbours) from `word`, the first of equals;
 * null where more than half of it would have to change
 */
export function nearestOption(word: string, known: readonly string[]): string | null {
  const asked = word.slice(0, WORD_MAX_CHARS).toLowerCase();
  if (asked === "") return null;
  let nearest: string | null = null;
  let fewest = Math.floor(Math.max(asked.length, 2) / 2) + 1;
  for (const candidate of known) {
    // "height" for "h" and "grey" for "greyscale" are what people type who come from elsewhere.
    const isBeginning = candidate.startsWith(asked) || (candidate.length > 2 && asked.startsWith(candidate));
    const edits = isBeginning ? 1 : editDistance(asked, candidate.toLowerCase());
    if (edits < fewest) [nearest, fewest] = [candidate, edits];
  }
  return nearest;
}

/** Optimal string alignment (Damerau 1964, restricted): every neighbouring pair is swapped at most once. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1];
      let edits = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1])
        edits = Math.min(edits, (beforeLast[column - 2] ?? 0) + 1);
      current.push(edits);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}
