// The audit log: every security-relevant act, seen by the user it is about and by admins.
import { z } from "zod";
import { UserId } from "./ids.ts";
import { PAGE_DEFAULT_ITEMS, PAGE_MAX_ITEMS } from "./limits.ts";

export const AuditAction = z.enum([
  "account.created",
  "account.claimed",
  "account.changed",
  "account.disabled",
  "account.enabled",
  "account.role-changed",
  "account.quota-changed",
  "account.recovery-link",
  "account.closing",
  "account.kept",
  "account.purged",
  "account.exported",
  "email.verified",
  "sign-in.succeeded",
  "sign-in.failed",
  "sign-in.limited",
  "sign-in.link-sent",
  "sign-out",
  "session.revoked",
  "session.others-revoked",
  "session.confirmed",
  "passkey.added",
  "passkey.renamed",
  "passkey.removed",
  "passkey.counter-regressed",
  "password.set",
  "password.removed",
  "api-key.created",
  "api-key.revoked",
  "link.created",
  "link.ended",
  "url-key.rotated",
  "url-key.revoked",
  "identity.linked",
  "identity.unlinked",
  "invitation.created",
  "invitation.accepted",
  "invitation.revoked",
  "oauth.client-created",
  "oauth.client-revoked",
  "oauth.granted",
  "oauth.denied",
  "oauth.grant-revoked",
  "oauth.token-reuse",
  "oauth.code-reuse",
  "signing-key.rotated",
  "provider.changed",
  "provider.removed",
  "settings.changed",
  "consent.granted",
  "consent.withdrawn",
]);
export type AuditAction = z.infer<typeof AuditAction>;

export const AuditEvent = z
  .object({
    id: z.string(),
    at: z.iso.datetime(),
    action: AuditAction,
    /** Null for the installation, or when the account is gone. */
    subject: z.object({ id: UserId, name: z.string().nullable() }).nullable(),
    /** Null when nobody was signed in. Somebody else is told without an id to who reads their own. */
    actor: z.object({ id: UserId.nullable(), name: z.string().nullable() }).nullable(),
    via: z.enum(["session", "api-key", "token", "system", "none"]),
    device: z.string().nullable(),
    network: z.string().nullable(),
    details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  })
  .meta({ id: "AuditEvent" });
export type AuditEvent = z.infer<typeof AuditEvent>;

export const AuditPage = z
  .object({ items: z.array(AuditEvent), cursor: z.string().nullable() })
  .meta({ id: "AuditPage" });
export type AuditPage = z.infer<typeof AuditPage>;

/** `GET /account/audit` (mine) and `GET /admin/audit` (all, or of one `user`). */
export const AuditQuery = z.object({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_MAX_ITEMS).default(PAGE_DEFAULT_ITEMS),
  action: AuditAction.optional(),
});
export const AdminAuditQuery = AuditQuery.extend({ user: UserId.optional() });
