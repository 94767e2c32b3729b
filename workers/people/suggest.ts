// "Same person?" The questions worth asking, most useful first: how many faces a yes would name or join, times how likely it is.
// Never about hidden people, never what was answered with no, never two people who were photographed together.

import type { PersonRecord } from "../../shared/contracts/people-changes.ts";
import type { SuggestionIds } from "../../shared/contracts/people-index.ts";
import { candidatesOf, neighboursOf } from "../../shared/kernels/cluster-assign.ts";
import type { Hits } from "../../shared/kernels/neighbours.ts";
import { likelihoodOf } from "./likelihood.ts";
import type { FaceRecord, PeopleLibrary } from "./people-library.ts";
import { suggestionId } from "./suggestion-id.ts";
import type { VectorIndex } from "./vector-index.ts";

/** Faces shown of a person. */
const FACES_SHOWN = 6;
/** People whose means are nearest to a person's, looked at. */
const NEAR_PEOPLE = 8;
/** What joining is worth beside naming: nobody learns a name by it. */
const WORTH = { naming: 1, joiningUnnamed: 0.5, joiningNamed: 0.1 } as const;

interface Ranked extends SuggestionIds {
  readonly usefulness: number;
}

export function suggest(library: PeopleLibrary, newStore: () => VectorIndex): readonly SuggestionIds[] {
  return [...betweenPeople(library, newStore), ...facesOfNobody(library)]
    .sort((a, b) => b.usefulness - a.usefulness || (a.id < b.id ? -1 : 1))
    .map(({ usefulness: _, ...suggestion }) => suggestion);
}

function betweenPeople(library: PeopleLibrary, newStore: () => VectorIndex): Ranked[] {
  const { groups, rules } = library;
  const means = newStore();
  const known: { person: PersonRecord; group: number }[] = [];
  for (const person of library.people()) {
    const group = library.numberOf(person.id);
    const direction = person.isHidden ? null : groups.direction(group);
    if (direction === null) continue;
    means.add(direction);
    known.push({ person, group });
  }
  const found = new Map<string, Ranked>();
  const hits = means.nearest(
    known.map((_, slot) => slot),
    NEAR_PEOPLE,
    rules.similar,
  );
  for (const [i, one] of known.entries()) {
    for (const slot of hits[i]?.slots ?? []) {
      const other = known[slot];
      if (other === undefined) continue;
      const [left, right] = leadingFirst(library, one.person, other.person);
      const id = suggestionId({ kind: "people", one: left.id, other: right.id });
      if (found.has(id) || groups.metInPhoto(one.group, other.group) || library.areSeparated(left.id, right.id))
        continue;
      const score = groups.linkage(one.group, other.group);
      // The mean of many pairs owes less to chance than one pair does.
      const pairs = groups.sizeOf(one.group) * groups.sizeOf(other.group);
      if (score < rules.similar + (rules.thresholds.suggest - rules.similar) / Math.sqrt(pairs)) continue;
      found.set(id, {
        id,
        left: { person: left.id as never, faces: facesShown(library, left) },
        right: { person: right.id as never, faces: facesShown(library, right) },
        likelihood: likelihoodOf(score, rules),
        usefulness: chanceOf(score, library) * worthOf(library, left, right),
      });
    }
  }
  return [...found.values()].filter(({ left, right }) => left.faces.length > 0 && right.faces.length > 0);
}

function facesOfNobody(library: PeopleLibrary): Ranked[] {
  const { groups, rules } = library;
  const waiting = [...library.faces()].filter(
    (face) => face.person === null && !face.dismissed && face.slot !== null && face.quality >= rules.minQuality,
  );
  const hits = neighboursOf(
    groups,
    waiting.map(({ slot }) => slot ?? 0),
    rules,
  );
  return waiting.flatMap((face, i) => {
    const guess = guessAmong(library, face, hits[i]);
    const faces = guess === null ? [] : facesShown(library, guess.person);
    if (guess === null || faces.length === 0) return [];
    return {
      id: suggestionId({ kind: "face", face: face.id, person: guess.person.id }),
      left: { person: guess.person.id as never, faces },
      right: { person: null, faces: [face.id as never] },
      likelihood: likelihoodOf(guess.score, rules),
      usefulness: chanceOf(guess.score, library) * (guess.person.name === null ? WORTH.joiningUnnamed : WORTH.naming),
    };
  });
}

interface Guess {
  readonly person: PersonRecord;
  readonly score: number;
}

/** The most likely visible person of a face of nobody; null where nobody is likely enough. */
export function guessPerson(library: PeopleLibrary, face: FaceRecord): Guess | null {
  if (face.slot === null || face.person !== null || face.dismissed) return null;
  return guessAmong(library, face, neighboursOf(library.groups, [face.slot], library.rules)[0]);
}

function guessAmong(library: PeopleLibrary, face: FaceRecord, near: Hits | undefined): Guess | null {
  const { groups, rules, constraints } = library;
  if (near === undefined || face.slot === null) return null;
  for (const { group, score, isFree } of candidatesOf(groups, face.slot, near, constraints, rules)) {
    if (score < rules.thresholds.suggest) return null;
    const person = library.person(library.personAt(group));
    if (person !== null && !person.isHidden && isFree) return { person, score };
  }
  return null;
}

/** The one with a name, then the one with more faces. */
function leadingFirst(library: PeopleLibrary, a: PersonRecord, b: PersonRecord): readonly [PersonRecord, PersonRecord] {
  if ((a.name === null) !== (b.name === null)) return a.name === null ? [b, a] : [a, b];
  const difference = library.sizeOf(a.id) - library.sizeOf(b.id);
  return difference > 0 || (difference === 0 && a.id < b.id) ? [a, b] : [b, a];
}

function worthOf(library: PeopleLibrary, left: PersonRecord, right: PersonRecord): number {
  const gained = Math.min(library.sizeOf(left.id), library.sizeOf(right.id));
  if (left.name === null) return WORTH.joiningUnnamed * gained;
  return right.name === null ? WORTH.naming * library.sizeOf(right.id) : WORTH.joiningNamed * gained;
}

/** 0.1–1: straight between what is worth a question and what is joined without one. */
function chanceOf(score: number, { rules }: PeopleLibrary): number {
  const { similar, thresholds } = rules;
  return Math.min(1, Math.max(0.1, (score - similar) / Math.max(0.01, thresholds.link - similar)));
}

/** The best pictures. */
function facesShown(library: PeopleLibrary, person: PersonRecord): SuggestionIds["left"]["faces"] {
  return library
    .facesOf(person.id)
    .toSorted((a, b) => b.quality - a.quality || (a.id < b.id ? -1 : 1))
    .slice(0, FACES_SHOWN)
    .map(({ id }) => id as never);
}
