// Where a browser may be sent with a code: exactly where the client said, and nowhere else (RFC 9700 §4.1.3).

/** Hosts whose port a native app chooses when it starts (RFC 8252 §7.3). `localhost` is a name somebody may resolve elsewhere. */
const LOOPBACK_WITH_PORT = /^(http:\/\/(?:127\.0\.0\.1|\[::1\])):(\d{1,5})(?=[/?]|$)/;
const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(["127.0.0.1", "[::1]", "localhost"]);

/** @returns what is wrong with it, in words; null when a client may register it */
export function faultOfRedirectUri(uri: string): string | null {
  const url = URL.canParse(uri) ? new URL(uri) : null;
  if (url === null || uri.includes("*")) return "is no URL";
  if (url.href !== uri && url.href !== `${uri}/`) return "is not spelled the way browsers spell it";
  if (uri.includes("#") || url.username !== "" || url.password !== "") return "has a fragment or a user name";
  if (url.protocol === "https:") return null;
  if (url.protocol !== "http:" || !LOOPBACK_HOSTS.has(url.hostname)) return "is neither https nor http on loopback";
  return null;
}

/** Character by character, but for the port on loopback. */
export function isRegisteredRedirect(registered: readonly string[], uri: string): boolean {
  if (registered.includes(uri)) return true;
  const [, , port] = LOOPBACK_WITH_PORT.exec(uri) ?? [];
  if (port === undefined || Number(port) > 65_535 || Number(port) === 0) return false;
  return registered.some((known) => withoutPort(known) === withoutPort(uri) && isLoopback(known));
}

const isLoopback = (uri: string): boolean => /^http:\/\/(127\.0\.0\.1|\[::1\])([:/?]|$)/.test(uri);
const withoutPort = (uri: string): string => uri.replace(LOOPBACK_WITH_PORT, "$1");

/** Adds the answer to the address's own query (RFC 6749 §3.1.2), with who answers (RFC 9207). */
export function redirectWith(
  uri: string,
  issuer: string,
  state: string | null,
  answer: Readonly<Record<string, string>>,
): string {
  const url = new URL(uri);
  for (const [name, value] of Object.entries({ ...answer, ...(state === null ? {} : { state }), iss: issuer }))
    url.searchParams.append(name, value);
  return url.href;
}
