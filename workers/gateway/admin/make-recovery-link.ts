// An owner makes a sign-in link for somebody who has lost every way in, to hand over in person. It opens the account once, within a day.
import type { Context } from "hono";
import type { RecoveryLink } from "../../../shared/contracts/admin.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import { SETUP_LINK_LIFE_MS } from "../../../shared/contracts/limits.ts";
import { findAdminUser } from "../../../shared/db/identity/admin-queries.ts";
import { insertRecoveryLink } from "../../../shared/db/identity/link-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { auditStatement } from "../identity/audit.ts";
import { newSecret, sha256Hex } from "../identity/secrets.ts";
import { isoTime } from "../iso-time.ts";
import { noticeStatements, sendSoon } from "../mail/queue-letter.ts";
import { publicOrigin } from "../public-origin.ts";

/** Where the link leads: their passkeys are lost, and the sign-in is fresh enough to add one now. */
const WAYS_IN_PAGE = "/settings/sign-in";

/** @throws AppError forbidden (another owner's account, a locked one), not-found */
export async function makeRecoveryLink(c: Context<AppEnv>, userId: string): Promise<RecoveryLink> {
  const { db, newId, now } = c.var.deps;
  const { principal } = c.var;
  const token = newSecret();
  const expiresAt = now() + SETUP_LINK_LIFE_MS;
  const [inserted] = await db.batch([
    insertRecoveryLink(db, { id: newId(), hash: await sha256Hex(token), userId, expiresAt }, principal.userId),
    auditStatement(c, { action: "account.recovery-link", subjectId: userId, ifChanged: true }),
    ...noticeStatements(c, userId, "recovery-link"),
  ]);
  if (inserted?.meta.changes === 0) {
    if ((await findAdminUser(db, userId)) === null) throw new AppError("not-found", "There is no such user.");
    throw new AppError("forbidden", "No link is made for another owner, or while the account is locked.");
  }
  sendSoon(c);
  return {
    url: `${publicOrigin(c)}/login?to=${encodeURIComponent(WAYS_IN_PAGE)}#token=${token}`,
    expiresAt: isoTime(expiresAt),
  };
}
