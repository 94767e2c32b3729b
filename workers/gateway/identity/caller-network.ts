// Where a request came from, no finer than needed: limits count an IPv4 address or an IPv6 /64; what is kept and shown is a /24 or /48.
import type { Context } from "hono";
import type { AppEnv } from "../app-env.ts";

export interface CallerNetwork {
  /** For counting attempts; "local" where the platform names no address. */
  readonly counted: string;
  /** For people and the audit log; null where the platform names no address. */
  readonly shown: string | null;
}

export function callerNetwork(c: Context<AppEnv>): CallerNetwork {
  return networkOf(c.req.header("cf-connecting-ip") ?? "");
}

/** @param address IPv4 or IPv6 as text; IPv4-mapped IPv6 counts as IPv4 */
export function networkOf(address: string): CallerNetwork {
  const v4 = /^(?:::ffff:)?(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/i.exec(address);
  if (v4 !== null) return { counted: v4.slice(1).join("."), shown: `${v4.slice(1, 4).join(".")}.0/24` };
  const groups = groupsOf(address);
  if (groups === null) return { counted: "local", shown: null };
  return { counted: `${groups.slice(0, 4).join(":")}::/64`, shown: `${groups.slice(0, 3).join(":")}::/48` };
}

/** The eight groups of an IPv6 address without leading zeros, or null. */
function groupsOf(address: string): string[] | null {
  const [head = "", tail, ...rest] = address.toLowerCase().split("::");
  if (!address.includes(":") || rest.length > 0) return null;
  const front = head === "" ? [] : head.split(":");
  const back = tail === undefined || tail === "" ? [] : tail.split(":");
  const missing = 8 - front.length - back.length;
  if (missing < 0 || (tail === undefined && missing !== 0)) return null;
  const groups = [...front, ...Array<string>(missing).fill("0"), ...back];
  return groups.every((group) => /^[0-9a-f]{1,4}$/.test(group))
    ? groups.map((group) => Number.parseInt(group, 16).toString(16))
    : null;
}
