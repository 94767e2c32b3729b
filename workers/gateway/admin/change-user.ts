// An admin changes somebody's account. Each change holds its own conditions in its statement; here it is only said which one failed.
import type { Context } from "hono";
import type { PatchUser } from "../../../shared/contracts/admin.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import {
  type AdminUserRow,
  changeQuota,
  changeRole,
  changeStatus,
  findAdminUser,
} from "../../../shared/db/identity/admin-queries.ts";
import { revokeInvitationsOf } from "../../../shared/db/identity/invitation-queries.ts";
import { endAllCredentials } from "../access/end-credentials.ts";
import type { AppEnv } from "../app-env.ts";
import { auditStatement } from "../identity/audit.ts";
import { noticeStatements, sendSoon } from "../mail/queue-letter.ts";

/** @throws AppError not-found, forbidden, last-owner, account-closing */
export async function changeUser(c: Context<AppEnv>, userId: string, patch: PatchUser): Promise<AdminUserRow> {
  const { db } = c.var.deps;
  const before = await findAdminUser(db, userId);
  if (before === null) throw new AppError("not-found", "There is no such user.");
  refuseUnless(c, before, patch);
  await setRole(c, before, patch.role);
  await setStatus(c, before, patch.status);
  await setQuota(c, before, patch);
  return (await findAdminUser(db, userId)) ?? before;
}

function refuseUnless(c: Context<AppEnv>, before: AdminUserRow, { role, status }: PatchUser): void {
  const { role: actorRole, userId: actorId } = c.var.principal;
  if (actorRole !== "owner" && (before.role === "owner" || role === "owner"))
    throw new AppError("forbidden", "Owners are made and changed by owners.");
  const isOther = (role !== undefined && role !== before.role) || (status !== undefined && status !== before.status);
  if (before.id === actorId && isOther)
    throw new AppError("forbidden", "Nobody changes their own role or locks themselves.");
  if (before.status === "closing" && status !== undefined)
    throw new AppError("account-closing", "The account is being deleted; only its user can keep it.");
}

async function setRole(c: Context<AppEnv>, before: AdminUserRow, role: PatchUser["role"]): Promise<void> {
  if (role === undefined || role === before.role) return;
  const { db, now } = c.var.deps;
  const details = { from: before.role, to: role };
  const [changed] = await db.batch([
    changeRole(db, before.id, c.var.principal.userId, role),
    auditStatement(c, { action: "account.role-changed", subjectId: before.id, details, ifChanged: true }),
    ...noticeStatements(c, before.id, "role-changed", role),
    revokeInvitationsOf(db, before.id, now()),
  ]);
  await demandChange(c, changed, before.id, (user) => user.role === role);
  sendSoon(c);
}

async function setStatus(c: Context<AppEnv>, before: AdminUserRow, status: PatchUser["status"]): Promise<void> {
  if (status === undefined) return;
  const { db, now } = c.var.deps;
  if (status !== before.status) {
    const action = status === "disabled" ? "account.disabled" : "account.enabled";
    const [changed] = await db.batch([
      changeStatus(db, before.id, c.var.principal.userId, status),
      auditStatement(c, { action, subjectId: before.id, ifChanged: true }),
      revokeInvitationsOf(db, before.id, now()),
    ]);
    await demandChange(c, changed, before.id, (user) => user.status === status);
  }
  // Also when it was locked already: the earlier attempt may have ended before this.
  if (status === "disabled") await endAllCredentials(c.var.deps, before.id);
}

async function setQuota(c: Context<AppEnv>, before: AdminUserRow, patch: PatchUser): Promise<void> {
  const { quotaBytes: bytes, quotaPhotos: photos } = patch;
  if (bytes === undefined && photos === undefined) return;
  const { db } = c.var.deps;
  const details = {
    ...(bytes === undefined ? {} : { bytes }),
    ...(photos === undefined ? {} : { photos }),
  };
  const [changed] = await db.batch([
    changeQuota(db, before.id, c.var.principal.userId, { bytes, photos }),
    auditStatement(c, { action: "account.quota-changed", subjectId: before.id, details, ifChanged: true }),
  ]);
  await demandChange(c, changed, before.id, () => false);
}

/** Nothing changed: because it is so already, or because the statement's conditions no longer held. */
async function demandChange(
  c: Context<AppEnv>,
  changed: D1Result | undefined,
  userId: string,
  isSo: (now: AdminUserRow) => boolean,
): Promise<void> {
  if (changed === undefined || changed.meta.changes > 0) return;
  const now = await findAdminUser(c.var.deps.db, userId);
  if (now === null) throw new AppError("not-found", "There is no such user.");
  if (isSo(now)) return;
  if (now.role === "owner") throw new AppError("last-owner", "This is the last owner of the installation.");
  throw new AppError("forbidden", "You may not change this account any more.");
}
