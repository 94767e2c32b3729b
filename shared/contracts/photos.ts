// A photo, everywhere: states, reasons, the object of list, get and 201, and the queries over it.
import { z } from "zod";
import { FaceId, Generation, PersonId, PhotoId, Sha256Hex } from "./ids.ts";
import { FILENAME_MAX_CHARS, PAGE_DEFAULT_ITEMS, PAGE_MAX_ITEMS, PERSON_FILTER_MAX } from "./limits.ts";

export const Lifecycle = z.enum(["uploading", "stored", "abandoned", "deleted"]);
export type Lifecycle = z.infer<typeof Lifecycle>;

export const StageName = z.enum(["thumbnail", "index"]);
export type StageName = z.infer<typeof StageName>;

export const StageState = z.enum(["pending", "running", "done", "skipped", "failed"]);
export type StageState = z.infer<typeof StageState>;

/** Why a stage was not done and need not be. A skip is not a failure. */
export const SkipReason = z.enum(["unsupported", "no-thumbnail", "no-consent"]);
export type SkipReason = z.infer<typeof SkipReason>;

/** Why a stage could not be done. The original is safe in every case. */
export const FailReason = z.enum(["corrupt", "too-large", "original-missing", "attempts-exhausted", "internal"]);
export type FailReason = z.infer<typeof FailReason>;

export const Stage = z
  .object({
    state: StageState,
    reason: z.union([SkipReason, FailReason]).optional(),
    /** Milliseconds the successful attempt took. */
    ms: z.int().min(0).optional(),
    attempts: z.int().min(0),
  })
  .meta({ id: "Stage" });
export type Stage = z.infer<typeof Stage>;

export const PhotoStatus = z.enum(["uploading", "processing", "indexing", "done", "failed"]);
export type PhotoStatus = z.infer<typeof PhotoStatus>;

const TERMINAL: ReadonlySet<StageState> = new Set(["done", "skipped", "failed"]);

export function isTerminal(state: StageState): boolean {
  return TERMINAL.has(state);
}

/** The public status is derived, never stored. */
export function photoStatus(photo: { lifecycle: Lifecycle; thumbnail: StageState; index: StageState }): PhotoStatus {
  if (photo.lifecycle === "uploading" || photo.lifecycle === "abandoned") return "uploading";
  if (photo.thumbnail === "failed" || photo.index === "failed") return "failed";
  if (!isTerminal(photo.thumbnail)) return "processing";
  return isTerminal(photo.index) ? "done" : "indexing";
}

const Renditions = z.partialRecord(
  z.enum(["w160", "w320", "w640", "w1280"]),
  z.object({
    jpg: z.string(),
    /** Made when it is first asked for; absent where it cannot be had. */
    webp: z.string().optional(),
  }),
);

export const Photo = z
  .object({
    id: PhotoId,
    filename: z.string(),
    mime: z.string(),
    bytes: z.int().min(0),
    sha256: Sha256Hex.nullable(),
    /** As a person sees it: orientation applied. Null until the thumbnail stage has read the header. */
    width: z.int().nullable(),
    height: z.int().nullable(),
    takenAt: z.string().nullable(),
    camera: z.string().nullable(),
    location: z.object({ latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) }).nullable(),
    createdAt: z.string(),
    deletedAt: z.string().nullable(),
    favourite: z.boolean(),
    status: PhotoStatus,
    rev: z.int(),
    gen: Generation,
    /** Base64 of the ThumbHash (≤ 25 bytes), null until the thumbnail stage is done. */
    thumbhash: z.string().nullable(),
    faces: z.int().min(0),
    stages: z.object({ thumbnail: Stage, index: Stage }),
    renditions: Renditions,
  })
  .meta({ id: "Photo" });
export type Photo = z.infer<typeof Photo>;

export const PhotoPage = z.object({ items: z.array(Photo), cursor: z.string().nullable() }).meta({ id: "PhotoPage" });
export type PhotoPage = z.infer<typeof PhotoPage>;

export const ListPhotosQuery = z.object({
  cursor: z.string().max(512).optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_MAX_ITEMS).default(PAGE_DEFAULT_ITEMS),
  status: PhotoStatus.optional(),
  batch: z.string().max(64).optional(),
  /** People in the photo, comma-separated ids. */
  person: z
    .string()
    .transform((list) => list.split(","))
    .pipe(z.array(PersonId).min(1).max(PERSON_FILTER_MAX))
    .optional(),
  /** `all`: photos with every one of these people; `any`: with at least one. */
  match: z.enum(["all", "any"]).default("all"),
  /** `true` lists the trash instead of the library. */
  deleted: z.enum(["true", "false"]).default("false"),
});
export type ListPhotosQuery = z.infer<typeof ListPhotosQuery>;

export const PatchPhoto = z
  .strictObject({
    filename: z.string().min(1).max(FILENAME_MAX_CHARS).optional(),
    takenAt: z.iso.datetime({ offset: true }).nullable().optional(),
    favourite: z.boolean().optional(),
  })
  .refine((patch) => Object.keys(patch).length > 0, "name at least one field to change")
  .meta({ id: "PatchPhoto" });
export type PatchPhoto = z.infer<typeof PatchPhoto>;

/** A face as clients see it. Coordinates are fractions (0–1) of the photo as seen. The vector never leaves. */
export const Face = z
  .object({
    id: FaceId,
    box: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }),
    /** Right eye, left eye, nose tip, right and left mouth corner, as seen by the viewer: [x, y]. */
    landmarks: z.array(z.tuple([z.number(), z.number()])),
    score: z.number().min(0).max(1),
    quality: z.number().min(0).max(1),
    person: PersonId.nullable(),
    /** The person's name, where they have one. */
    personName: z.string().nullable(),
    origin: z.enum(["detected", "drawn"]),
    assignedBy: z.enum(["machine", "human"]).nullable(),
    /** Who it might be, for a face of nobody. */
    suggestion: z
      .object({ person: PersonId, name: z.string().nullable(), likelihood: z.enum(["certain", "likely", "maybe"]) })
      .nullable(),
    /** A square JPEG around the face. */
    crop: z.string(),
    modelId: z.string(),
  })
  .meta({ id: "Face" });
export type Face = z.infer<typeof Face>;

/** Where a face's square crop is had. */
export function faceCropPath(faceId: string): string {
  return `/api/v1/faces/${faceId}/crop.jpg`;
}

export const FaceList = z.object({ items: z.array(Face), recognition: z.boolean() }).meta({ id: "FaceList" });
export type FaceList = z.infer<typeof FaceList>;
