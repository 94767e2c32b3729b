// The seeds' own routes: the image API, the upload service and the dithering service, in their words.
import { z } from "zod";
import { PhotoId, VersionId } from "./ids.ts";
import { BASE64_BODY_MAX_BYTES, IMPORT_URL_MAX_CHARS, PAGE_DEFAULT_ITEMS, PAGE_MAX_ITEMS } from "./limits.ts";

export const CreateImg = z
  .discriminatedUnion("type", [
    z.object({ type: z.literal("base64"), data: z.string().min(1).max(BASE64_BODY_MAX_BYTES) }),
    z.object({ type: z.literal("url"), data: z.string().min(1).max(IMPORT_URL_MAX_CHARS) }),
    /** A copy, with bytes of its own: whatever becomes of the photo it was made of, it stays. */
    z.object({ type: z.literal("uuid"), data: z.string().toLowerCase().pipe(PhotoId) }),
  ])
  .meta({ id: "CreateImg" });
export type CreateImg = z.infer<typeof CreateImg>;

export const CreatedImg = z.object({ id: PhotoId }).meta({ id: "CreatedImg" });

export const Image = z
  .object({
    uuid: PhotoId,
    /** Where its bytes are. */
    url: z.string(),
    filename: z.string(),
  })
  .meta({ id: "Image" });
export type Image = z.infer<typeof Image>;

export const DitheredImage = z
  .object({
    uuid: PhotoId,
    /** Where the dithered picture is. */
    url_dither: z.string(),
    job: VersionId,
    filename: z.string(),
  })
  .meta({ id: "DitheredImage" });
export type DitheredImage = z.infer<typeof DitheredImage>;

export const ListImagesQuery = z.object({
  /** Absent: the photos themselves. */
  kind: z.enum(["dither"]).optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_MAX_ITEMS).default(PAGE_DEFAULT_ITEMS),
});

export const ImagePage = z
  .object({ items: z.array(z.union([DitheredImage, Image])), cursor: z.string().nullable() })
  .meta({ id: "ImagePage" });

/** 1: grey. 3: colour on white. 4: colour, and transparency where the photo has it. */
export const DitherChannels = z.enum(["1", "3", "4"]);
export type DitherChannels = z.infer<typeof DitherChannels>;

/** As the options dither, levels, pal, strength and serp of an address say them. */
export const DitherQuery = z.object({
  alg: z.string().max(40).default("floyd-steinberg"),
  levels: z.string().max(4).optional(),
  palette: z.string().max(500).optional(),
  strength: z.string().max(10).optional(),
  serpentine: z.string().max(5).optional(),
});
export type DitherQuery = z.infer<typeof DitherQuery>;

/** The dithered pictures of one photo: the newest, and all of them. */
export const DitheredPhoto = DitheredImage.extend({ items: z.array(DitheredImage) }).meta({ id: "DitheredPhoto" });

export const DitherJob = z.object({ job: VersionId, status_url: z.string() }).meta({ id: "DitherJob" });
