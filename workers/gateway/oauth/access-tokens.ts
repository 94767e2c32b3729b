// Access tokens (RFC 9068): signed, five minutes long, verified without asking anybody. What they say about the role is as old
// as they are; routes for admins ask again (principalAsOfNow).
import type { Context } from "hono";
import { SignJWT } from "jose";
import { type Principal, type Role, Scope } from "../../../shared/contracts/auth.ts";
import { UserId } from "../../../shared/contracts/ids.ts";
import { ACCESS_TOKEN_SECONDS, OWN_CLOCK_SKEW_SECONDS } from "../../../shared/contracts/limits.ts";
import { AccessTokenClaims } from "../../../shared/contracts/oauth.ts";
import { findOAuthClient } from "../../../shared/db/identity/oauth-client-queries.ts";
import { findGrant } from "../../../shared/db/identity/oauth-grant-queries.ts";
import { findUser } from "../../../shared/db/identity/user-queries.ts";
import { TokenRefused } from "../../../shared/tokens/token-refused.ts";
import { ACCESS_TOKEN_TYPES, verifyJwt } from "../../../shared/tokens/verify-jwt.ts";
import type { AppEnv } from "../app-env.ts";
import type { GatewayDeps } from "../deps.ts";
import { publicOrigin } from "../public-origin.ts";
import { ownKeys, signingKey } from "./signing-keys.ts";

/** What a role may be granted: admin scopes are for admins. Anything that is no scope of ours is left out. */
export function scopesAllowedTo(role: Role, scopes: readonly string[]): Scope[] {
  return Scope.options.filter((scope) => scopes.includes(scope) && (role !== "member" || !scope.startsWith("admin.")));
}

export interface AccessTokenSubject {
  readonly userId: string;
  readonly role: Role;
  readonly clientId: string;
  /** Null for client credentials. */
  readonly grant: { readonly id: string; readonly authenticatedAt: number } | null;
  readonly scopes: readonly Scope[];
}

/** @param origin the issuer, and with the path of the API the audience */
export async function signAccessToken(deps: GatewayDeps, origin: string, subject: AccessTokenSubject): Promise<string> {
  const { kid, key } = await signingKey(deps);
  const issuedAt = Math.floor(deps.now() / 1000);
  const claims: AccessTokenClaims = {
    iss: origin,
    aud: audienceOf(origin),
    sub: subject.userId,
    client_id: subject.clientId,
    ...(subject.grant === null
      ? {}
      : { grant_id: subject.grant.id, auth_time: Math.floor(subject.grant.authenticatedAt / 1000) }),
    scope: subject.scopes.join(" "),
    role: subject.role,
    jti: deps.newId(),
    iat: issuedAt,
    exp: issuedAt + ACCESS_TOKEN_SECONDS,
  };
  return await new SignJWT({ ...claims }).setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid }).sign(key);
}

/** @returns null for anything that is not a good access token of ours for this API */
export async function readAccessToken(c: Context<AppEnv>, token: string): Promise<AccessTokenClaims | null> {
  const { deps } = c.var;
  const origin = publicOrigin(c);
  try {
    const claims = await verifyJwt(token, {
      keys: ownKeys(deps),
      keyIds: "ours",
      algorithms: ["ES256"],
      types: ACCESS_TOKEN_TYPES,
      issuer: origin,
      audience: audienceOf(origin),
      nowMs: deps.now(),
      clockSkewSeconds: OWN_CLOCK_SKEW_SECONDS,
    });
    return AccessTokenClaims.safeParse(claims).data ?? null;
  } catch (error) {
    if (error instanceof TokenRefused) return null;
    throw error;
  }
}

export async function principalOfToken(c: Context<AppEnv>, token: string): Promise<Principal | null> {
  const claims = await readAccessToken(c, token);
  const userId = UserId.safeParse(claims?.sub).data;
  if (claims === null || userId === undefined) return null;
  return {
    userId,
    role: claims.role,
    status: "active",
    via: "token",
    scopes: scopesAllowedTo(claims.role, claims.scope.split(" ")),
    credentialId: claims.grant_id ?? claims.client_id,
    authenticatedAt: (claims.auth_time ?? 0) * 1000,
    expiresAt: claims.exp * 1000,
  };
}

/** The same caller with the role and status they have now; null when the account, or what the token came from, is gone. */
export async function principalAsOfNow(c: Context<AppEnv>, principal: Principal): Promise<Principal | null> {
  const { db } = c.var.deps;
  const grant = await findGrant(db, principal.credentialId);
  const isGood =
    grant === null ? (await findOAuthClient(db, principal.credentialId)) !== null : grant.revokedAt === null;
  const user = isGood ? await findUser(db, principal.userId) : null;
  return user === null
    ? null
    : {
        ...principal,
        role: user.role,
        status: user.status,
        scopes: scopesAllowedTo(user.role, principal.scopes),
      };
}

function audienceOf(origin: string): string {
  return `${origin}/api/v1`;
}
