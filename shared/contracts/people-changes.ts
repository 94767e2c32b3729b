// What a decision about people changed, as the history keeps it: enough to take it back. Ids and states only, no vector.
import { z } from "zod";

/** Whose a face is, and by whose word. */
export const FaceState = z.object({
  person: z.string().nullable(),
  by: z.enum(["machine", "human"]).nullable(),
  dismissed: z.boolean(),
});
export type FaceState = z.infer<typeof FaceState>;

/** A person as the database has it. */
export const PersonRecord = z.object({
  id: z.string(),
  name: z.string().nullable(),
  isHidden: z.boolean(),
  coverFaceId: z.string().nullable(),
  birthday: z.string().nullable(),
  madeBy: z.enum(["machine", "human"]),
  mergedInto: z.string().nullable(),
  createdAt: z.int(),
});
export type PersonRecord = z.infer<typeof PersonRecord>;

export const PersonFields = PersonRecord.omit({ id: true, madeBy: true, createdAt: true }).partial();
export type PersonFields = z.infer<typeof PersonFields>;

const Exclusion = z.object({ face: z.string(), person: z.string() });
const Separation = z.object({ a: z.string(), b: z.string() });

export const PeopleChanges = z.object({
  /** Faces that went from one state to another, by the same step. */
  faces: z.array(z.object({ before: FaceState, after: FaceState, ids: z.array(z.string()) })),
  /** Fields of people that were there before; both sides name the same fields. */
  people: z.array(z.object({ id: z.string(), before: PersonFields, after: PersonFields })),
  created: z.array(PersonRecord),
  /** People that faces left: one that was dissolved since is made again by an undo. */
  left: z.array(PersonRecord),
  /** People to be removed if no face is theirs any more. Only undoing does so. */
  removed: z.array(PersonRecord),
  separated: z.array(Separation),
  rejoined: z.array(Separation),
  excluded: z.array(Exclusion),
  readmitted: z.array(Exclusion),
});
export type PeopleChanges = z.infer<typeof PeopleChanges>;

export const NO_CHANGES: PeopleChanges = {
  faces: [],
  people: [],
  created: [],
  left: [],
  removed: [],
  separated: [],
  rejoined: [],
  excluded: [],
  readmitted: [],
};

/** What a history page shows, and what a repeated request is answered. */
export const PeopleSummary = z.object({
  people: z.array(z.object({ id: z.string(), name: z.string().nullable() })),
  faces: z.int(),
  name: z.string().nullable(),
  personId: z.string().nullable(),
  faceId: z.string().nullable(),
  /** The command, to tell a repetition from another use of its key. */
  command: z.string(),
  /** Of an undo: the action that was undone, and rows that a later decision had changed again. */
  undone: z.string().nullable(),
  kept: z.int(),
  /** It was so already: kept for its key's sake; no history shows it, and undo passes it over. */
  changedNothing: z.boolean().default(false),
});
export type PeopleSummary = z.infer<typeof PeopleSummary>;

/** The lower id first: a pair has one row. */
export function separationOf(one: string, other: string): { a: string; b: string } {
  return one < other ? { a: one, b: other } : { a: other, b: one };
}
