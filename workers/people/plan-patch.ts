// Naming, hiding, showing, dating a person, and choosing the face that stands for them.
import type { PatchPerson, PeopleActionKind } from "../../shared/contracts/people.ts";
import type { PersonFields } from "../../shared/contracts/people-changes.ts";
import { NO_SUCH_PERSON, type PlanDeps, type Planned, planOf } from "./plan.ts";

export function planPatch({ library }: PlanDeps, personId: string, patch: PatchPerson): Planned {
  const person = library.person(personId);
  if (person === null) return NO_SUCH_PERSON;
  const { name, isHidden, cover, birthday } = patch;
  if (cover !== undefined && cover !== null && library.face(cover)?.person !== person.id)
    return { kind: "invalid", detail: "The cover has to be one of the person's own faces." };
  const after: PersonFields = {
    ...(name === undefined ? {} : { name }),
    ...(isHidden === undefined ? {} : { isHidden }),
    ...(cover === undefined ? {} : { coverFaceId: cover }),
    ...(birthday === undefined ? {} : { birthday }),
  };
  const before = Object.fromEntries(
    Object.keys(after).map((field) => [field, person[field as keyof PersonFields]]),
  ) as PersonFields;
  return planOf(
    kindOf(patch),
    { people: [{ id: person.id, before, after }] },
    {
      about: [person],
      name: name ?? null,
      personId: person.id,
    },
  );
}

/** Of several fields at once the most telling one. */
function kindOf({ name, isHidden, cover }: PatchPerson): PeopleActionKind {
  if (name !== undefined) return "rename";
  if (isHidden !== undefined) return isHidden ? "hide" : "show";
  return cover !== undefined ? "cover" : "birthday";
}
