// Closing one's account, and taking that back. What opens it ends at once and faces go at once; the rest waits for its day.
import type { Context } from "hono";
import { errorText, log } from "../../../shared/adapters/log.ts";
import type { DeleteAccount } from "../../../shared/contracts/account.ts";
import { FACE_CONSENT_VERSION } from "../../../shared/contracts/consent.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import { ACCOUNT_CLOSING_MS } from "../../../shared/contracts/limits.ts";
import { closeAccount, keepAccount, revokeInvitationsOfLast } from "../../../shared/db/account/closing-statements.ts";
import { type Decision, withdrawalStatements } from "../../../shared/db/consent/consent-statements.ts";
import { endedBy, endingStatements } from "../../../shared/db/identity/credential-statements.ts";
import { revokeInvitationsOf } from "../../../shared/db/identity/invitation-queries.ts";
import { findUser } from "../../../shared/db/identity/user-queries.ts";
import { closeSockets } from "../access/end-credentials.ts";
import type { AppEnv } from "../app-env.ts";
import { followWithdrawal, withdrawConsent } from "../change-consent.ts";
import type { GatewayDeps } from "../deps.ts";
import { auditStatement } from "../identity/audit.ts";
import { isoTime } from "../iso-time.ts";

/**
 * Closes the caller's account. Safe to repeat: it never moves the day further away.
 * @throws AppError invalid-request when the name is not the account's · last-owner
 */
export async function closeOwnAccount(c: Context<AppEnv>, asked: DeleteAccount): Promise<void> {
  const { deps, principal } = c.var;
  const { userId } = principal;
  const user = await findUser(deps.db, userId);
  if (user === null) throw new AppError("unauthenticated", "The account no longer exists.");
  if (asked.confirm.trim() !== user.name.trim())
    throw new AppError("invalid-request", "That is not the account's name.", {
      errors: [{ pointer: "/confirm", message: "must be the account's name" }],
    });
  const now = deps.now();
  const deleteAfter = asked.now ? now : now + ACCOUNT_CLOSING_MS;
  const subjectId = userId;
  const details = { deleteAfter: isoTime(deleteAfter) };
  // All of it or nothing: no crash leaves a closing account with open doors, or with faces nobody deletes.
  const statements = [
    closeAccount(deps.db, userId, deleteAfter),
    auditStatement(c, { action: "account.closing", subjectId, details, ifChanged: true }),
    revokeInvitationsOfLast(deps.db, userId, now),
    revokeInvitationsOf(deps.db, userId, now),
    ...withdrawalStatements(deps.db, userId, decisionOf(deps), now),
    auditStatement(c, { action: "consent.withdrawn", subjectId, ifChanged: true }),
  ];
  const ending = endingStatements(deps.db, userId, null, now);
  const results = await deps.db.batch<{ id: string }>([...statements, ...ending]).catch((cause: unknown) => {
    if (cause instanceof Error && cause.message.includes("users.status"))
      throw new AppError("last-owner", "Nobody else owns this installation yet.", { cause });
    throw cause;
  });
  const { sessions, apiKeys, grants } = endedBy(results.slice(statements.length));
  await closeSockets(deps, userId, [...sessions, ...apiKeys, ...grants]);
  // The key of their faces; should it fail, the sweep finds that something is left.
  await withdrawConsent(deps, userId);
  c.executionCtx.waitUntil(
    followWithdrawal(deps, userId).catch((cause) =>
      log("warn", "consent-follow-up-failed", { user: userId, cause: errorText(cause) }),
    ),
  );
}

function decisionOf({ newId }: Pick<GatewayDeps, "newId">): Decision {
  return { recordId: newId(), version: FACE_CONSENT_VERSION, source: "user" };
}

/** @throws AppError not-found when the account is not closing, or its deletion has begun */
export async function keepOwnAccount(c: Context<AppEnv>): Promise<void> {
  const { deps, principal } = c.var;
  const [kept] = await deps.db.batch<{ id: string }>([
    keepAccount(deps.db, principal.userId, deps.now()),
    auditStatement(c, { action: "account.kept", subjectId: principal.userId, ifChanged: true }),
  ]);
  if (kept?.results.length === 0 && principal.status === "closing")
    throw new AppError("not-found", "The account is being deleted for good; there is nothing left to keep.");
}
