// The id of a question says what is asked, so that it is the same whenever it is asked, and nothing needs to be kept for it.
import { z } from "zod";
import { FaceId, PersonId } from "../../shared/contracts/ids.ts";
import { separationOf } from "../../shared/contracts/people-changes.ts";

export type Question =
  | { readonly kind: "people"; readonly one: string; readonly other: string }
  | { readonly kind: "face"; readonly face: string; readonly person: string };

const People = z.tuple([z.literal("people"), PersonId, PersonId]);
const Face = z.tuple([z.literal("face"), FaceId, PersonId]);

export function suggestionId(question: Question): string {
  if (question.kind === "face") return `face:${question.face}:${question.person}`;
  const { a, b } = separationOf(question.one, question.other);
  return `people:${a}:${b}`;
}

/** Null for what is no id of ours. */
export function parseSuggestionId(id: string): Question | null {
  const parts = id.split(":");
  const people = People.safeParse(parts);
  if (people.success && people.data[1] !== people.data[2])
    return { kind: "people", one: people.data[1], other: people.data[2] };
  const face = Face.safeParse(parts);
  return face.success ? { kind: "face", face: face.data[1], person: face.data[2] } : null;
}
