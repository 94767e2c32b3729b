// Versions: pictures made of a photo that somebody wants to keep, each a transform by the options of its address.
import { z } from "zod";
import { PhotoId, VersionId } from "./ids.ts";
import { TRANSFORM_MAX_CHARS } from "./limits.ts";
import { RenderFormat } from "./transforms/transform.ts";

export const VersionKind = z.enum(["transform", "dither"]);
export type VersionKind = z.infer<typeof VersionKind>;

/** Why there is no picture, in a word a client can act on. */
export const VersionReason = z.enum(["too-large", "corrupt", "unsupported", "internal", "attempts-exhausted"]);
export type VersionReason = z.infer<typeof VersionReason>;

export const CreateVersion = z
  .object({
    /** Options as in an address, in any order: `w_800,dither_atkinson`. */
    ops: z.string().max(TRANSFORM_MAX_CHARS),
    format: RenderFormat,
  })
  .meta({ id: "CreateVersion" });

export const Version = z
  .object({
    id: VersionId,
    photoId: PhotoId,
    kind: VersionKind,
    /** Canonical options. */
    ops: z.string(),
    format: RenderFormat,
    status: z.enum(["pending", "running", "done", "failed"]),
    reason: VersionReason.nullable(),
    width: z.int().nullable(),
    height: z.int().nullable(),
    bytes: z.int().nullable(),
    createdAt: z.iso.datetime(),
    /** Path of the picture; there is one once `status` is done. */
    url: z.string(),
  })
  .meta({ id: "Version" });
export type Version = z.infer<typeof Version>;
