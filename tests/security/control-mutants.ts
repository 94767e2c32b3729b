// The controls, each with the edit that takes it away (in the bundled Worker, which keeps the sources' text) and the tests that
// must notice. An edit that matches nothing is reported as stale.
import { DOOR_MUTANTS } from "./door-mutants.ts";
import { OIDC_MUTANTS } from "./oidc-mutants.ts";
import { TOKEN_MUTANTS } from "./token-mutants.ts";
import { WALL_MUTANTS } from "./wall-mutants.ts";

export interface ControlMutant {
  /** What is taken away. */
  readonly control: string;
  readonly find: RegExp;
  readonly replacement: string;
  /** Files of tests/security that must fail. */
  readonly tests: readonly string[];
  /** Only tests whose full name matches: the matrix as a whole takes long. */
  readonly only?: string;
  /** Default: the gateway. */
  readonly worker?: string;
}

export const CONTROL_MUTANTS: readonly ControlMutant[] = [
  {
    control: "the scope of keys and tokens",
    find: /if \(!principal\.scopes\.includes\(rule\.scope\)\)/,
    replacement: "if (false)",
    tests: ["access-matrix"],
    only: "to a key with photo.read",
  },
  {
    control: "the admin rule",
    find: /if \(rule\.who === "admin" && principal\.role === "member"\)/,
    replacement: "if (false)",
    tests: ["access-matrix"],
    only: "to a member$",
  },
  {
    control: "the owner rule",
    find: /if \(rule\.who === "owner" && principal\.role !== "owner"\)/,
    replacement: "if (false)",
    tests: ["access-matrix"],
    only: "to an admin$",
  },
  {
    control: "the lock of a disabled account",
    find: /if \(principal\.status === "disabled"\)/,
    replacement: "if (false)",
    tests: ["access-matrix"],
    only: "to a locked member$",
  },
  {
    control: "the door of a closing account",
    find: /if \(principal\.status === "closing" && rule\.whileClosing !== true\)/,
    replacement: "if (false)",
    tests: ["access-matrix"],
    only: "to a member who is leaving",
  },
  {
    control: "the fresh proof before sensitive acts",
    find: /if \(rule\.isSensitive === true && principal\.via === "session" && /,
    replacement: "if (false && ",
    tests: ["access-matrix"],
    only: "an hour after signing in",
  },
  {
    control: "the refusal of other sites with a session",
    find: /(if \(changes && principal\.via === "session"\) \{)\s*refuseCrossSite\(c\);/,
    replacement: "$1",
    tests: ["access-matrix", "web"],
  },
  {
    control: "the refusal of other sites without one",
    find: /if \(changes && rule\.isCrossSite !== true\)\s*refuseCrossSite\(c\);/,
    replacement: "",
    tests: ["access-matrix"],
    only: "through another site",
  },
  {
    control: "the end of a session",
    find: /(WHERE sessions\.\$\{by\} = \?1 AND revoked_at IS NULL) AND expires_at > \?2/,
    replacement: "$1 AND ?2 > 0",
    tests: ["access-matrix"],
    only: "to an expired session",
  },
  {
    control: "the revocation of a session",
    find: /(WHERE sessions\.\$\{by\} = \?1) AND revoked_at IS NULL/,
    replacement: "$1",
    tests: ["access-matrix"],
    only: "to a revoked session",
  },
  {
    control: "the idle end of a session",
    find: /(WHERE sessions\.\$\{by\} = \?1 AND revoked_at IS NULL AND expires_at > \?2) AND last_seen_at > \?3/,
    replacement: "$1 AND ?3 > 0",
    tests: ["access-matrix"],
    only: "unused for a year",
  },
  {
    control: "the revocation of an API key",
    find: /WHERE hash = \?1 AND revoked_at IS NULL AND \(expires_at IS NULL/,
    replacement: "WHERE hash = ?1 AND (expires_at IS NULL",
    tests: ["access-matrix"],
    only: "to a revoked key",
  },
  {
    control: "the expiry of an API key",
    find: /AND \(expires_at IS NULL OR expires_at > \?2\)/,
    replacement: "AND ?2 > 0",
    tests: ["access-matrix"],
    only: "to an expired key",
  },
  ...DOOR_MUTANTS,
  ...OIDC_MUTANTS,
  ...WALL_MUTANTS,
  {
    control: "the size that room is held for",
    find: /row(\d*)\.sha256 === null \|\| row\1\.lifecycle === "stored" \? sizeBytes !== row\1\.bytes : sizeBytes > row\1\.bytes/,
    replacement: "false",
    tests: ["upload-quota"],
  },
  {
    control: "the memory of an Idempotency-Key",
    find: /key(\d*) !== void 0 && await bindIdempotencyKey/,
    replacement: "false && await bindIdempotencyKey",
    tests: ["upload-requests"],
  },
  {
    control: "safe names in an export",
    find: /nameOf\d*\((photo\d*)\.filename\)/,
    replacement: "$1.filename",
    tests: ["account-export"],
  },
  {
    control: "the silence about admins in people's own history",
    find: /const isAnothers = [^;]+;/,
    replacement: "const isAnothers = false;",
    tests: ["account-audit"],
  },
  ...TOKEN_MUTANTS,
];
