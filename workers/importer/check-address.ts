// Whether an address is one we go to, as far as its text tells. Pure. Goes by what the URL parser makes of it, never by how it
// was written: 0x7f.1, 127.1 and full-width digits are 127.0.0.1 by then.
import { IMPORT_URL_MAX_CHARS } from "../../shared/contracts/limits.ts";
import { isPublicAddress } from "./public-address.ts";

/** Names that mean something inside of a network only, and zones in which anybody may put a Worker next to ours. */
const REFUSED_ZONES = [
  "localhost",
  "localdomain",
  "local",
  "internal",
  "intranet",
  "private",
  "corp",
  "home",
  "lan",
  "arpa",
  "onion",
  "alt",
  "invalid",
  "workers.dev",
  "pages.dev",
  "r2.dev",
  "r2.cloudflarestorage.com",
];

export interface CheckedAddress {
  readonly url: URL;
  /** Lower case, punycode, without trailing dots; null for a bare IP address, which has been checked. */
  readonly name: string | null;
}

/** @param ownHosts hosts of this installation: neither they nor what is below them is fetched */
export function checkAddress(text: string, ownHosts: readonly string[]): CheckedAddress | null {
  if (text.length > IMPORT_URL_MAX_CHARS || !URL.canParse(text)) return null;
  const url = new URL(text);
  // A port the scheme implies is not written out: anything left is another one.
  if (url.protocol !== "https:" || url.port !== "" || url.username !== "" || url.password !== "") return null;
  if (url.hostname.startsWith("[")) return isPublicAddress(url.hostname.slice(1, -1)) ? { url, name: null } : null;
  if (/^[\d.]+$/.test(url.hostname)) return isPublicAddress(url.hostname) ? { url, name: null } : null;
  const name = url.hostname.replace(/\.+$/, "");
  const labels = name.split(".");
  // A single label is looked up in the resolver's own network.
  if (labels.length < 2 || labels.some((label) => !/^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label)))
    return null;
  const isBelow = (zone: string) => name === zone || name.endsWith(`.${zone}`);
  if (REFUSED_ZONES.some(isBelow) || ownHosts.some((host) => isBelow(host.toLowerCase().replace(/\.+$/, ""))))
    return null;
  return { url, name };
}
