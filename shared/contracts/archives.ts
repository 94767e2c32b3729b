// A selection of photos as one ZIP: the originals, or pictures made of them.
import { z } from "zod";
import { PhotoId } from "./ids.ts";
import { ARCHIVE_MAX_PHOTOS, TRANSFORM_MAX_CHARS } from "./limits.ts";
import { RenderFormat } from "./transforms/transform.ts";

const COMPACT_ID = /^[A-Za-z0-9_-]{22}$/;

export const ArchiveRequest = z
  .object({
    photoIds: z
      .array(PhotoId)
      .min(1)
      .max(ARCHIVE_MAX_PHOTOS)
      .refine((ids) => new Set(ids).size === ids.length, "names a photo twice"),
    /** Options of an address: a picture of each photo instead of its original. */
    ops: z.string().max(TRANSFORM_MAX_CHARS).optional(),
    /** Of those pictures. */
    format: RenderFormat.optional(),
  })
  .meta({ id: "ArchiveRequest" });
export type ArchiveRequest = z.infer<typeof ArchiveRequest>;

/**
 * For links a browser follows. `ids`: commas between; a UUID may be written in base64url (22 characters), so that a whole
 * selection fits into an address.
 */
export const ArchiveQuery = z.object({
  ids: z
    .string()
    .min(1)
    .transform((text) => text.split(",").map(expandId))
    .pipe(ArchiveRequest.shape.photoIds),
  ops: ArchiveRequest.shape.ops,
  format: ArchiveRequest.shape.format,
});

/** A UUID's 16 bytes in base64url back to its usual form; anything else as it stands. */
export function expandId(text: string): string {
  if (!COMPACT_ID.test(text)) return text;
  const bytes = atob(`${text.replaceAll("-", "+").replaceAll("_", "/")}==`);
  const digits = Array.from(bytes, (byte) => byte.charCodeAt(0).toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
