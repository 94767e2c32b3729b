// Writing a letter into the outbox, in the batch of what it is about; it is sent when the answer is out.
import type { Context } from "hono";
import type { SecurityNotice } from "../../../shared/contracts/letters.ts";
import { insertLetterToUser } from "../../../shared/db/identity/mail-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { publicOrigin } from "../public-origin.ts";
import { sendMailSoon } from "./send-mail.ts";

/**
 * Statements that tell a user, at their verified address, what happened to their account, if the statement before them changed
 * a row; none where no mail can be sent.
 */
export function noticeStatements(
  c: Context<AppEnv>,
  userId: string,
  notice: SecurityNotice,
  what: string | null = null,
): D1PreparedStatement[] {
  const { db, mailer, newId, now } = c.var.deps;
  if (mailer === null) return [];
  const id = newId();
  const letter = { kind: "security-notice", origin: publicOrigin(c), notice, at: now(), what } as const;
  return [insertLetterToUser(db, { id, dedupeKey: `${notice}:${id}`, userId, letter }, now())];
}

/** Sends what was just written, once the answer is out. */
export function sendSoon(c: Context<AppEnv>): void {
  c.executionCtx.waitUntil(sendMailSoon(c.var.deps));
}
