// Submitting one letter to an SMTP server (RFC 5321, 3207, 4954): a connection of its own, a time limit over all of it, and
// never a word in clear where TLS was to be had. A letter whose last answer is missing counts as perhaps sent.
import { connect } from "cloudflare:sockets";
import { composeMail, type Sender } from "./compose-mail.ts";
import type { Mail, MailOutcome } from "./mail.ts";
import { SmtpLine, SmtpRefusal } from "./smtp-line.ts";
import type { SmtpServer } from "./smtp-server.ts";

export async function sendBySmtp(
  server: SmtpServer,
  from: Sender,
  mail: Mail,
  nowMs: number,
  timeoutMs: number,
): Promise<MailOutcome> {
  const progress = { isOnItsWay: false };
  const secureTransport = server.tls === "implicit" ? "on" : "starttls";
  let line: SmtpLine | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const message = composeMail(from, mail, nowMs);
    const socket = connect({ hostname: server.host, port: server.port }, { secureTransport, allowHalfOpen: false });
    const opened = new SmtpLine(socket);
    line = opened;
    const timeOut = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs);
    });
    await Promise.race([submit(opened, server, from, mail.to, message, progress), timeOut]);
    return { state: "sent" };
  } catch (cause) {
    if (cause instanceof SmtpRefusal) return { state: "refused", isPassing: cause.isPassing, error: cause.message };
    const error = cause instanceof Error ? cause.message.slice(0, 200) : "the connection failed";
    return progress.isOnItsWay ? { state: "unknown", error } : { state: "refused", isPassing: true, error };
  } finally {
    clearTimeout(timer);
    line?.close();
  }
}

async function submit(
  line: SmtpLine,
  server: SmtpServer,
  from: Sender,
  to: string,
  message: string,
  progress: { isOnItsWay: boolean },
): Promise<void> {
  await line.expect("greeting", 2);
  const hello = `EHLO ${from.address.slice(from.address.lastIndexOf("@") + 1)}`;
  let capabilities = await line.say("EHLO", hello, 2);
  let isSecure = server.tls === "implicit";
  if (!isSecure && /^\d{3}[ -]STARTTLS\s*$/im.test(capabilities)) {
    await line.say("STARTTLS", "STARTTLS", 2);
    line.startTls();
    isSecure = true;
    // What was said before TLS may have been said by somebody else (RFC 3207 §4.2).
    capabilities = await line.say("EHLO", hello, 2);
  }
  if (!isSecure && server.tls === "required") throw new SmtpRefusal("the server offers no TLS", false);
  if (server.user !== null) await authenticate(line, server.user, server.password, capabilities);
  await line.say("MAIL", `MAIL FROM:<${from.address}>`, 2);
  await line.say("RCPT", `RCPT TO:<${to}>`, 2);
  await line.say("DATA", "DATA", 3);
  progress.isOnItsWay = true;
  // A lone dot ends the letter; lines that begin with one are given another (RFC 5321 §4.5.2).
  const stuffed = message.replaceAll(/^\./gm, "..");
  await line.say("the letter", `${stuffed}${stuffed.endsWith("\r\n") ? "" : "\r\n"}.`, 2);
  // It is taken; how the server says goodbye changes nothing.
  line.write("QUIT").catch(() => {});
}

async function authenticate(line: SmtpLine, user: string, password: string, capabilities: string): Promise<void> {
  const mechanisms = /^\d{3}[ -]AUTH[ =](.*)$/im.exec(capabilities)?.[1]?.toUpperCase().trim().split(/\s+/) ?? [];
  if (mechanisms.includes("PLAIN")) {
    await line.say("AUTH", `AUTH PLAIN ${base64(`\0${user}\0${password}`)}`, 2);
  } else if (mechanisms.includes("LOGIN")) {
    await line.say("AUTH", "AUTH LOGIN", 3);
    await line.say("AUTH", base64(user), 3);
    await line.say("AUTH", base64(password), 2);
  } else throw new SmtpRefusal("the server takes neither AUTH PLAIN nor LOGIN", false);
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
