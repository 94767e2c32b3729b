// Which IP addresses belong to the public Internet. Pure; the one place that knows.
import ipaddr from "ipaddr.js";

/** IPv6 that may be routed on the public Internet at all (RFC 4291 §2.4 as IANA assigns it): everything else is special. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR("2000::/3");
/** In the public space by number and not by nature: hosts of clouds answer there to their own machines only. */
const CLOUD_INTERNAL: ReadonlySet<string> = new Set(["168.63.129.16"]);

/**
 * @param text an address in any form ipaddr.js reads, without brackets
 * @returns false for anything private, local, reserved, multicast or transitional (an IPv4 address inside an IPv6 one), and for
 *   anything that is no address
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.parse(text);
  if (address.range() !== "unicast" || CLOUD_INTERNAL.has(address.toString())) return false;
  return address instanceof ipaddr.IPv4 || address.match(GLOBAL_UNICAST);
}
