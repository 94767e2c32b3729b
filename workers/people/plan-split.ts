// Some faces of a person are somebody else: they found a new person, and the two are never suggested as one again.
import type { SplitPerson } from "../../shared/contracts/people.ts";
import { separationOf } from "../../shared/contracts/people-changes.ts";
import {
  invalid,
  NO_SUCH_FACE,
  NO_SUCH_PERSON,
  newPerson,
  type PlanDeps,
  type Planned,
  planOf,
  stepsOf,
} from "./plan.ts";

export function planSplit(deps: PlanDeps, personId: string, { faces: ids, name }: SplitPerson): Planned {
  const { library, now } = deps;
  const person = library.person(personId);
  if (person === null) return NO_SUCH_PERSON;
  const faces = [];
  for (const id of new Set<string>(ids)) {
    const face = library.face(id);
    if (face === null) return NO_SUCH_FACE;
    if (face.person !== person.id) return invalid("/faces", "Some of the faces are not this person's.");
    faces.push(face);
  }
  if (faces.length === library.sizeOf(person.id))
    return invalid("/faces", "Leave the person at least one face, or rename them instead.");
  const made = newPerson(deps.newId(), name ?? null, "human", now);
  return planOf(
    "split",
    {
      faces: stepsOf(faces, () => ({ person: made.id, by: "human", dismissed: false })),
      created: [made],
      separated: [separationOf(person.id, made.id)],
    },
    { about: [person, made], name: made.name, personId: made.id },
  );
}
