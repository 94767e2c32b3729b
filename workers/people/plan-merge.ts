// Several people are one. The named side lives on, with its name and cover; the others' ids go on answering for it.
import { PEOPLE_ACTION_MAX_FACES } from "../../shared/contracts/limits.ts";
import type { PeopleActionKind } from "../../shared/contracts/people.ts";
import type { PersonFields, PersonRecord } from "../../shared/contracts/people-changes.ts";
import { invalid, NO_SUCH_PERSON, type PlanDeps, type Planned, planOf, stepsOf } from "./plan.ts";

export function planMerge(
  { library }: PlanDeps,
  into: string,
  from: readonly string[],
  action: PeopleActionKind = "merge",
): Planned {
  const people: PersonRecord[] = [];
  for (const id of [into, ...from]) {
    const person = library.person(id);
    if (person === null) return NO_SUCH_PERSON;
    if (!people.some((known) => known.id === person.id)) people.push(person);
  }
  const [first] = people;
  if (first === undefined || people.length === 1) return invalid("/from", "They are one person already.");
  const survivor = first.name === null ? (people.find(({ name }) => name !== null) ?? first) : first;
  const merged = people.filter(({ id }) => id !== survivor.id);
  const faces = people.flatMap(({ id }) => library.facesOf(id));
  if (faces.length - library.sizeOf(survivor.id) > PEOPLE_ACTION_MAX_FACES)
    return invalid("/from", `One merge moves at most ${PEOPLE_ACTION_MAX_FACES} faces; merge fewer people.`);
  const birthday = survivor.birthday ?? merged.find((person) => person.birthday !== null)?.birthday ?? null;
  return planOf(
    action,
    {
      faces: stepsOf(faces, (face) => {
        // Of whom it was said that they are not one of these is not the one all of these are.
        const isNot = face.by !== "human" && people.some(({ id }) => library.isExcluded(face.id, id));
        return isNot
          ? { person: null, by: null, dismissed: face.dismissed }
          : { person: survivor.id, by: face.by, dismissed: face.dismissed };
      }),
      people: [
        ...(birthday === survivor.birthday
          ? []
          : [{ id: survivor.id, before: { birthday: survivor.birthday }, after: { birthday } satisfies PersonFields }]),
        ...merged.map(({ id }) => ({ id, before: { mergedInto: null }, after: { mergedInto: survivor.id } })),
      ],
    },
    { about: [survivor, ...merged], name: survivor.name, personId: survivor.id },
  );
}
