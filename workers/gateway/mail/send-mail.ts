// Sending what is in the outbox: claimed first, marked after. A crash in between leaves a letter that may be out; it is
// never sent twice.
import { errorText, log } from "../../../shared/adapters/log.ts";
import type { MailOutcome } from "../../../shared/adapters/mail.ts";
import { Letter } from "../../../shared/contracts/letters.ts";
import {
  MAIL_ATTEMPTS_MAX,
  MAIL_PER_RUN,
  MAIL_SOON_TIMEOUT_MS,
  MAIL_TIMEOUT_MS,
} from "../../../shared/contracts/limits.ts";
import { type ClaimedLetter, claimLetter, settleLetter, tidyOutbox } from "../../../shared/db/identity/mail-queries.ts";
import type { GatewayDeps } from "../deps.ts";
import { writeLetter } from "./write-letter.ts";

export type MailDeps = Pick<GatewayDeps, "db" | "mailer" | "vault" | "now">;

/**
 * Behind an answer: one letter, in less time than the platform gives such work. A second one behind a server that hangs would be
 * cut off after it was claimed, and never sent again; the cron sends the rest. Never throws.
 */
export async function sendMailSoon(deps: MailDeps): Promise<void> {
  await sendMail(deps, 1, MAIL_SOON_TIMEOUT_MS);
}

/** Sends what is due, one after the other. Never throws: whoever asked for a letter is not told of its fate. */
async function sendMail(deps: MailDeps, most: number, timeoutMs: number): Promise<void> {
  const { db, now } = deps;
  try {
    for (let sent = 0; sent < most; sent++) {
      const claimed = deps.mailer === null ? null : await claimLetter(db, now());
      if (claimed === null) return;
      const outcome = await handOver(deps, claimed, timeoutMs);
      if (outcome.state !== "sent")
        log("warn", "mail-not-sent", { letter: claimed.id, state: outcome.state, error: outcome.error });
      const isTriedAgain = outcome.state === "refused" && outcome.isPassing && claimed.attempts < MAIL_ATTEMPTS_MAX;
      const state = outcome.state === "refused" ? (isTriedAgain ? "queued" : "failed") : outcome.state;
      await settleLetter(db, claimed.id, { state, error: outcome.state === "sent" ? null : outcome.error }, now());
    }
  } catch (cause) {
    log("warn", "mail-run-failed", { cause: errorText(cause) });
  }
}

/** The cron's part: what a crash left is put aside, what waits is sent. */
export async function sweepMail(deps: MailDeps): Promise<void> {
  const givenUp = await tidyOutbox(deps.db, deps.now());
  if (givenUp > 0) log("warn", "mail-given-up", { letters: givenUp });
  await sendMail(deps, MAIL_PER_RUN, MAIL_TIMEOUT_MS);
}

async function handOver({ vault, mailer }: MailDeps, claimed: ClaimedLetter, timeoutMs: number): Promise<MailOutcome> {
  const letter = Letter.safeParse(JSON.parse(claimed.payload));
  if (!letter.success || mailer === null)
    return { state: "refused", isPassing: false, error: "the letter cannot be read" };
  const { id, recipient: to } = claimed;
  return await mailer.send({ id, to, ...(await writeLetter(vault, letter.data)) }, timeoutMs);
}
