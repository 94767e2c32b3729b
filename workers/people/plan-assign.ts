// Whose one face is: somebody's, somebody new's, not theirs, or no face at all.
import type { AssignFace, PeopleActionKind } from "../../shared/contracts/people.ts";
import type { FaceState, PeopleChanges } from "../../shared/contracts/people-changes.ts";
import {
  invalid,
  leftBy,
  NO_SUCH_FACE,
  NO_SUCH_PERSON,
  newPerson,
  type PlanDeps,
  type Planned,
  planOf,
  stepsOf,
} from "./plan.ts";

const NOBODY: FaceState = { person: null, by: null, dismissed: false };
const DISMISSED: FaceState = { person: null, by: null, dismissed: true };

/** @param action what it is called in the history when it gives the face to somebody */
export function planAssign(
  deps: PlanDeps,
  faceId: string,
  assign: AssignFace,
  action: PeopleActionKind = "assign",
): Planned {
  const { library } = deps;
  const face = library.face(faceId);
  if (face === null) return NO_SUCH_FACE;
  const about = face.person === null ? [] : (library.person(face.person) ?? []);
  const before = { about: [about].flat(), faceId };
  if (assign.person === null) {
    const after = assign.isDismissed === true ? DISMISSED : NOBODY;
    if (face.person === null && after === NOBODY && !face.dismissed)
      return invalid("/person", "The face belongs to nobody as it is.");
    const excluded =
      after === NOBODY && face.person !== null && !library.hasExclusion(faceId, face.person)
        ? [{ face: faceId, person: face.person }]
        : [];
    return planOf(
      after === DISMISSED ? "dismiss" : "unassign",
      { faces: stepsOf([face], () => after), left: leftBy(library, [face]), excluded },
      { ...before, personId: face.person },
    );
  }
  const made = assign.person === "new" ? newPerson(deps.newId(), assign.name ?? null, "human", deps.now) : null;
  const person = made ?? library.person(assign.person);
  if (person === null) return NO_SUCH_PERSON;
  const readmitted = library
    .exclusionsOf(faceId)
    .filter((excluded) => library.person(excluded)?.id === person.id)
    .map((excluded) => ({ face: faceId, person: excluded }));
  return planOf(
    action,
    {
      faces: stepsOf([face], () => ({ person: person.id, by: "human", dismissed: false })),
      left: leftBy(library, [face]),
      created: made === null ? [] : [made],
      readmitted,
    },
    {
      about: [...before.about.filter(({ id }) => id !== person.id), person],
      name: made?.name ?? null,
      personId: person.id,
      faceId,
    },
  );
}

/**
 * A face that was just stored for a box somebody drew. Taking that back dismisses it: the history begins with a face that is none.
 */
export function planDraw(deps: PlanDeps, faceId: string, assign: AssignFace): Planned {
  const face = deps.library.face(faceId);
  if (face === null) return NO_SUCH_FACE;
  const { person, name } = assign;
  const planned =
    person === null
      ? planOf("draw", {}, { faceId })
      : planAssign(deps, faceId, { person, ...(name === undefined ? {} : { name }) }, "draw");
  if (planned.kind !== "plan") return planned;
  const { person: theirs, by, dismissed } = face;
  // Drawn again after that was taken back, a face is one again.
  const asItIs = theirs === null ? NOBODY : { person: theirs, by, dismissed };
  const after = planned.changes.faces[0]?.after ?? asItIs;
  const faces: PeopleChanges["faces"] = [{ before: DISMISSED, after, ids: [faceId] }];
  return { ...planned, changes: { ...planned.changes, faces } };
}
