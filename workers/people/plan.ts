// What a decision would change, thought out on the library in memory. Pure: writes nothing, and asks for ids it needs.
import type { PeopleActionKind } from "../../shared/contracts/people.ts";
import {
  type FaceState,
  NO_CHANGES,
  type PeopleChanges,
  type PersonFields,
  type PersonRecord,
} from "../../shared/contracts/people-changes.ts";
import type { FaceRecord, PeopleLibrary } from "./people-library.ts";

export interface PlanDeps {
  readonly library: PeopleLibrary;
  readonly newId: () => string;
  readonly now: number;
}

export interface Plan {
  readonly kind: "plan";
  readonly action: PeopleActionKind;
  readonly changes: PeopleChanges;
  /** Who it is about, as they were called. */
  readonly about: readonly PersonRecord[];
  readonly name: string | null;
  /** Whom and what the answer shows. */
  readonly personId: string | null;
  readonly faceId: string | null;
}

export type Planned = Plan | { readonly kind: "not-found"; readonly detail: string } | Invalid;

/** A command that makes no sense as things are; `pointer` (RFC 6901) is the part of the request that makes none. */
export interface Invalid {
  readonly kind: "invalid";
  readonly pointer: string;
  readonly detail: string;
}

export const NO_SUCH_PERSON = { kind: "not-found", detail: "There is no such person." } as const;
export const NO_SUCH_FACE = { kind: "not-found", detail: "There is no such face." } as const;

export const invalid = (pointer: string, detail: string): Invalid => ({ kind: "invalid", pointer, detail });

export function planOf(
  action: PeopleActionKind,
  changes: Partial<PeopleChanges>,
  more: Partial<Omit<Plan, "kind" | "action" | "changes">> = {},
): Plan {
  return {
    kind: "plan",
    action,
    changes: { ...NO_CHANGES, ...changes },
    about: more.about ?? [],
    name: more.name ?? null,
    personId: more.personId ?? null,
    faceId: more.faceId ?? null,
  };
}

export function newPerson(id: string, name: string | null, madeBy: "machine" | "human", now: number): PersonRecord {
  return { id, name, isHidden: false, coverFaceId: null, birthday: null, madeBy, mergedInto: null, createdAt: now };
}

export function stateOf({ person, by, dismissed }: FaceState): FaceState {
  return { person, by, dismissed };
}

export function isSameState(a: FaceState, b: FaceState): boolean {
  return a.person === b.person && a.by === b.by && a.dismissed === b.dismissed;
}

/** Steps that take each face where `after` says; those that would stay as they are take none. */
export function stepsOf(faces: readonly FaceRecord[], after: (face: FaceRecord) => FaceState): PeopleChanges["faces"] {
  const steps = new Map<string, PeopleChanges["faces"][number]>();
  for (const face of faces) {
    const [from, to] = [stateOf(face), after(face)];
    if (isSameState(from, to)) continue;
    const key = JSON.stringify([from, to]);
    const step = steps.get(key) ?? { before: from, after: to, ids: [] };
    step.ids.push(face.id);
    steps.set(key, step);
  }
  return [...steps.values()];
}

/** What faces would leave behind (`left`) is no change of its own. */
export function changesNothing({ left: _, ...changes }: PeopleChanges): boolean {
  return Object.values(changes).every((list) => list.length === 0);
}

/** The people that faces are about to leave. */
export function leftBy(library: PeopleLibrary, faces: readonly FaceRecord[]): PersonRecord[] {
  return [...new Set(faces.map(({ person }) => person))].flatMap((id) =>
    id === null ? [] : (library.record(id) ?? []),
  );
}

export function pick(fields: PersonFields, names: readonly (keyof PersonFields)[]): PersonFields {
  return Object.fromEntries(names.map((name) => [name, fields[name]]));
}
