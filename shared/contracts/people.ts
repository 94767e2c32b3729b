// People: who is in the photos, what a human may decide about it, and how each decision is told and taken back.
import { z } from "zod";
import { FaceId, PeopleActionId, PersonId, PhotoId } from "./ids.ts";
import { PAGE_MAX_ITEMS, PERSON_NAME_MAX_CHARS } from "./limits.ts";
import { Photo } from "./photos.ts";

/** How sure a comparison is, in words: numbers would say more about a face than they help. */
export const Likelihood = z.enum(["certain", "likely", "maybe"]);
export type Likelihood = z.infer<typeof Likelihood>;

export const FaceBox = z.object({
  x: z.number().min(0).max(1),
  y: z.number().min(0).max(1),
  width: z.number().min(0).max(1),
  height: z.number().min(0).max(1),
});
export type FaceBox = z.infer<typeof FaceBox>;

/** A face to look at: a square crop and where it is from. */
export const FaceCard = z
  .object({
    id: FaceId,
    photoId: PhotoId,
    person: PersonId.nullable(),
    box: FaceBox,
    quality: z.number().min(0).max(1),
    origin: z.enum(["detected", "drawn"]),
    assignedBy: z.enum(["machine", "human"]).nullable(),
    /** A square JPEG around the face. */
    crop: z.string(),
    /** When the photo was taken, or else uploaded. */
    takenAt: z.string(),
  })
  .meta({ id: "FaceCard" });
export type FaceCard = z.infer<typeof FaceCard>;

export const Person = z
  .object({
    id: PersonId,
    name: z.string().nullable(),
    isHidden: z.boolean(),
    birthday: z.iso.date().nullable(),
    faces: z.int().min(0),
    photos: z.int().min(0),
    /** The chosen or the best face; null when the person has none. */
    cover: z.object({ face: FaceId, photoId: PhotoId, crop: z.string() }).nullable(),
    createdAt: z.string(),
    changedAt: z.string(),
  })
  .meta({ id: "Person" });
export type Person = z.infer<typeof Person>;

/** Named people first, by number of photos; then the unnamed, by number of photos. */
export const PersonPage = z
  .object({
    items: z.array(Person),
    cursor: z.string().nullable(),
    /** People of the whole listing, not of this page. */
    total: z.int(),
    hidden: z.int(),
    /** Faces that belong to nobody yet. */
    unassigned: z.int(),
  })
  .meta({ id: "PersonPage" });
export type PersonPage = z.infer<typeof PersonPage>;

const limit = z.coerce.number().int().min(1).max(PAGE_MAX_ITEMS);

export const ListPeopleQuery = z.object({
  cursor: z.string().max(512).optional(),
  limit: limit.default(100),
  /** `false` leaves hidden people out (pickers never show them), `only` lists nobody else. */
  hidden: z.enum(["false", "true", "only"]).default("false"),
  named: z.enum(["true", "false"]).optional(),
  /** Part of a name, whatever its case. */
  q: z.string().normalize().max(PERSON_NAME_MAX_CHARS).optional(),
});
export type ListPeopleQuery = z.infer<typeof ListPeopleQuery>;

export const FaceCardPage = z
  .object({ items: z.array(FaceCard), cursor: z.string().nullable(), total: z.int() })
  .meta({ id: "FaceCardPage" });
export type FaceCardPage = z.infer<typeof FaceCardPage>;

/** `GET /faces?person=…`: faces of one person, newest photo first; `none` = of nobody, best first. */
export const ListFacesQuery = z.object({
  person: z.union([PersonId, z.literal("none")]),
  cursor: z.string().max(512).optional(),
  limit: limit.default(100),
});
export type ListFacesQuery = z.infer<typeof ListFacesQuery>;

/** Composed (Unicode NFC), so that a name is found however its letters are typed. What a database cannot give back is no name. */
const name = z
  .string()
  .normalize()
  .trim()
  .min(1)
  .max(PERSON_NAME_MAX_CHARS)
  .refine((text) => !/[\p{Cc}\p{Cs}]/u.test(text), "must not have control characters or halves of characters")
  .refine((text) => /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(text), "must have something to be seen");

export const PatchPerson = z
  .strictObject({
    name: name.nullable().optional(),
    isHidden: z.boolean().optional(),
    /** One of the person's own faces; null lets the best one stand again. */
    cover: FaceId.nullable().optional(),
    birthday: z.iso.date().nullable().optional(),
  })
  .refine((patch) => Object.keys(patch).length > 0, "name at least one field to change")
  .meta({ id: "PatchPerson" });
export type PatchPerson = z.infer<typeof PatchPerson>;

/** The named side wins: when `into` has no name and one of `from` has, that one survives. */
export const MergePeople = z
  .strictObject({ into: PersonId, from: z.array(PersonId).min(1).max(PAGE_MAX_ITEMS) })
  .meta({ id: "MergePeople" });
export type MergePeople = z.infer<typeof MergePeople>;

export const SplitPerson = z
  .strictObject({ faces: z.array(FaceId).min(1).max(1000), name: name.optional() })
  .meta({ id: "SplitPerson" });
export type SplitPerson = z.infer<typeof SplitPerson>;

/** Saying whose a face is renames nobody: a name is for somebody new. */
const isNewIfNamed = ({ person, name }: { readonly person: string | null; readonly name?: string | undefined }) =>
  name === undefined || person === "new";
