// Takes a decision back: what is still as the decision left it goes back to what it was before, and what a later one changed
// again is left alone and counted.
import {
  type FaceState,
  NO_CHANGES,
  type PeopleChanges,
  type PersonFields,
} from "../../shared/contracts/people-changes.ts";
import type { FaceRecord, PeopleLibrary } from "./people-library.ts";
import { isSameState, pick, stepsOf } from "./plan.ts";

export interface UndoPlan {
  readonly changes: PeopleChanges;
  /** Things a later decision has changed again. */
  readonly kept: number;
}

export function planUndo(library: PeopleLibrary, done: PeopleChanges): UndoPlan {
  const faces: { face: FaceRecord; before: FaceState }[] = [];
  let kept = 0;
  for (const { before, after, ids } of done.faces)
    for (const id of ids) {
      const face = library.face(id);
      if (face === null || isSameState(face, before)) continue; // gone with its photo, or back already
      if (isSameState(face, movedOn(library, after))) faces.push({ face, before });
      else kept++;
    }
  const people: PeopleChanges["people"] = [];
  for (const { id, before, after } of done.people) {
    const person = library.record(id);
    if (person === null) continue;
    const fields = Object.keys(after) as (keyof PersonFields)[];
    const isAs = (field: keyof PersonFields, state: PersonFields) => person[field] === state[field];
    kept += fields.filter((field) => !isAs(field, after) && !isAs(field, before)).length;
    const back = fields.filter((field) => isAs(field, after) && !isAs(field, before));
    if (back.length > 0) people.push({ id, before: pick(after, back), after: pick(before, back) });
  }
  const restored = done.left.filter(
    ({ id }) => library.record(id) === null && faces.some(({ before }) => before.person === id),
  );
  const homeOf = (state: FaceState): FaceState => {
    if (state.person === null || restored.some(({ id }) => id === state.person)) return state;
    const unmerged = people.some(({ id, after }) => id === state.person && after.mergedInto === null);
    // Whoever was merged since lives on in another.
    return unmerged ? state : { ...state, person: library.person(state.person)?.id ?? null };
  };
  const befores = new Map(faces.map(({ face, before }) => [face.id, homeOf(before)]));
  const removed = [];
  for (const made of done.created) {
    const person = library.record(made.id);
    if (person === null) continue;
    const others = library.facesOf(made.id).filter((face) => !befores.has(face.id));
    if (
      JSON.stringify(person) !== JSON.stringify(made) ||
      absorbed(library, made.id) ||
      others.some(({ by }) => by === "human")
    ) {
      kept++;
      continue;
    }
    // What a machine has put there since was put there because of the decision.
    for (const face of others) {
      faces.push({ face, before: face });
      befores.set(face.id, { person: null, by: null, dismissed: face.dismissed });
    }
    removed.push(person);
  }
  const steps = stepsOf(
    faces.map(({ face }) => face),
    (face) => ownerless(befores.get(face.id) ?? face),
  );
  return {
    changes: {
      ...NO_CHANGES,
      faces: steps,
      people,
      left: restored,
      removed,
      rejoined: done.separated.filter(({ a, b }) => library.hasSeparation(a, b)),
      readmitted: done.excluded.filter(({ face, person }) => library.hasExclusion(face, person)),
      excluded: done.readmitted.filter(
        ({ face, person }) => library.face(face) !== null && !library.hasExclusion(face, person),
      ),
    },
    kept,
  };
}

/** Where a face is that nobody touched since: with whom the person it was given to lives on in, if that one was merged. */
function movedOn(library: PeopleLibrary, state: FaceState): FaceState {
  return state.person === null ? state : { ...state, person: library.person(state.person)?.id ?? state.person };
}

function absorbed(library: PeopleLibrary, id: string): boolean {
  for (const { mergedInto } of library.records()) if (mergedInto === id) return true;
  return false;
}

/** A face of nobody is nobody's word. */
function ownerless(state: FaceState): FaceState {
  return state.person === null
    ? { ...state, by: null }
    : { person: state.person, by: state.by, dismissed: state.dismissed };
}
