// Naming, hiding, showing, dating a person, and choosing the face that stands for them.
import type { PatchPerson, PeopleActionKind } from "../../shared/contracts/people.ts";
import type { PersonFields } from "../../shared/contracts/people-changes.ts";
import { invalid, NO_SUCH_PERSON, type PlanDeps, type Planned, pick, planOf } from "./plan.ts";

export function planPatch({ library }: PlanDeps, personId: string, patch: PatchPerson): Planned {
  const person = library.person(personId);
  if (person === null) return NO_SUCH_PERSON;
  const { name, isHidden, cover, birthday } = patch;
  if (cover !== undefined && cover !== null && library.face(cover)?.person !== person.id)
    return invalid("/cover", "The cover has to be one of the person's own faces.");
  const said: PersonFields = {
    ...(name === undefined ? {} : { name }),
    ...(isHidden === undefined ? {} : { isHidden }),
    ...(cover === undefined ? {} : { coverFaceId: cover }),
    ...(birthday === undefined ? {} : { birthday }),
  };
  // What is said again as it is changes nothing, and names no decision that changes something else.
  const changed = (Object.keys(said) as (keyof PersonFields)[]).filter((field) => said[field] !== person[field]);
  const [before, after] = [pick(person, changed), pick(said, changed)];
  const told = changed.length === 0 ? said : after;
  return planOf(
    kindOf(told),
    { people: changed.length === 0 ? [] : [{ id: person.id, before, after }] },
    { about: [person], name: told.name ?? null, personId: person.id },
  );
}

/** Of several fields at once the most telling one. */
function kindOf({ name, isHidden, coverFaceId }: PersonFields): PeopleActionKind {
  if (name !== undefined) return "rename";
  if (isHidden !== undefined) return isHidden ? "hide" : "show";
  return coverFaceId !== undefined ? "cover" : "birthday";
}
