// A person proves who they are by a password. Counted before it is looked at, by account and by network; a wrong address
// costs what a wrong password costs.
import type { Context } from "hono";
import { AppError } from "../../../shared/contracts/errors.ts";
import type { UserId } from "../../../shared/contracts/ids.ts";
import { replacePasswordHash } from "../../../shared/db/identity/password-queries.ts";
import { readIdentitySettings } from "../../../shared/db/identity/settings-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { clearAttempts, limitAttempts, uncountAttempt } from "../limits/limit-attempts.ts";
import { recordAct } from "./audit.ts";
import { callerNetwork } from "./caller-network.ts";
import { hashPassword, verifyPassword } from "./password-hash.ts";

/** @throws AppError method-disabled */
export async function demandPasswords(c: Context<AppEnv>): Promise<void> {
  if (!(await readIdentitySettings(c.var.deps.db)).passwords)
    throw new AppError("method-disabled", "This installation takes no passwords.");
}

/**
 * @param counted what the account's attempts are counted by: the address as typed, or the user's id
 * @param find who it may be; null for nobody, which takes as long
 * @returns whose password it is; null when it is not
 * @throws AppError too-many-requests
 */
export async function provePassword(
  c: Context<AppEnv>,
  counted: string,
  password: string,
  find: () => Promise<{ id: UserId; passwordHash: string | null } | null>,
): Promise<UserId | null> {
  const network = callerNetwork(c).counted;
  const user = await find();
  try {
    await limitAttempts(c, "sign-in:network", network);
    await limitAttempts(c, "sign-in:account", counted);
  } catch (cause) {
    if (user !== null && cause instanceof AppError && cause.facts["isFirst"] === true)
      recordAfterAnswer(c, "sign-in.limited", user.id);
    throw cause;
  }
  const { isRight, needsRehash } = verifyPassword(password, user?.passwordHash ?? null);
  if (user === null || !isRight) {
    if (user !== null) recordAfterAnswer(c, "sign-in.failed", user.id);
    return null;
  }
  if (needsRehash && user.passwordHash !== null)
    await replacePasswordHash(c.var.deps.db, user.id, user.passwordHash, hashPassword(password));
  await clearAttempts(c, "sign-in:account", counted);
  await uncountAttempt(c, "sign-in:network", network);
  return user.id;
}

/** There is nothing to record for somebody unknown: the time it takes must not be part of the answer's. */
function recordAfterAnswer(c: Context<AppEnv>, action: "sign-in.limited" | "sign-in.failed", userId: UserId): void {
  c.executionCtx.waitUntil(recordAct(c, { action, subjectId: userId, details: { method: "password" } }));
}
