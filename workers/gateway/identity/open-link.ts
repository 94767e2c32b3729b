// What a one-time link does when it is opened. It is spent first: whatever comes of it, it opens nothing a second time. Only one
// that proves an address waits for its account's own session.
import type { Context } from "hono";
import { z } from "zod";
import { AppError } from "../../../shared/contracts/errors.ts";
import type { LinkOpened } from "../../../shared/contracts/sign-in.ts";
import { spendChallenge } from "../../../shared/db/identity/challenge-queries.ts";
import { peekLink, type SpentLink, spendLink } from "../../../shared/db/identity/link-queries.ts";
import { insertLetter } from "../../../shared/db/identity/mail-queries.ts";
import { readIdentitySettings } from "../../../shared/db/identity/settings-queries.ts";
import { findUser, setVerifiedEmail, type UserRow } from "../../../shared/db/identity/user-queries.ts";
import { authenticate } from "../access/authenticate.ts";
import type { AppEnv } from "../app-env.ts";
import { sendSoon } from "../mail/queue-letter.ts";
import { publicOrigin } from "../public-origin.ts";
import { auditStatement, recordAct } from "./audit.ts";
import { challengeHash } from "./challenges.ts";
import { completeSignIn } from "./complete-sign-in.ts";
import { createAccount } from "./create-account.ts";
import { sha256Hex } from "./secrets.ts";

const Registration = z.object({ name: z.string(), email: z.string() });

/** @throws AppError unauthenticated for a link that opens nothing, sign-in-first, account-disabled, registration-closed, email-taken */
export async function openLink(c: Context<AppEnv>, token: string): Promise<LinkOpened> {
  const { db, now } = c.var.deps;
  const hash = await sha256Hex(token);
  await demandOwnSession(c, hash);
  const link = await spendLink(db, hash, now());
  if (link === null) return await openRegistration(c, token);
  const user = await findUser(db, link.userId);
  if (user === null) throw opensNothing();
  if (link.purpose === "verify") return await verifyAddress(c, link, user);
  if (link.purpose === "sign-in") {
    // Somebody else may have the address by now.
    if (link.email === null || link.email !== user.email || user.emailVerifiedAt === null) throw opensNothing();
    return { ...(await completeSignIn(c, { userId: user.id, method: "email" })), purpose: "sign-in" };
  }
  const signedIn = await completeSignIn(c, { userId: user.id, method: "link" });
  if (user.role === "owner" && signedIn.needsSignInMethod)
    await recordAct(c, { action: "account.claimed", subjectId: user.id, actorId: user.id });
  return { ...signedIn, purpose: "setup" };
}

/**
 * Whoever reads a mailbox (its owner, a scanner of links) must not make it the address of an account that is not theirs, only
 * because somebody typed it there. @throws AppError sign-in-first
 */
async function demandOwnSession(c: Context<AppEnv>, hash: string): Promise<void> {
  const { db, now } = c.var.deps;
  const link = await peekLink(db, hash, now());
  if (link?.purpose !== "verify") return;
  const principal = await authenticate(c);
  if (principal?.via !== "session" || principal.userId !== link.userId)
    throw new AppError("sign-in-first", "The link proves an address to the account that asked for it.");
}

async function verifyAddress(c: Context<AppEnv>, link: SpentLink, user: UserRow): Promise<LinkOpened> {
  const { db, newId, now, mailer } = c.var.deps;
  const { status } = user;
  if (link.email === null) throw opensNothing();
  if (status === "disabled") throw new AppError("account-disabled", "An admin has locked this account.");
  const notice = {
    kind: "security-notice",
    origin: publicOrigin(c),
    notice: "email-changed",
    at: now(),
    what: null,
  } as const;
  const dedupeKey = `email-changed:${link.id}`;
  // Whoever had the account's old address learns that it is not theirs alone to say so any more.
  const toOldAddress =
    mailer !== null && user.email !== null && user.emailVerifiedAt !== null && user.email !== link.email
      ? [insertLetter(db, { id: newId(), dedupeKey, userId: user.id, recipient: user.email, letter: notice }, now())]
      : [];
  try {
    await db.batch([
      setVerifiedEmail(db, user.id, link.email, now()),
      auditStatement(c, { action: "email.verified", subjectId: user.id, actorId: user.id, ifChanged: true }),
      ...toOldAddress,
    ]);
  } catch (cause) {
    if (cause instanceof Error && cause.message.includes("users.email"))
      throw new AppError("email-taken", "Another account has this address.", { cause });
    throw cause;
  }
  sendSoon(c);
  return { needsSignInMethod: false, status, purpose: "verify" };
}

async function openRegistration(c: Context<AppEnv>, token: string): Promise<LinkOpened> {
  const { db, now } = c.var.deps;
  const spent = await spendChallenge(db, await challengeHash("register", token), "register", now());
  if (spent === null) throw opensNothing();
  const { name, email } = Registration.parse(spent.payload);
  if ((await readIdentitySettings(db)).registration !== "open")
    throw new AppError("registration-closed", "New accounts need an invitation by now.");
  const userId = await createAccount(c, { name, email, isEmailVerified: true, role: "member", quotaBytes: null });
  return { ...(await completeSignIn(c, { userId, method: "email" })), purpose: "register" };
}

function opensNothing(): AppError {
  return new AppError("unauthenticated", "The link is unknown, used or expired.");
}
