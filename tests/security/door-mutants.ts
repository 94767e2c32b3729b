// The controls of getting in, each with the edit that takes it away.
import type { ControlMutant } from "./control-mutants.ts";

const without = (control: string, find: RegExp, replacement: string): ControlMutant => ({
  control,
  find,
  replacement,
  tests: ["auth-doors"],
});

export const DOOR_MUTANTS: readonly ControlMutant[] = [
  without(
    "the single use of a link",
    /(UPDATE sign_in_links SET used_at = \?2 WHERE hash = \?1) AND used_at IS NULL/,
    "$1",
  ),
  without(
    "the end of a link's time",
    /(used_at = \?2 WHERE hash = \?1 AND used_at IS NULL) AND expires_at > \?2/,
    "$1",
  ),
  without("the browser a challenge belongs to", /sha256Hex\(`\$\{purpose\}:\$\{secret\}`\)/, "sha256Hex(purpose)"),
  without(
    "the person behind a passkey",
    /(credential: \{ id: passkey\.credentialId[^}]*\})/,
    '$1, advancedFIDOConfig: { userVerification: "discouraged" }',
  ),
  without("the refusal of frames", /if \(decodeClientDataJSON\(clientDataJson\)\.crossOrigin === true\)/, "if (false)"),
  without("the owner of a passkey", /if \(userHandle !== owner\w*\)/, "if (false)"),
  without("the counter of a passkey", /AND \(is_synced = 1 OR counter = 0 OR \?2 > counter\)/, "AND ?2 = ?2"),
  without("the limit of attempts", /if \(blocking !== void 0\) \{/, "if (false) {"),
  without("the network a limit counts", /groups\.slice\(0, 4\)\.join\(":"\)/, 'groups.join(":")'),
  without("the count of letters to an address", /await limitAttempts\(c, "mail:account", email\w*\)/, "await 0"),
  without("the proof of a mailed invitation", /const isOurs = rest\.length === 0 && /, "const isOurs = true || "),
];
