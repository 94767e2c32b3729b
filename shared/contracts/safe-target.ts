// Where to go after signing in: only a path of ours, never another site that a link smuggled in.
import { TARGET_MAX_CHARS } from "./limits.ts";

/**
 * @returns `to` where it is a path of this site and not the sign-in page itself, else "/". Browsers drop tabs and line breaks
 * from an address and read `\` as `/`, so that `/<tab>/evil` and `/\evil` are other sites: neither character passes.
 */
export function safeTarget(to: string | undefined): string {
  if (to === undefined || to.length > TARGET_MAX_CHARS || !/^\/(?!\/)[^\\\p{Cc}\s]*$/u.test(to)) return "/";
  const resolved = new URL(to, "https://here.invalid");
  // `/..//evil` is ours in a Location header and somebody else's after a router has tidied it.
  return resolved.pathname.startsWith("//") || resolved.pathname.startsWith("/login") ? "/" : to;
}
