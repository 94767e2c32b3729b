// Signed addresses of pictures, and the keys they are signed with. An address is opened by anybody until it ends.
import { z } from "zod";
import { SIGNED_URL_LIFE_MS, SIGNED_URL_MAX_LIFE_MS, TRANSFORM_MAX_CHARS } from "./limits.ts";

const SECOND_MS = 1000;

/** Names a key in an address. */
export const UrlKeyId = z.string().regex(/^[a-z0-9]{8}$/);
export type UrlKeyId = z.infer<typeof UrlKeyId>;

export const CreateLink = z
  .object({
    /** Options of the address, in any order and as it has them; empty signs the photo as it is seen. */
    ops: z.string().max(TRANSFORM_MAX_CHARS).default("").meta({ example: "w_800,h_600,fit_cover" }),
    /** The address's last part: a name and the format. */
    file: z
      .string()
      .min(1)
      .max(200)
      .regex(/^[^/?#%\\]+$/, "must be one name")
      .default("photo.jpg")
      .meta({ example: "photo.webp" }),
    expiresInSeconds: z
      .int()
      .min(1)
      .max(SIGNED_URL_MAX_LIFE_MS / SECOND_MS)
      .default(SIGNED_URL_LIFE_MS / SECOND_MS),
  })
  .meta({ id: "CreateLink" });
export type CreateLink = z.infer<typeof CreateLink>;

export const Link = z
  .object({
    /** Whole, with scheme and host. */
    url: z.url(),
    /** Path and query of the same. */
    path: z.string(),
    keyId: UrlKeyId,
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: "Link" });
export type Link = z.infer<typeof Link>;

export const UrlKey = z
  .object({
    id: UrlKeyId,
    /** signing: makes new addresses · kept: its addresses are good, no new ones are made. */
    state: z.enum(["signing", "kept"]),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: "UrlKey" });
export type UrlKey = z.infer<typeof UrlKey>;

export const UrlKeyList = z.object({ items: z.array(UrlKey) }).meta({ id: "UrlKeyList" });
export type UrlKeyList = z.infer<typeof UrlKeyList>;

/** What a signed address carries in its query. `sig` is the photo's link revision, a dot, and the MAC in base64url. */
export const LinkSignature = z.object({
  k: UrlKeyId,
  /** Seconds since 1970 (UTC). */
  exp: z.string().regex(/^[1-9]\d{0,11}$/),
  sig: z.string().regex(/^(?:0|[1-9]\d{0,8})\.[A-Za-z0-9_-]{43}$/),
});
export type LinkSignature = z.infer<typeof LinkSignature>;
