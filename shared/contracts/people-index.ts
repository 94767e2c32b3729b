// The RPC of the people index, one Durable Object per user: the only place where a library's vectors are compared.
// The gateway asks it to decide and to search; the embedder tells it of new faces. No vector comes back.
import { z } from "zod";
import { FaceId, PersonId, PhotoId, UserId } from "./ids.ts";
import { SIMILAR_FACES_MAX } from "./limits.ts";
import { AnswerSuggestion, AssignFace, FaceBox, Likelihood, MergePeople, PatchPerson, SplitPerson } from "./people.ts";

/** A human decision, with the key that makes it happen once. */
export const PeopleCommand = z.object({
  requestKey: z.string().min(1).max(200),
  command: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("patch"), person: PersonId, patch: PatchPerson }),
    z.object({ kind: z.literal("merge"), merge: MergePeople }),
    z.object({ kind: z.literal("split"), person: PersonId, split: SplitPerson }),
    z.object({ kind: z.literal("assign"), face: FaceId, assign: AssignFace }),
    /** A face the embedder has just stored for a drawn box. */
    z.object({ kind: z.literal("draw"), face: FaceId, assign: AssignFace }),
    z.object({ kind: z.literal("answer"), suggestion: z.string().max(128), answer: AnswerSuggestion }),
    z.object({ kind: z.literal("undo"), action: z.string().nullable() }),
  ]),
});
export type PeopleCommand = z.infer<typeof PeopleCommand>;

/** What came of it: the action as logged, or why nothing was done. */
export const PeopleOutcome = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("done"),
    actionId: z.string(),
    personId: PersonId.nullable(),
    faceId: FaceId.nullable(),
    /** Of an undo: rows a later decision has changed again. */
    kept: z.int().min(0),
  }),
  z.object({ kind: z.literal("not-found"), detail: z.string() }),
  /** `pointer` (RFC 6901): what of the request makes no sense; empty for all of it. */
  z.object({ kind: z.literal("invalid"), pointer: z.string().default(""), detail: z.string() }),
  /** The key was used for another command. */
  z.object({ kind: z.literal("conflict"), detail: z.string() }),
  z.object({ kind: z.literal("nothing-to-undo") }),
  z.object({ kind: z.literal("recognition-off") }),
]);
export type PeopleOutcome = z.infer<typeof PeopleOutcome>;

/** A question in ids; the gateway fills in people and faces. */
export const SuggestionIds = z.object({
  id: z.string().max(128),
  left: z.object({ person: PersonId.nullable(), faces: z.array(FaceId).min(1) }),
  right: z.object({ person: PersonId.nullable(), faces: z.array(FaceId).min(1) }),
  likelihood: Likelihood,
});
export type SuggestionIds = z.infer<typeof SuggestionIds>;

export const FaceMatch = z.object({ face: FaceId, photo: PhotoId, likelihood: Likelihood });
export type FaceMatch = z.infer<typeof FaceMatch>;

export const FaceGuess = z.object({ face: FaceId, person: PersonId, likelihood: Likelihood });
export type FaceGuess = z.infer<typeof FaceGuess>;

const matchLimit = z.int().min(1).max(SIMILAR_FACES_MAX);

/** From the embedder only: the vector of an image somebody searches with. It is compared and forgotten. */
export const VectorSearch = z.object({ modelId: z.string(), vector: z.instanceof(Float32Array), limit: matchLimit });
export type VectorSearch = z.infer<typeof VectorSearch>;

export interface PeopleIndexRpc {
  /** New faces of these photos are in the database. A hint: what it misses, `reconcile` finds. */
  take(userId: UserId, photoIds: readonly PhotoId[]): Promise<void>;
  /** From the sweep: faces nobody was told of, a change of model, people without faces, a withdrawal that is not through. */
  reconcile(userId: UserId): Promise<void>;
  decide(userId: UserId, command: PeopleCommand): Promise<PeopleOutcome>;
  suggestions(userId: UserId, limit: number): Promise<{ items: SuggestionIds[]; total: number }>;
  /** For faces of nobody: the most likely person of each, where one is likely enough. */
  guess(userId: UserId, faces: readonly FaceId[]): Promise<FaceGuess[]>;
  similar(userId: UserId, face: FaceId, limit: number): Promise<FaceMatch[]>;
  search(userId: UserId, search: VectorSearch): Promise<FaceMatch[]>;
  /** Recognition was withdrawn: forgets at once, then deletes everything; answers when it is gone, or goes on by itself. */
  withdraw(userId: UserId): Promise<{ isDone: boolean }>;
  /** The account is deleted: nothing of it stays in memory or storage, and no alarm rings. */
  erase(): Promise<void>;
}

/** What the embedder does on request, beside its queue. It answers boxes and ids, never a vector. */
export const FaceSearchRequest = z.object({
  userId: UserId,
  /** A JPEG of at most 1280 px a side, made by the thumbnailer from what was sent. */
  jpeg: z.instanceof(Uint8Array),
  limit: matchLimit,
});
export type FaceSearchRequest = z.infer<typeof FaceSearchRequest>;

export const FaceSearchOutcome = z.object({ found: z.array(z.object({ box: FaceBox })), matches: z.array(FaceMatch) });
export type FaceSearchOutcome = z.infer<typeof FaceSearchOutcome>;

export const DrawFaceRequest = z.object({ userId: UserId, photoId: PhotoId, gen: z.int().min(1), box: FaceBox });
export type DrawFaceRequest = z.infer<typeof DrawFaceRequest>;

export const DrawFaceOutcome = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("stored"), faceId: FaceId }),
  /** Deleted, of another generation, without thumbnails, or recognition was withdrawn meanwhile. */
  z.object({ kind: z.literal("gone") }),
]);
export type DrawFaceOutcome = z.infer<typeof DrawFaceOutcome>;

export interface FaceFinderRpc {
  searchByImage(request: FaceSearchRequest): Promise<FaceSearchOutcome>;
  drawFace(request: DrawFaceRequest): Promise<DrawFaceOutcome>;
}
