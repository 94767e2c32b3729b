// What a letter in the outbox is made from: ids and words, never a token (those are derived when it is sent).
import { z } from "zod";

/** Where this installation was when the letter was asked for: what its links are made of. */
const origin = z.url();
const linkId = z.string();

export const SecurityNotice = z.enum([
  "passkey-added",
  "passkey-removed",
  "password-set",
  "password-removed",
  "provider-linked",
  "role-changed",
  "email-changed",
  "recovery-link",
]);
export type SecurityNotice = z.infer<typeof SecurityNotice>;

export const Letter = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("sign-in"), origin, linkId, to: z.string().nullable() }),
  /** isNewAccount: opening it makes the account. */
  z.object({ kind: z.literal("verify"), origin, linkId, isNewAccount: z.boolean() }),
  z.object({ kind: z.literal("invitation"), origin, invitationId: z.string(), invitedBy: z.string() }),
  z.object({
    kind: z.literal("security-notice"),
    origin,
    notice: SecurityNotice,
    at: z.int(),
    what: z.string().nullable(),
  }),
]);
export type Letter = z.infer<typeof Letter>;
