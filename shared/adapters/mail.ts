// Handing letters over: to Cloudflare's send_email binding, to an SMTP server, or, in local builds, to the terminal.
import { log } from "./log.ts";
import { sendBySmtp } from "./smtp.ts";
import type { SmtpServer } from "./smtp-server.ts";

export interface Mail {
  /** Names the message; the same letter has the same. */
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** What the letter is about, for a terminal to print. */
  readonly link: string | null;
}

/**
 * refused: surely not sent (isPassing: the server may take it later). unknown: the letter was on its way when the line broke,
 * so it may be out and must not be sent again. `error` names no address.
 */
export type MailOutcome =
  | { readonly state: "sent" }
  | { readonly state: "refused"; readonly isPassing: boolean; readonly error: string }
  | { readonly state: "unknown"; readonly error: string };

export interface Mailer {
  /** @param timeoutMs time in which it ends, one way or the other */
  send(mail: Mail, timeoutMs: number): Promise<MailOutcome>;
}

const SENDER_NAME = "Heliograph";

export function smtpMailer(server: SmtpServer, from: string, now: () => number): Mailer {
  return {
    send: (mail, timeoutMs) => sendBySmtp(server, { address: from, name: SENDER_NAME }, mail, now(), timeoutMs),
  };
}

export function bindingMailer(binding: SendEmail, from: string): Mailer {
  return {
    async send({ to, subject, text, html }) {
      try {
        await binding.send({ from: { email: from, name: SENDER_NAME }, to, subject, text, html });
        return { state: "sent" };
      } catch (cause) {
        // The platform answers before it queues the letter, or not at all; what it refused once it refuses again.
        const isLost = cause instanceof Error && /network|internal|timed? ?out/i.test(cause.message);
        return isLost
          ? { state: "unknown", error: "the mail service did not answer" }
          : { state: "refused", isPassing: false, error: "the mail service refused the letter" };
      }
    },
  };
}

/** Local builds only: so that `npm run dev` works without a mail server. */
export function printingMailer(): Mailer {
  return {
    async send({ to, subject, link }) {
      log("info", "mail-printed", { recipient: to, subject, link });
      return { state: "sent" };
    },
  };
}
