// The cron's part of getting in: letters that wait, and challenges, links and invitations that nobody used in time.
import { errorText, log } from "../../../shared/adapters/log.ts";
import { forgetChallenges } from "../../../shared/db/identity/challenge-queries.ts";
import { forgetInvitations } from "../../../shared/db/identity/invitation-queries.ts";
import { forgetLinks } from "../../../shared/db/identity/link-queries.ts";
import { type MailDeps, sweepMail } from "../mail/send-mail.ts";

export async function sweepIdentity(deps: MailDeps): Promise<void> {
  const { db, now } = deps;
  const passes = [
    ["mail", () => sweepMail(deps)],
    ["challenges", () => forgetChallenges(db, now())],
    ["links", () => forgetLinks(db, now())],
    ["invitations", () => forgetInvitations(db, now())],
  ] as const;
  for (const [pass, run] of passes) {
    try {
      await run();
    } catch (cause) {
      log("error", "sweep-pass-failed", { pass, cause: errorText(cause) });
    }
  }
}
