// Which addresses of a provider we call, or send a browser to: https on a public name. Names are all there is to judge by;
// an address a name resolves to cannot be pinned here, and production has no private network to reach.

/** Names that are nobody's in public, or somebody's own network (RFC 6761, RFC 6762, RFC 8375, ICANN's .internal). */
const PRIVATE_SUFFIXES = [
  ...["localhost", "local", "internal", "intranet", "private", "corp", "home", "lan", "home.arpa", "arpa"],
  ...["test", "example", "invalid", "onion", "alt"],
  // Other people's Workers and buckets share our platform's inside.
  ...["workers.dev", "r2.dev", "cloudflarestorage.com"],
] as const;

export interface AddressPolicy {
  /** A local build may call a provider on the same machine, by plain http as well. */
  readonly allowLoopback: boolean;
  /** Host name of this installation: it is no provider of its own. */
  readonly ownHost: string;
}

/** @returns what is wrong with the address, in words that follow "The address"; null when nothing is */
export function addressFault(text: string, { allowLoopback, ownHost }: AddressPolicy): string | null {
  if (!URL.canParse(text)) return "is not a URL.";
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") return "must not contain a name or password.";
  if (text.includes("#")) return "must not contain a #.";
  if (allowLoopback && isLoopback(url.hostname) && /^https?:$/.test(url.protocol)) return null;
  if (url.protocol !== "https:") return "must begin with https://.";
  // WHATWG parsing has made every spelling of an IPv4 address dotted decimal.
  if (url.hostname.startsWith("[") || /(^|\.)\d+$/.test(url.hostname)) return "must be a name, not an IP address.";
  if (isWithin(url.hostname, ownHost)) return "must not be this installation's own.";
  if (!isPublicName(url.hostname)) return "must be on a public name.";
  return null;
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function isPublicName(hostname: string): boolean {
  return (
    hostname.includes(".") &&
    !hostname.endsWith(".") &&
    hostname.length <= 253 &&
    /^[a-z0-9.-]+$/.test(hostname) &&
    !PRIVATE_SUFFIXES.some((suffix) => isWithin(hostname, suffix))
  );
}

function isWithin(hostname: string, zone: string): boolean {
  return hostname === zone || hostname.endsWith(`.${zone}`);
}
