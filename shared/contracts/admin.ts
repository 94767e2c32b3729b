// What admins decide: users, invitations, how people sign in, which programs and providers there are.
import { z } from "zod";
import { AccountStatus, Role, Scope } from "./auth.ts";
import { UserId } from "./ids.ts";
import {
  CLIENT_NAME_MAX_CHARS,
  EMAIL_MAX_CHARS,
  PAGE_DEFAULT_ITEMS,
  PAGE_MAX_ITEMS,
  REDIRECT_URIS_MAX,
  ROLE_MAP_MAX,
} from "./limits.ts";
import { Email, shownName } from "./sign-in.ts";

export const AdminUser = z
  .object({
    id: UserId,
    name: z.string(),
    email: z.string().nullable(),
    emailVerified: z.boolean(),
    role: Role,
    status: AccountStatus,
    deleteAfter: z.iso.datetime().nullable(),
    createdAt: z.iso.datetime(),
    lastSeenAt: z.iso.datetime().nullable(),
    storage: z.object({
      bytes: z.int(),
      photos: z.int(),
      /** The account's own limits; null takes the installation's. */
      quotaBytes: z.int().nullable(),
      quotaPhotos: z.int().nullable(),
    }),
    signIn: z.object({ passkeys: z.int(), hasPassword: z.boolean(), providers: z.array(z.string()) }),
  })
  .meta({ id: "AdminUser" });
export type AdminUser = z.infer<typeof AdminUser>;
export const AdminUserList = z
  .object({ items: z.array(AdminUser), cursor: z.string().nullable() })
  .meta({ id: "AdminUserList" });
export type AdminUserList = z.infer<typeof AdminUserList>;

export const AdminUsersQuery = z.object({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_MAX_ITEMS).default(PAGE_DEFAULT_ITEMS),
  /** Part of a name or an address. */
  q: z.string().trim().max(EMAIL_MAX_CHARS).optional(),
});

/** `PATCH /admin/users/{id}`. The last owner keeps the role; nobody disables or demotes themselves; admins do not touch owners. */
export const PatchUser = z
  .object({
    role: Role.optional(),
    status: z.enum(["active", "disabled"]).optional(),
    quotaBytes: z.int().min(0).nullable().optional(),
    quotaPhotos: z.int().min(0).nullable().optional(),
  })
  .meta({ id: "PatchUser" });
export type PatchUser = z.infer<typeof PatchUser>;

/** `POST /admin/users/{id}/sign-in-link`: a way back for somebody without one. The only answer that holds the link. */
export const RecoveryLink = z.object({ url: z.string(), expiresAt: z.iso.datetime() }).meta({ id: "RecoveryLink" });
export type RecoveryLink = z.infer<typeof RecoveryLink>;

export const CreateInvitation = z
  .object({
    email: Email.optional(),
    role: Role.exclude(["owner"]).default("member"),
    quotaBytes: z.int().min(0).optional(),
  })
  .meta({ id: "CreateInvitation" });
export type CreateInvitation = z.infer<typeof CreateInvitation>;
export const Invitation = z
  .object({
    id: z.string(),
    email: z.string().nullable(),
    role: Role.exclude(["owner"]),
    state: z.enum(["open", "accepted", "expired", "revoked"]),
    invitedBy: z.string().nullable(),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: "Invitation" });
export type Invitation = z.infer<typeof Invitation>;
export const InvitationList = z.object({ items: z.array(Invitation) }).meta({ id: "InvitationList" });
/** `url` is shown once; `isMailed` says whether it was sent as well. */
export const CreatedInvitation = Invitation.extend({ url: z.string(), isMailed: z.boolean() }).meta({
  id: "CreatedInvitation",
});
export type CreatedInvitation = z.infer<typeof CreatedInvitation>;

/** `GET|PUT /admin/identity`: how people get in. */
export const IdentitySettings = z
  .object({
    passwords: z.boolean().default(false),
    registration: z.enum(["open", "invited", "closed"]).default("invited"),
    /** Of accounts without limits of their own; null is unlimited. */
    defaultQuotaBytes: z.int().min(0).nullable().default(null),
    defaultQuotaPhotos: z.int().min(0).nullable().default(null),
  })
  .meta({ id: "IdentitySettings" });
export type IdentitySettings = z.infer<typeof IdentitySettings>;

/** `?force=true`: switch it off though people are locked out by it, as the refusal before has said. */
export const ForceQuery = z.object({ force: z.enum(["true", "false"]).default("false") });

const slug = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, "is 1 to 31 of a-z, 0-9 and -, beginning with a letter");

/** `PUT /admin/providers/{id}`. Without `clientSecret` the stored one stays. */
export const PutProvider = z
  .object({
    name: z.string().trim().min(1).max(100),
    /** https; http on loopback in local builds only. */
    issuer: z.url().max(500),
    clientId: z.string().min(1).max(300),
    clientSecret: z.string().min(1).max(1000).optional(),
    scopes: z
      .string()
      .max(500)
      .regex(/^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/, "is names with one space between them")
      .refine((scopes) => scopes.split(" ").includes("openid"), "must have openid among them")
      .default("openid email profile"),
    preset: z.enum(["generic", "keycloak"]).default("generic"),
    /** Where roles are, with dots. Keycloak: realm_access.roles. */
    roleClaim: z.string().max(200).nullable().default(null),
    roleMap: z
      .record(z.string().max(200), Role.exclude(["owner"]))
      .refine((map) => Object.keys(map).length <= ROLE_MAP_MAX, `maps at most ${ROLE_MAP_MAX} roles`)
      .default({}),
    allowSignUp: z.boolean().default(false),
    trustEmail: z.boolean().default(false),
    isEnabled: z.boolean().default(true),
  })
  .meta({ id: "PutProvider" });
export type PutProvider = z.infer<typeof PutProvider>;
export const Provider = PutProvider.omit({ clientSecret: true })
  .extend({ id: slug, hasClientSecret: z.boolean(), redirectUri: z.string() })
  .meta({ id: "Provider" });
export type Provider = z.infer<typeof Provider>;
export const ProviderList = z.object({ items: z.array(Provider) }).meta({ id: "ProviderList" });
export const ProviderId = slug;

/** `POST /oauth/clients`. Apps and devices are an admin's to allow; a service acts as the user who made it. */
export const CreateClient = z
  .object({
    name: shownName(CLIENT_NAME_MAX_CHARS),
    kind: z.enum(["app", "device", "service"]),
    /** Exact, https or loopback http; apps only. */
    redirectUris: z.array(z.string().max(1000)).max(REDIRECT_URIS_MAX).default([]),
    scopes: z.array(Scope).min(1),
    /** A public client has no secret; services always have one. */
    isPublic: z.boolean().default(true),
  })
  .meta({ id: "CreateClient" });
export type CreateClient = z.infer<typeof CreateClient>;
export const Client = z
  .object({
    id: z.string(),
    name: z.string(),
    kind: z.enum(["app", "device", "service"]),
    redirectUris: z.array(z.string()),
    scopes: z.array(Scope),
    isPublic: z.boolean(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: "Client" });
export type Client = z.infer<typeof Client>;
export const ClientList = z.object({ items: z.array(Client) }).meta({ id: "ClientList" });
/** The only answer that ever holds the secret. */
export const CreatedClient = Client.extend({ clientSecret: z.string().nullable() }).meta({ id: "CreatedClient" });
export type CreatedClient = z.infer<typeof CreatedClient>;
