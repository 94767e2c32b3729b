// The end of every way in: the account may be used, a new session begins, and the log says how.
import type { Context } from "hono";
import { AppError } from "../../../shared/contracts/errors.ts";
import type { SignedIn } from "../../../shared/contracts/sign-in.ts";
import { findUser } from "../../../shared/db/identity/user-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { recordAct } from "./audit.ts";
import { type BegunSession, beginSession } from "./begin-session.ts";
import { needsSignInMethod } from "./ways-in.ts";

/** @throws AppError sign-in-failed when the account is gone, account-disabled */
export async function completeSignIn(c: Context<AppEnv>, session: BegunSession): Promise<SignedIn> {
  const user = await findUser(c.var.deps.db, session.userId);
  if (user === null) throw new AppError("sign-in-failed", "The account no longer exists.");
  const { status } = user;
  const how = { method: session.method, ...(session.providerId === undefined ? {} : { provider: session.providerId }) };
  const act = { subjectId: user.id, actorId: user.id };
  if (status === "disabled") {
    await recordAct(c, { ...act, action: "sign-in.failed", details: { ...how, reason: "disabled" } });
    throw new AppError("account-disabled", "An admin has locked this account.");
  }
  await beginSession(c, session);
  await recordAct(c, { ...act, action: "sign-in.succeeded", details: how });
  return { needsSignInMethod: await needsSignInMethod(c.var.deps, user.id), status };
}
