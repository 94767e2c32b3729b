// Branded identifiers. An id is a server-made UUIDv7; nothing here accepts a name chosen by a client.
import { z } from "zod";

const uuid = () =>
  z
    .string()
    .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/, "must be a lower-case UUID");

export const UserId = uuid().brand<"UserId">();
export type UserId = z.infer<typeof UserId>;

export const PhotoId = uuid().brand<"PhotoId">();
export type PhotoId = z.infer<typeof PhotoId>;

export const BatchId = uuid().brand<"BatchId">();
export type BatchId = z.infer<typeof BatchId>;

export const FaceId = uuid().brand<"FaceId">();
export type FaceId = z.infer<typeof FaceId>;

export const PersonId = uuid().brand<"PersonId">();
export type PersonId = z.infer<typeof PersonId>;

/** A saved transform or dither of a photo. */
export const VersionId = uuid().brand<"VersionId">();
export type VersionId = z.infer<typeof VersionId>;

/** One human decision about people, as the history names it. */
export const PeopleActionId = uuid().brand<"PeopleActionId">();
export type PeopleActionId = z.infer<typeof PeopleActionId>;

/** Generation of a photo's bytes, counted from 1. Object keys are immutable per generation. */
export const Generation = z.int().min(1);

/** SHA-256 as 64 lower-case hex digits. */
export const Sha256Hex = z.string().regex(/^[0-9a-f]{64}$/, "must be 64 lower-case hex digits");
