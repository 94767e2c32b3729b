// Photos of known people for the journeys, from the corpus beside the checkout. It is never part of the repository.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const FACES = join(process.env["CORPUS_DIR"] ?? join(import.meta.dirname, "../../../shared/corpus"), "faces");
const LABELS = join(FACES, "identities.csv");

export const WHY_NO_FACES = `no labelled faces at ${FACES}; CORPUS_DIR names another place`;

export function hasCorpusFaces(): boolean {
  return existsSync(LABELS);
}

/** Files of the `people` with the most of them, `photos` of each. */
export function facesOf(people: number, photos: number): string[] {
  const byIdentity = new Map<string, string[]>();
  for (const line of readFileSync(LABELS, "utf8").trim().split(/\r?\n/).slice(1)) {
    const comma = line.lastIndexOf(",");
    const identity = line.slice(comma + 1);
    byIdentity.set(identity, [...(byIdentity.get(identity) ?? []), join(FACES, line.slice(0, comma))]);
  }
  return [...byIdentity.values()]
    .sort((a, b) => b.length - a.length)
    .slice(0, people)
    .flatMap((files) => files.slice(0, photos));
}
