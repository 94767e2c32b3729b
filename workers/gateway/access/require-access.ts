// The one authorisation function: finds the rule of the route that is about to answer, and holds the caller against it.
// A route without a rule answers nobody, so that a forgotten row is a closed door.
import type { Context, MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import type { Principal } from "../../../shared/contracts/auth.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import { FRESH_SIGN_IN_MS } from "../../../shared/contracts/limits.ts";
import type { AppEnv } from "../app-env.ts";
import { noRoute } from "../no-route.ts";
import { principalAsOfNow } from "../oauth/access-tokens.ts";
import { isSigned, openSignedAddress } from "../render/open-signed-address.ts";
import { ACCESS_RULES, type AccessRule } from "./access-rules.ts";
import { authenticate } from "./authenticate.ts";
import { seedGuest } from "./local-seed-guest.ts";
import { refuseCrossSite } from "./refuse-cross-site.ts";
import { refuseFormBody } from "./refuse-form-body.ts";
import { shield } from "./shield.ts";

const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/** @param routes the app's, to say which methods a path takes */
export function requireAccess(routes: () => readonly { method: string; path: string }[]): MiddlewareHandler<AppEnv> {
  return async function requireAccess(c, next) {
    const rule = ruleOfRoute(c);
    // Middleware further in counts on a caller; where no route answers, it must not run.
    if (rule === null) throw noRoute(routes(), c.req.path);
    const changes = !SAFE_METHODS.has(c.req.method) || c.req.header("upgrade") !== undefined;
    if (rule.who === "anyone") {
      await shield(c, null);
      if (changes && rule.isCrossSite !== true) refuseCrossSite(c);
      return next();
    }
    if (rule.orSigned === true && isSigned(c)) {
      await shield(c, null);
      c.set("signedPhoto", await openSignedAddress(c));
      return next();
    }
    const principal = await callerOf(c, rule);
    await shield(c, principal);
    if (principal === null)
      throw new AppError("unauthenticated", "This needs a signed-in user.", {
        // RFC 6750 §3.1: who sent something learns that it was no good, and why no more.
        headers: {
          "www-authenticate": c.req.header("authorization") === undefined ? "Bearer" : 'Bearer error="invalid_token"',
        },
      });
    refuseUnless(allows(rule, principal, c.var.deps.now()));
    if (changes && principal.via === "session") {
      refuseCrossSite(c);
      refuseFormBody(c);
    }
    c.set("principal", principal);
    return next();
  };
}

/** An access token says what its user was minutes ago. That is not enough for acting on others. */
async function callerOf(c: Context<AppEnv>, rule: AccessRule): Promise<Principal | null> {
  const principal = await authenticate(c);
  if (HELIOGRAPH_LOCAL_BUILD && principal === null && rule.isSeed === true) return await seedGuest(c);
  return rule.who !== "user" && principal?.via === "token" ? await principalAsOfNow(c, principal) : principal;
}

/** @returns why the principal may not pass; null when it may. Pure, and total over rules and principals. */
export function allows(rule: AccessRule, principal: Principal, nowMs: number): AppError | null {
  if (principal.status === "disabled") return new AppError("account-disabled", "An admin has locked this account.");
  if (principal.via === "media") {
    if (rule.isMedia !== true) return new AppError("forbidden", "A media address reads pictures and nothing else.");
  } else if (principal.via !== "session") {
    if (rule.scope === undefined) return new AppError("forbidden", "Only a person at a browser may do this.");
    if (!principal.scopes.includes(rule.scope))
      return new AppError("forbidden", `The credential lacks the scope ${rule.scope}.`);
  }
  if (rule.who === "admin" && principal.role === "member")
    return new AppError("forbidden", "Only admins of this installation may do this.");
  if (rule.who === "owner" && principal.role !== "owner")
    return new AppError("forbidden", "Only owners of this installation may do this.");
  if (principal.status === "closing" && rule.whileClosing !== true)
    return new AppError("account-closing", "This account is being deleted.");
  if (rule.isSensitive === true && principal.via === "session" && nowMs - principal.authenticatedAt > FRESH_SIGN_IN_MS)
    return new AppError("confirmation-required", "It is a while since you proved who you are.");
  return null;
}

function refuseUnless(refusal: AppError | null): void {
  if (refusal !== null) throw refusal;
}

/** @returns null where no route matches. Throws for a route nobody has decided about. */
function ruleOfRoute(c: Context<AppEnv>): AccessRule | null {
  let isRoute = false;
  for (const { method, path } of matchedRoutes(c)) {
    const rule = ACCESS_RULES[`${method} ${path}`];
    if (rule !== undefined) return rule;
    isRoute ||= method !== "ALL";
  }
  if (isRoute) throw new AppError("misconfigured", "Nobody has decided who may call this route.");
  return null;
}
