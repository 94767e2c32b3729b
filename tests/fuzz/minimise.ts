// Makes a finding small: removes ever smaller pieces for as long as it stays the same finding.
import { concat } from "./mutate-bytes.ts";

/** Runs one minimisation may take: a finding that is merely small enough is worth more than one that takes minutes. */
const MAX_RUNS = 400;

export async function minimise(
  input: Uint8Array<ArrayBuffer>,
  isStillFound: (candidate: Uint8Array<ArrayBuffer>) => Promise<boolean>,
): Promise<Uint8Array<ArrayBuffer>> {
  let smallest = input;
  let runs = 0;
  for (let piece = Math.ceil(input.length / 2); piece >= 1; piece = piece === 1 ? 0 : Math.ceil(piece / 2)) {
    for (let at = 0; at < smallest.length && runs < MAX_RUNS; runs++) {
      const candidate = concat(smallest.subarray(0, at), smallest.subarray(at + piece));
      if (candidate.length > 0 && candidate.length < smallest.length && (await isStillFound(candidate))) {
        smallest = candidate;
      } else at += piece;
    }
  }
  return smallest;
}
