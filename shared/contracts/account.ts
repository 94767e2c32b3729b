// What belongs to an account and can be seen and ended by its user: sessions, keys, connected programs, providers, history.
import { z } from "zod";
import { Scope, SignInMethod } from "./auth.ts";
import { API_KEY_NAME_MAX_CHARS } from "./limits.ts";
import { Email, UserName } from "./sign-in.ts";

/** `PATCH /account`. A new address takes effect when the link sent to it is opened. */
export const PatchAccount = z
  .object({ name: UserName.optional(), email: Email.optional() })
  .meta({ id: "PatchAccount" });
export type PatchAccount = z.infer<typeof PatchAccount>;

/** `DELETE /account`: `confirm` is the account's name, typed. `now` skips the days in which it can be taken back. */
export const DeleteAccount = z
  .object({ confirm: z.string().max(500), now: z.boolean().default(false) })
  .meta({ id: "DeleteAccount" });
export type DeleteAccount = z.infer<typeof DeleteAccount>;

/** `GET /account/export`: the parts an export comes in; each is a ZIP at `url`, streamed, with an exact length. */
export const AccountExport = z
  .object({
    photos: z.int(),
    bytes: z.int(),
    parts: z.array(z.object({ part: z.int(), photos: z.int(), bytes: z.int(), url: z.string() })),
  })
  .meta({ id: "AccountExport" });
export type AccountExport = z.infer<typeof AccountExport>;

export const Session = z
  .object({
    id: z.string(),
    isCurrent: z.boolean(),
    method: SignInMethod,
    provider: z.string().nullable(),
    /** Browser and system, in words. */
    device: z.string(),
    network: z.string().nullable(),
    createdAt: z.iso.datetime(),
    lastSeenAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: "Session" });
export type Session = z.infer<typeof Session>;
export const SessionList = z.object({ items: z.array(Session) }).meta({ id: "SessionList" });
export const SignedOutOthers = z.object({ ended: z.int() }).meta({ id: "SignedOutOthers" });

/** `POST /auth/logout`. */
export const SignedOut = z
  .object({
    /** Where to send the browser to sign out at the provider as well; null when there is none. */
    providerLogoutUrl: z.string().nullable(),
  })
  .meta({ id: "SignedOut" });
export type SignedOut = z.infer<typeof SignedOut>;

export const ApiKey = z
  .object({
    id: z.string(),
    name: z.string(),
    /** `hg_` and four more characters. */
    prefix: z.string(),
    scopes: z.array(Scope),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().nullable(),
    lastUsedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: "ApiKey" });
export type ApiKey = z.infer<typeof ApiKey>;
export const ApiKeyList = z.object({ items: z.array(ApiKey) }).meta({ id: "ApiKeyList" });

/** `POST /api-keys`. Admin scopes need an admin. */
export const CreateApiKey = z
  .object({
    name: z.string().trim().min(1).max(API_KEY_NAME_MAX_CHARS),
    scopes: z.array(Scope).min(1).max(Scope.options.length),
    /** Days until it ends; null never. */
    expiresInDays: z.int().min(1).max(3650).nullable().default(365),
  })
  .meta({ id: "CreateApiKey" });
export type CreateApiKey = z.infer<typeof CreateApiKey>;
/** The only answer that ever holds the key. */
export const CreatedApiKey = ApiKey.extend({ key: z.string() }).meta({ id: "CreatedApiKey" });
export type CreatedApiKey = z.infer<typeof CreatedApiKey>;

/** A program the user let in. */
export const Grant = z
  .object({
    id: z.string(),
    client: z.object({ id: z.string(), name: z.string(), kind: z.enum(["app", "device", "service"]) }),
    scopes: z.array(Scope),
    createdAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: "Grant" });
export type Grant = z.infer<typeof Grant>;
export const GrantList = z.object({ items: z.array(Grant) }).meta({ id: "GrantList" });

/** An account at a provider that opens this one. */
export const LinkedIdentity = z
  .object({
    provider: z.string(),
    name: z.string(),
    email: z.string().nullable(),
    createdAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: "LinkedIdentity" });
export type LinkedIdentity = z.infer<typeof LinkedIdentity>;
export const LinkedIdentityList = z.object({ items: z.array(LinkedIdentity) }).meta({ id: "LinkedIdentityList" });
