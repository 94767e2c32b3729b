// Links in letters: a row that knows the token's hash, and a letter that knows the link's id. Neither is worth anything stolen.
import type { Context } from "hono";
import { errorText, log } from "../../../shared/adapters/log.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import { EMAIL_LINK_LIFE_MS } from "../../../shared/contracts/limits.ts";
import { insertChallenge } from "../../../shared/db/identity/challenge-queries.ts";
import { insertLink } from "../../../shared/db/identity/link-queries.ts";
import { insertLetter } from "../../../shared/db/identity/mail-queries.ts";
import { findUserByEmail } from "../../../shared/db/identity/user-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { limitAttempts } from "../limits/limit-attempts.ts";
import { sendMailSoon } from "../mail/send-mail.ts";
import { publicOrigin } from "../public-origin.ts";
import { auditStatement } from "./audit.ts";
import { callerNetwork } from "./caller-network.ts";
import { challengeHash } from "./challenges.ts";
import { mailedToken } from "./mailed-tokens.ts";
import { sha256Hex } from "./secrets.ts";

/**
 * Whoever asks for a letter is counted, whether or not one is sent.
 * @throws AppError mail-unavailable, too-many-requests
 */
export async function admitLetter(c: Context<AppEnv>, email: string): Promise<void> {
  if (c.var.deps.mailer === null)
    throw new AppError("mail-unavailable", "Nobody has set up mail for this installation.");
  await limitAttempts(c, "mail:network", callerNetwork(c).counted);
  await limitAttempts(c, "mail:account", email);
}

/** Does what a letter needs once the answer is out, so that the answer tells nothing: not by its content, not by its time. */
export function afterAnswer(c: Context<AppEnv>, work: () => Promise<void>): void {
  c.executionCtx.waitUntil(
    work()
      .then(() => sendMailSoon(c.var.deps))
      .catch((cause) => log("warn", "letter-not-written", { trace: c.var.requestId, cause: errorText(cause) })),
  );
}

/** A link that signs in whoever has this address; nothing when nobody has. */
export async function mailSignInLink(c: Context<AppEnv>, email: string, to: string | null): Promise<void> {
  const { db } = c.var.deps;
  const user = await findUserByEmail(db, email);
  if (user === null || user.status === "disabled") return;
  await db.batch([
    ...(await linkStatements(c, { userId: user.id, email, purpose: "sign-in", to })),
    auditStatement(c, { action: "sign-in.link-sent", subjectId: user.id, actorId: null }),
  ]);
}

/** A link that makes an account for this address; the account exists when it is opened. */
export async function mailRegistration(c: Context<AppEnv>, name: string, email: string): Promise<void> {
  const { db, newId, now, vault } = c.var.deps;
  if ((await findUserByEmail(db, email)) !== null) return await mailSignInLink(c, email, null);
  const linkId = newId();
  await insertChallenge(db, {
    hash: await challengeHash("register", await mailedToken(vault, linkId)),
    purpose: "register",
    userId: null,
    payload: { name, email },
    expiresAt: now() + EMAIL_LINK_LIFE_MS,
  });
  const letter = { kind: "verify", origin: publicOrigin(c), linkId, isNewAccount: true } as const;
  const row = { id: newId(), dedupeKey: `register:${linkId}`, userId: null, recipient: email, letter };
  await insertLetter(db, row, now()).run();
}

/** Statements of a link and its letter: `sign-in` opens the account, `verify` makes the address the user's. */
export async function linkStatements(
  c: Context<AppEnv>,
  link: { userId: string; email: string; purpose: "sign-in" | "verify"; to?: string | null },
): Promise<D1PreparedStatement[]> {
  const { db, newId, now, vault } = c.var.deps;
  const { userId, email, purpose } = link;
  const linkId = newId();
  const hash = await sha256Hex(await mailedToken(vault, linkId));
  const origin = publicOrigin(c);
  const letter =
    purpose === "sign-in"
      ? ({ kind: "sign-in", origin, linkId, to: link.to ?? null } as const)
      : ({ kind: "verify", origin, linkId, isNewAccount: false } as const);
  return [
    insertLink(db, { id: linkId, hash, userId, purpose, email, expiresAt: now() + EMAIL_LINK_LIFE_MS }),
    insertLetter(db, { id: newId(), dedupeKey: `${purpose}:${linkId}`, userId, recipient: email, letter }, now()),
  ];
}
