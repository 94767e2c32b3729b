// Who is calling and what they may do. Every route takes its user from a Principal; none from the request.
import { z } from "zod";
import { UserId } from "./ids.ts";

/** What a key or token may do. A browser session may do everything its user may. */
export const Scope = z.enum([
  "photo.read",
  "photo.write",
  "person.read",
  "person.merge",
  "consent.write",
  "account.read",
  "account.write",
  "admin.read",
  "admin.write",
]);
export type Scope = z.infer<typeof Scope>;

export const Role = z.enum(["owner", "admin", "member"]);
export type Role = z.infer<typeof Role>;

export const AccountStatus = z.enum(["active", "disabled", "closing"]);
export type AccountStatus = z.infer<typeof AccountStatus>;

/** How a session came to be. */
export const SignInMethod = z.enum(["passkey", "email", "password", "oidc", "link"]);
export type SignInMethod = z.infer<typeof SignInMethod>;

/** Whoever passed authentication. Made in one place (the gateway's authenticate); nothing else constructs one. */
export const Principal = z.object({
  userId: UserId,
  role: Role,
  status: AccountStatus,
  /** media: a grant in a cookie-less address, good for reading pictures only. */
  via: z.enum(["session", "api-key", "token", "media"]),
  scopes: z.array(Scope),
  /** The session's, key's or grant's id: what revoking it is called by. */
  credentialId: z.string(),
  /** When the user last proved who they are (ms); 0 for keys. */
  authenticatedAt: z.int(),
  /** When the credential ends (ms); null when it has no end. */
  expiresAt: z.int().nullable(),
});
export type Principal = z.infer<typeof Principal>;

export const UserInfo = z
  .object({
    sub: UserId,
    name: z.string(),
    email: z.string().nullable(),
    emailVerified: z.boolean(),
    role: Role,
    status: AccountStatus,
    /** When a closing account is deleted for good. */
    deleteAfter: z.iso.datetime().nullable(),
    /** The user has no way to sign in again yet: no passkey, verified address, password or provider. */
    needsSignInMethod: z.boolean(),
    storage: z.object({
      bytes: z.int(),
      photos: z.int(),
      /** Admitted and still on their way. */
      reservedBytes: z.int(),
      reservedPhotos: z.int(),
      /** Null without a limit. */
      quotaBytes: z.int().nullable(),
      quotaPhotos: z.int().nullable(),
    }),
    /** How this call was authenticated, and until when sensitive acts need no new proof (null: they do, or never). */
    via: Principal.shape.via,
    scopes: z.array(Scope),
    freshUntil: z.iso.datetime().nullable(),
    /** Where this session's pictures are, without a cookie: put it in place of /api/v1. Null for keys and tokens. */
    mediaBase: z.string().nullable(),
  })
  .meta({ id: "UserInfo" });
export type UserInfo = z.infer<typeof UserInfo>;