const NAME_OF_NOBODY_NEW = { path: ["name"], error: "goes with a new person only; people are renamed by themselves" };

/** `null`: not this person (remembered). `new`: somebody who is not listed yet. `isDismissed`: no face at all. */
export const AssignFace = z
  .strictObject({
    person: z.union([PersonId, z.literal("new"), z.null()]),
    name: name.optional(),
    isDismissed: z.boolean().optional(),
  })
  .refine(isNewIfNamed, NAME_OF_NOBODY_NEW)
  .refine(({ person, isDismissed }) => person === null || isDismissed !== true, {
    path: ["isDismissed"],
    error: "a face that is none cannot be a person's",
  })
  .meta({ id: "AssignFace" });
export type AssignFace = z.infer<typeof AssignFace>;

export const DrawFace = z
  .strictObject({
    box: FaceBox.refine((box) => box.width > 0 && box.height > 0, "must have an area").refine(
      (box) => box.x + box.width <= 1 && box.y + box.height <= 1,
      "must lie within the photo",
    ),
    person: z.union([PersonId, z.literal("new"), z.null()]).default(null),
    name: name.optional(),
  })
  .refine(isNewIfNamed, NAME_OF_NOBODY_NEW)
  .meta({ id: "DrawFace" });
export type DrawFace = z.infer<typeof DrawFace>;

export const PeopleActionKind = z.enum([
  "rename",
  "birthday",
  "hide",
  "show",
  "cover",
  "merge",
  "split",
  "assign",
  "unassign",
  "dismiss",
  "draw",
  "same",
  "different",
]);
export type PeopleActionKind = z.infer<typeof PeopleActionKind>;

export const PeopleAction = z
  .object({
    id: PeopleActionId,
    kind: PeopleActionKind,
    /** Who it was about, by the names they had then. */
    people: z.array(z.object({ id: PersonId, name: z.string().nullable() })),
    /** Faces it moved. */
    faces: z.int().min(0),
    /** The name given, where one was. */
    name: z.string().nullable(),
    createdAt: z.string(),
    undoneAt: z.string().nullable(),
  })
  .meta({ id: "PeopleAction" });
export type PeopleAction = z.infer<typeof PeopleAction>;

/** What every change answers: the action (to undo it by) and the person it left, where there is one. */
export const PeopleChange = z
  .object({ action: PeopleAction, person: Person.nullable(), face: FaceCard.nullable() })
  .meta({ id: "PeopleChange" });
export type PeopleChange = z.infer<typeof PeopleChange>;

export const PeopleHistory = z
  .object({ items: z.array(PeopleAction), cursor: z.string().nullable() })
  .meta({ id: "PeopleHistory" });
export type PeopleHistory = z.infer<typeof PeopleHistory>;

/** Without an action: the last one that is not undone. */
export const UndoPeopleAction = z.strictObject({ action: PeopleActionId.optional() }).meta({ id: "UndoPeopleAction" });
export type UndoPeopleAction = z.infer<typeof UndoPeopleAction>;

export const UndonePeopleAction = z
  .object({
    action: PeopleAction,
    /** Things a later decision changed again: they were left as they are. */
    kept: z.int().min(0),
  })
  .meta({ id: "UndonePeopleAction" });
export type UndonePeopleAction = z.infer<typeof UndonePeopleAction>;

/** One side of a question: a person with some of their faces, or a single face of nobody. */
const SuggestionSide = z.object({ person: Person.nullable(), faces: z.array(FaceCard).min(1) });

/** "Same person?" Most useful first: what names or joins the most faces, and is most likely. */
export const Suggestion = z
  .object({ id: z.string().max(128), left: SuggestionSide, right: SuggestionSide, likelihood: Likelihood })
  .meta({ id: "Suggestion" });
export type Suggestion = z.infer<typeof Suggestion>;

export const SuggestionList = z
  .object({
    items: z.array(Suggestion),
    /** Questions there are in all, these included. */
    total: z.int(),
  })
  .meta({ id: "SuggestionList" });
export type SuggestionList = z.infer<typeof SuggestionList>;

export const ListSuggestionsQuery = z.object({ limit: z.coerce.number().int().min(1).max(50).default(12) });
export type ListSuggestionsQuery = z.infer<typeof ListSuggestionsQuery>;

export const AnswerSuggestion = z
  .strictObject({ answer: z.enum(["same", "different"]) })
  .meta({ id: "AnswerSuggestion" });
export type AnswerSuggestion = z.infer<typeof AnswerSuggestion>;

/** A face of a photo, with whom it might be. */
export const SimilarFaces = z
  .object({ items: z.array(z.object({ face: FaceCard, likelihood: Likelihood })) })
  .meta({ id: "SimilarFaces" });
export type SimilarFaces = z.infer<typeof SimilarFaces>;

/** Photos with a face like the one given, most alike first. */
export const FaceSearchResult = z
  .object({
    /** Faces found in the image that was sent, largest first; the first is the one searched for. */
    found: z.array(z.object({ box: FaceBox })),
    items: z.array(z.object({ photo: Photo, face: FaceCard, likelihood: Likelihood })),
  })
  .meta({ id: "FaceSearchResult" });
export type FaceSearchResult = z.infer<typeof FaceSearchResult>;
