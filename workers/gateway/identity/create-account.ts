// The one way an account comes to be (but the owner's first): its row, its audit event and what belongs to it, or nothing of it.
import type { Context } from "hono";
import type { Role } from "../../../shared/contracts/auth.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import type { UserId } from "../../../shared/contracts/ids.ts";
import { insertInvitedUser, insertUser } from "../../../shared/db/identity/account-statements.ts";
import type { AppEnv } from "../app-env.ts";
import { auditStatement } from "./audit.ts";

export interface NewAccount {
  readonly name: string;
  /** Lower case; belongs to one account at most. */
  readonly email: string | null;
  readonly isEmailVerified: boolean;
  readonly role: Role;
  /** Bytes; null takes the installation's limit. */
  readonly quotaBytes: number | null;
  /** Accepted with it; decides role and room in place of the two above. */
  readonly invitationId?: string;
  /** What must be there with the account (an identity, a link): run in its batch. */
  readonly statements?: (userId: UserId) => readonly D1PreparedStatement[];
}

/** @throws AppError email-taken · registration-closed when the invitation opens nothing any more, or nobody owns the installation */
export async function createAccount(c: Context<AppEnv>, account: NewAccount): Promise<UserId> {
  const { db, now, newId } = c.var.deps;
  const id = newId() as UserId;
  const at = now();
  const { name, email, role, quotaBytes, invitationId } = account;
  // Only a proven address is kept: an unproven one would keep it from whom it belongs to.
  const proven = account.isEmailVerified ? email : null;
  const user = { id, name, email: proven, emailVerifiedAt: proven === null ? null : at };
  const invited = invitationId !== undefined;
  try {
    await db.batch([
      ...(invited
        ? [
            ...insertInvitedUser(db, invitationId, user, at),
            auditStatement(c, {
              action: "invitation.accepted",
              subjectId: id,
              actorId: id,
              details: { invitation: invitationId },
            }),
          ]
        : [insertUser(db, { ...user, role, quotaBytes }, at)]),
      auditStatement(c, { action: "account.created", subjectId: id, actorId: id, details: { invited } }),
      ...(account.statements?.(id) ?? []),
    ]);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : "";
    if (why.includes("users.email")) throw new AppError("email-taken", "Another account has this address.", { cause });
    if (why.includes("users.role"))
      throw new AppError(
        "registration-closed",
        invited ? "The invitation was used, revoked or is too old." : "Nobody owns this installation at the moment.",
        { cause },
      );
    throw cause;
  }
  return id;
}
