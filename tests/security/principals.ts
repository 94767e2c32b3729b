// Everybody the walls must tell apart, and what each is told by each rule: written down once more, apart from the code that
// decides it, so that one can be held against the other.
import { Scope } from "../../shared/contracts/auth.ts";
import type { AccessRule } from "../../workers/gateway/access/access-rules.ts";
import type { Headers, TestCredentials } from "./test-credentials.ts";

/** pass: the route itself answers, whatever it says. */
export type Verdict = "pass" | 401 | 403;

export interface TestUsers {
  readonly owner: string;
  readonly admin: string;
  readonly member: string;
  readonly closing: string;
  readonly locked: string;
}

export interface TestPrincipal {
  readonly name: string;
  readonly headers: (make: TestCredentials, users: TestUsers) => Promise<Headers>;
  readonly verdict: (rule: AccessRule, isChange: boolean) => Verdict;
}

const HOUR_MS = 60 * 60_000;
const YEAR_MS = 365 * 24 * HOUR_MS;

/** Without a credential: what anyone may call, unless another site's page causes it. */
const anonymous = (rule: AccessRule): Verdict => (rule.who === "anyone" ? "pass" : 401);

type Person = { isAdmin: boolean; isOwner?: true; isClosing?: true; isFresh?: false };

const person =
  ({ isAdmin, isOwner, isClosing, isFresh }: Person) =>
  (rule: AccessRule): Verdict => {
    if (rule.who === "anyone") return "pass";
    const isAllowed = rule.who === "user" || (rule.who === "admin" ? isAdmin : isOwner === true);
    const isOpen = isClosing !== true || rule.whileClosing === true;
    return isAllowed && isOpen && !(isFresh === false && rule.isSensitive === true) ? "pass" : 403;
  };

const program =
  ({ isAdmin, isClosing, scopes }: { isAdmin: boolean; isClosing?: true; scopes: readonly Scope[] }) =>
  (rule: AccessRule): Verdict => {
    if (rule.who === "anyone") return "pass";
    const holds = rule.scope !== undefined && scopes.includes(rule.scope);
    return holds &&
      (rule.who === "user" || (rule.who === "admin" && isAdmin)) &&
      (isClosing !== true || rule.whileClosing === true)
      ? "pass"
      : 403;
  };

/** An account that is locked is told so, whatever it asks for. */
const locked = (rule: AccessRule): Verdict => (rule.who === "anyone" ? "pass" : 403);

const crossSite = (rule: AccessRule, isChange: boolean): Verdict =>
  isChange && rule.isCrossSite !== true ? 403 : "pass";

export const PRINCIPALS: readonly TestPrincipal[] = [
  { name: "nobody", headers: async ({ origin }) => ({ origin }), verdict: anonymous },
  {
    name: "a made-up key",
    headers: async ({ origin }) => ({ origin, authorization: `Bearer hg_${"A".repeat(43)}` }),
    verdict: anonymous,
  },
  {
    name: "a share's token",
    headers: async ({ origin }) => ({ origin, authorization: `Bearer hgs_${"A".repeat(43)}` }),
    verdict: anonymous,
  },
  {
    name: "the owner",
    headers: (make, { owner }) => make.session(owner),
    verdict: person({ isAdmin: true, isOwner: true }),
  },
  {
    name: "the owner, an hour after signing in",
    headers: (make, { owner }) => make.session(owner, { authenticatedAgoMs: HOUR_MS }),
    verdict: person({ isAdmin: true, isOwner: true, isFresh: false }),
  },
  {
    name: "the owner, through another site's page",
    headers: async (make, { owner }) => ({
      ...(await make.session(owner)),
      origin: "https://evil.example",
      "sec-fetch-site": "cross-site",
    }),
    verdict: crossSite,
  },
  {
    name: "an expired session",
    headers: (make, { owner }) => make.session(owner, { endsInMs: -1 }),
    verdict: anonymous,
  },
  {
    name: "a session unused for a year",
    headers: (make, { owner }) => make.session(owner, { seenAgoMs: YEAR_MS }),
    verdict: anonymous,
  },
  {
    name: "a revoked session",
    headers: (make, { owner }) => make.session(owner, { isRevoked: true }),
    verdict: anonymous,
  },
  { name: "an admin", headers: (make, { admin }) => make.session(admin), verdict: person({ isAdmin: true }) },
  { name: "a member", headers: (make, { member }) => make.session(member), verdict: person({ isAdmin: false }) },
  {
    name: "a member who is leaving",
    headers: (make, { closing }) => make.session(closing),
    verdict: person({ isAdmin: false, isClosing: true }),
  },
  { name: "a locked member", headers: (make, { locked: id }) => make.session(id), verdict: locked },
  ...Scope.options.map((scope) => ({
    name: `a key with ${scope}`,
    headers: (make: TestCredentials, { owner }: TestUsers) => make.key(owner, { scopes: [scope] }),
    verdict: program({ isAdmin: true, scopes: [scope] }),
  })),
  {
    name: "a member's key with every scope",
    headers: (make, { member }) => make.key(member),
    verdict: program({ isAdmin: false, scopes: Scope.options }),
  },
  { name: "an expired key", headers: (make, { owner }) => make.key(owner, { endsInMs: -1 }), verdict: anonymous },
  { name: "a revoked key", headers: (make, { owner }) => make.key(owner, { isRevoked: true }), verdict: anonymous },
  { name: "a locked member's key", headers: (make, { locked: id }) => make.key(id), verdict: locked },
  {
    name: "a leaving member's key",
    headers: (make, { closing }) => make.key(closing),
    verdict: program({ isAdmin: false, isClosing: true, scopes: Scope.options }),
  },
  {
    name: "a token with photo.read",
    headers: (make, { owner }) => make.token(owner, { role: "owner", scopes: ["photo.read"] }),
    verdict: program({ isAdmin: true, scopes: ["photo.read"] }),
  },
  {
    name: "an admin's token with every scope",
    headers: (make, { admin }) => make.token(admin, { role: "admin" }),
    verdict: program({ isAdmin: true, scopes: Scope.options }),
  },
  {
    // What it says is from before: routes of admins ask the database.
    name: "a demoted admin's token",
    headers: (make, { member }) => make.token(member, { role: "admin" }),
    verdict: program({ isAdmin: false, scopes: Scope.options }),
  },
  {
    // Good for the rest of its five minutes, but for nothing of an admin's.
    name: "a locked admin's token",
    headers: (make, { locked: id }) => make.token(id, { role: "admin" }),
    verdict: program({ isAdmin: false, scopes: Scope.options }),
  },
  {
    name: "an expired token",
    headers: (make, { owner }) => make.token(owner, { role: "owner", endsInMs: -60_000 }),
    verdict: anonymous,
  },
  {
    name: "an ID token",
    headers: (make, { owner }) => make.token(owner, { role: "owner", type: "JWT" }),
    verdict: anonymous,
  },
];
