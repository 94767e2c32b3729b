// Whose invitation a token is: the one its maker was shown, or the one that was mailed, which proves the mailbox as well.
import type { Context } from "hono";
import { AppError } from "../../../shared/contracts/errors.ts";
import { findOpenInvitation, type InvitationRow } from "../../../shared/db/identity/invitation-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { invitationOfToken } from "./mailed-tokens.ts";
import { sha256Hex } from "./secrets.ts";

/** @throws AppError registration-closed for one that is unknown, used, revoked or too old */
export async function openInvitation(
  c: Context<AppEnv>,
  token: string,
): Promise<{ invitation: InvitationRow; provenEmail: string | null }> {
  const { db, now, vault } = c.var.deps;
  const mailedId = await invitationOfToken(vault, token);
  const by = mailedId === null ? { hash: await sha256Hex(token) } : { id: mailedId };
  const invitation = await findOpenInvitation(db, by, now());
  if (invitation === null)
    throw new AppError("registration-closed", "This invitation was used, revoked, or is too old.");
  return { invitation, provenEmail: mailedId === null ? null : invitation.email };
}
