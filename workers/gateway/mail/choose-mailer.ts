// By what this installation sends its letters, if it may send any.
import { log } from "../../../shared/adapters/log.ts";
import { bindingMailer, type Mailer, smtpMailer } from "../../../shared/adapters/mail.ts";
import type { GatewayVariables } from "../env.ts";

/** It is said once in an isolate's life what is missing. */
let hasSaid = false;

/**
 * Deployed, links in letters are made of PUBLIC_ORIGIN or there are no letters: whoever asks for one also chooses the Host it is
 * asked by, and would have somebody else's token sent to an address of theirs.
 * @returns null where nothing can be sent
 */
export function chooseMailer(
  binding: SendEmail | undefined,
  { smtpServer, mailFrom, publicOrigin }: Pick<GatewayVariables, "smtpServer" | "mailFrom" | "publicOrigin">,
  now: () => number,
  isLocalBuild: boolean,
): Mailer | null {
  if (mailFrom === null || (smtpServer === null && binding === undefined)) return null;
  if (publicOrigin === null && !isLocalBuild) {
    if (!hasSaid) log("warn", "mail-off", { because: "PUBLIC_ORIGIN is not set: links in letters are made of it" });
    hasSaid = true;
    return null;
  }
  if (smtpServer !== null) return smtpMailer(smtpServer, mailFrom, now);
  return binding === undefined ? null : bindingMailer(binding, mailFrom);
}
