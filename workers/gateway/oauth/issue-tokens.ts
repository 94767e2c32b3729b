// What a client gets for a grant: an access token, the grant's refresh token, and an ID token where it asked who signed in.

import type { Context } from "hono";
import { base64url, SignJWT } from "jose";
import { ACCESS_TOKEN_SECONDS } from "../../../shared/contracts/limits.ts";
import type { TokenResponse } from "../../../shared/contracts/oauth.ts";
import type { GrantRow } from "../../../shared/db/identity/oauth-grant-queries.ts";
import type { AppEnv } from "../app-env.ts";
import type { GatewayDeps } from "../deps.ts";
import { publicOrigin } from "../public-origin.ts";
import { scopesAllowedTo, signAccessToken } from "./access-tokens.ts";
import { OAuthFailure } from "./oauth-failure.ts";
import { refreshToken } from "./refresh-tokens.ts";
import { signingKey } from "./signing-keys.ts";

export interface IssueOptions {
  /** The refresh token's generation. */
  readonly generation: number;
  /** Narrows this access token, not the grant; absent takes all the grant has. */
  readonly scope?: string | undefined;
  /** Present where an ID token is to be made. */
  readonly openid?: { readonly nonce: string | null };
}

/** @throws OAuthFailure invalid_scope when more is asked for than was granted */
export async function issueTokens(
  c: Context<AppEnv>,
  grant: GrantRow,
  { generation, scope, openid }: IssueOptions,
): Promise<TokenResponse> {
  const { deps } = c.var;
  const origin = publicOrigin(c);
  const scopes = scopesAllowedTo(grant.role, narrowed(grant.scopes, scope));
  const accessToken = await signAccessToken(deps, origin, {
    userId: grant.userId,
    role: grant.role,
    clientId: grant.clientId,
    grant: { id: grant.id, authenticatedAt: grant.authenticatedAt },
    scopes,
  });
  const wantsIdToken = openid !== undefined && grant.scopes.includes("openid");
  return {
    access_token: accessToken,
    token_type: "Bearer",
    expires_in: ACCESS_TOKEN_SECONDS,
    scope: (grant.scopes.includes("openid") ? ["openid", ...scopes] : scopes).join(" "),
    refresh_token: await refreshToken(deps.vault, grant.id, generation),
    ...(wantsIdToken ? { id_token: await signIdToken(deps, origin, grant, accessToken, openid.nonce) } : {}),
  };
}

export function narrowed(granted: readonly string[], asked: string | undefined): readonly string[] {
  if (asked === undefined || asked === "") return granted;
  const names = asked.split(" ");
  if (!names.every((name) => granted.includes(name)))
    throw new OAuthFailure("invalid_scope", "More is asked for than was granted.");
  return names;
}

/** OpenID Connect Core §2. Says who signed in and when, to the client alone; the API takes it for nothing. */
async function signIdToken(
  deps: GatewayDeps,
  origin: string,
  grant: GrantRow,
  accessToken: string,
  nonce: string | null,
): Promise<string> {
  const { kid, key } = await signingKey(deps);
  const issuedAt = Math.floor(deps.now() / 1000);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(accessToken)));
  return await new SignJWT({
    iss: origin,
    sub: grant.userId,
    aud: grant.clientId,
    iat: issuedAt,
    exp: issuedAt + ACCESS_TOKEN_SECONDS,
    auth_time: Math.floor(grant.authenticatedAt / 1000),
    at_hash: base64url.encode(digest.subarray(0, 16)),
    ...(nonce === null ? {} : { nonce }),
  })
    .setProtectedHeader({ alg: "ES256", typ: "JWT", kid })
    .sign(key);
}
