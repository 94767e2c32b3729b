// Sending what is in the outbox: claimed first, marked after. A crash in between leaves a letter that may be out; it is
// never sent twice.
import { errorText, log } from "../../../shared/adapters/log.ts";
import type { MailOutcome } from "../../../shared/adapters/mail.ts";
import { Letter } from "../../../shared/contracts/letters.ts";
import { MAIL_ATTEMPTS_MAX, MAIL_PER_RUN } from "../../../shared/contracts/limits.ts";
import { type ClaimedLetter, claimLetter, settleLetter, tidyOutbox } from "../../../shared/db/identity/mail-queries.ts";
import type { GatewayDeps } from "../deps.ts";
import { writeLetter } from "./write-letter.ts";

export type MailDeps = Pick<GatewayDeps, "db" | "mailer" | "vault" | "now">;

/** Sends what is due, one after the other. Never throws: whoever asked for a letter is not told of its fate. */
export async function sendMail(deps: MailDeps): Promise<void> {
  const { db, now } = deps;
  try {
    for (let sent = 0; sent < MAIL_PER_RUN; sent++) {
      const claimed = deps.mailer === null ? null : await claimLetter(db, now());
      if (claimed === null) return;
      const outcome = await handOver(deps, claimed);
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
  await sendMail(deps);
}

async function handOver({ vault, mailer }: MailDeps, claimed: ClaimedLetter): Promise<MailOutcome> {
  const letter = Letter.safeParse(JSON.parse(claimed.payload));
  if (!letter.success || mailer === null)
    return { state: "refused", isPassing: false, error: "the letter cannot be read" };
  const { id, recipient: to } = claimed;
  return await mailer.send({ id, to, ...(await writeLetter(vault, letter.data)) });
}
