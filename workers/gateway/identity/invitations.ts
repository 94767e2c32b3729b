// Whose invitation a token is: the one its maker was shown, or the one that was mailed, which proves the mailbox as well.
import type { Context } from "hono";
import { AppError } from "../../../shared/contracts/errors.ts";
import { findOpenInvitation, type InvitationRow } from "../../../shared/db/identity/invitation-queries.ts";
import { readIdentitySettings } from "../../../shared/db/identity/settings-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { invitationOfToken } from "./mailed-tokens.ts";
import { sha256Hex } from "./secrets.ts";

/** @throws AppError registration-closed where nobody may register at all */
export async function demandInvitations(c: Context<AppEnv>): Promise<void> {
  if ((await readIdentitySettings(c.var.deps.db)).registration === "closed")
    throw new AppError("registration-closed", "This installation takes no new accounts.");
}

/** @throws AppError registration-closed for one that is unknown, used, revoked or too old, or where nobody may register */
export async function openInvitation(
  c: Context<AppEnv>,
  token: string,
): Promise<{ invitation: InvitationRow; provenEmail: string | null }> {
  const { db, now, vault } = c.var.deps;
  await demandInvitations(c);
  const mailedId = await invitationOfToken(vault, token);
  const by = mailedId === null ? { hash: await sha256Hex(token) } : { id: mailedId };
  const invitation = await findOpenInvitation(db, by, now());
  if (invitation === null)
    throw new AppError("registration-closed", "This invitation was used, revoked, or is too old.");
  return { invitation, provenEmail: mailedId === null ? null : invitation.email };
}
