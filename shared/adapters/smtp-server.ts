// Which SMTP server letters are handed to, and how far its line is trusted: read from one address, SMTP_URL.

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** implicit: TLS from the first byte · required: STARTTLS or nothing · none: the operator's word, or a server on loopback. */
  readonly tls: "implicit" | "required" | "none";
  readonly user: string | null;
  readonly password: string;
}

const SUBMISSION_PORT = 587;
const SUBMISSIONS_PORT = 465;

/**
 * `smtps://user:password@host:465` · `smtp://user:password@host:587` (STARTTLS) · `?tls=none` for servers without.
 * @throws Error that does not repeat the address, which holds a password
 */
export function parseSmtpUrl(text: string): SmtpServer {
  if (!URL.canParse(text)) throw new Error("SMTP_URL is not an address");
  const url = new URL(text);
  if (url.protocol !== "smtp:" && url.protocol !== "smtps:") throw new Error("SMTP_URL begins with smtp: or smtps:");
  if (url.hostname === "") throw new Error("SMTP_URL names no host");
  const isImplicit = url.protocol === "smtps:";
  const isPlain = url.searchParams.get("tls") === "none" || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  return {
    host: url.hostname,
    port: url.port === "" ? (isImplicit ? SUBMISSIONS_PORT : SUBMISSION_PORT) : Number(url.port),
    tls: isImplicit ? "implicit" : isPlain ? "none" : "required",
    user: url.username === "" ? null : decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  };
}
