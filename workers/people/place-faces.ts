// New faces and those that wait find their people, the best pictures first, each judged by the company the ones before it have
// found. Pure but for the library it is given, in which it places what it returns.
import type { Placements } from "../../shared/db/people/change-statements.ts";
import { neighboursOf, placeFace } from "../../shared/kernels/cluster-assign.ts";
import type { PeopleLibrary } from "./people-library.ts";
import { newPerson } from "./plan.ts";

/** @param slots faces to place; those that are somebody's already, or dismissed, are left alone */
export function placeFaces(
  library: PeopleLibrary,
  slots: readonly number[],
  newId: () => string,
  now: number,
): Placements {
  const { groups, rules, constraints } = library;
  const waiting = slots.filter((slot) => library.faceAt(slot)?.person === null && !constraints.isDismissed(slot));
  const hits = neighboursOf(groups, waiting, rules);
  const order = waiting
    .map((slot, i) => ({ slot, hits: hits[i] }))
    .sort((a, b) => groups.qualityOf(b.slot) - groups.qualityOf(a.slot));
  const created = [];
  const faces: Placements["faces"][number][] = [];
  for (const { slot, hits: near } of order) {
    const face = library.faceAt(slot);
    if (face === null || face.person !== null || near === undefined) continue;
    const placement = placeFace(groups, slot, near, constraints, rules);
    if (placement.kind === "wait") continue;
    const made = placement.kind === "found" ? newPerson(newId(), null, "machine", now) : null;
    const person = made?.id ?? (placement.kind === "join" ? library.personAt(placement.group) : null);
    const joining =
      placement.kind === "found" ? placement.slots.flatMap((other) => library.faceAt(other) ?? []) : [face];
    const step = {
      created: made === null ? [] : [made],
      faces: joining.map(({ id }) => ({ face: id, was: null, person })),
      dissolved: [],
    };
    library.place(step);
    created.push(...step.created);
    faces.push(...step.faces);
  }
  return { created, faces, dissolved: [] };
}
