// The controls of signing in with a provider, each with the edit that takes it away.
import type { ControlMutant } from "./control-mutants.ts";

const without = (control: string, find: RegExp, replacement: string): ControlMutant => ({
  control,
  find,
  replacement,
  tests: ["auth-oidc"],
});

export const OIDC_MUTANTS: readonly ControlMutant[] = [
  without("the browser a visit belongs to", /`oidc \$\{secret\} /, "`oidc "),
  without(
    "the single use of a visit",
    /DELETE FROM challenges WHERE hash = \?1 AND purpose = \?2 AND expires_at > \?3\s+RETURNING user_id AS userId, payload/,
    "SELECT user_id AS userId, payload FROM challenges WHERE hash = ?1 AND purpose = ?2 AND expires_at > ?3",
  ),
  without(
    "the end of a visit's time",
    /(DELETE FROM challenges WHERE hash = \?1 AND purpose = \?2) AND expires_at > \?3/,
    "$1 AND ?3 > 0",
  ),
  without("the redirect URI of each provider", /if \(visit\w*\.provider !== providerId\)/, "if (false)"),
  without("the issuer a visit began with", /if \(provider\.issuer !== visit\w*\.issuer\)/, "if (false)"),
  without("switching a provider off", /if \(provider\?\.isEnabled !== true\)/, "if (provider == null)"),
  without("the check of at_hash", /if \(named !== [^)]*\)\)\)/, "if (false)"),
  without("the refusal of redirects", /status >= 300 && status < 400 \|\| status >= 500/, "status >= 500"),
  without("the limit of bytes", /if \(bytes > PROVIDER_MAX_BYTES\)/, "if (false)"),
  without("the comparison of issuers as text", /data !== void 0 && data\.issuer !== issuer\)/, "false)"),
  without(
    "the check of a document's addresses",
    /(of Object\.entries\(needed\)\) \{\s+const fault\w* = )addressFault\(address\w*, policy\)/,
    "$1null",
  ),
  without(
    "the check of the way out",
    /address !== void 0 && addressFault\(address, policy\) === null/,
    "address !== void 0",
  ),
  without("the fresh proof of a confirmation", /\{ maxAge: 0 \}/, "{}"),
  without(
    "the session that asked",
    /if \(principal\?\.via !== "session" \|\| principal\.userId !== visit\w*\.userId[^)]*\)/,
    "if (principal === null)",
  ),
  without(
    "the visit that only going there begins",
    /if \(mode !== "navigate" \|\| destination !== "document"\)/,
    "if (false)",
  ),
  without(
    "the count of answers that are judged",
    /(visit\w* = closed\w*\.visit;\s+)const \{ counted \}[^;]*;\s+await limitAttempts\([^;]*;/,
    '$1const counted = "";',
  ),
  without("the age of a provider's proof", /typeof seconds === "number" \?/, 'typeof seconds !== "x" ? now :'),
  without("the person who confirms", /if \(known\?\.userId !== userId\)/, "if (false)"),
  without("the type of token", /if \(!expected\.types\.includes\(header\.typ\)\)/, "if (false)"),
  without("the path to go to", /return resolved\.pathname\.startsWith\("\/\/"\)[^;]*;/, "return to;"),
  without(
    "the form of the path to go to",
    /if \(to === void 0 \|\| to\.length > TARGET_MAX_CHARS[^;]*return "\/";/,
    'if (to === void 0) return "/";',
  ),
];
