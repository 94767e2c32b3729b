// An authorization code becomes tokens, once (RFC 6749 §4.1.3, RFC 7636 §4.6). Used again, by whomever, it ends what it brought.
import type { Context } from "hono";
import { base64url } from "jose";
import { GRANT_IDLE_MS } from "../../../shared/contracts/limits.ts";
import type { TokenRequest, TokenResponse } from "../../../shared/contracts/oauth.ts";
import { exchangeAuthorizationCode, findAuthorizationCode } from "../../../shared/db/identity/oauth-code-queries.ts";
import { findGrant } from "../../../shared/db/identity/oauth-grant-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { sha256Hex } from "../identity/secrets.ts";
import { isSameText, type OAuthClient } from "./clients.ts";
import { endGrant } from "./end-grant.ts";
import { issueTokens } from "./issue-tokens.ts";
import { OAuthFailure } from "./oauth-failure.ts";

/** RFC 7636 §4.1. */
const VERIFIER = /^[A-Za-z0-9._~-]{43,128}$/;

export async function exchangeCode(
  c: Context<AppEnv>,
  client: OAuthClient,
  { code, code_verifier: verifier, redirect_uri: redirectUri }: TokenRequest,
): Promise<TokenResponse> {
  const { deps } = c.var;
  if (code === undefined || verifier === undefined || redirectUri === undefined)
    throw new OAuthFailure("invalid_request", "code, code_verifier and redirect_uri are needed.");
  const hash = await sha256Hex(code);
  const found = await findAuthorizationCode(deps.db, hash, client.id);
  if (found === null) throw new OAuthFailure("invalid_grant", "The code is unknown, or another client's.");
  if (found.usedAt !== null) return await refuseReuse(c, found.grantId);
  if (found.expiresAt <= deps.now()) throw new OAuthFailure("invalid_grant", "The code is too old.");
  if (redirectUri !== found.redirectUri)
    throw new OAuthFailure("invalid_grant", "The code was sent to another redirect_uri.");
  if (!VERIFIER.test(verifier) || !isSameText(await s256(verifier), found.codeChallenge))
    throw new OAuthFailure("invalid_grant", "The code_verifier is not the one the code was asked for with.");

  const grantId = deps.newId();
  const now = deps.now();
  const [used] = await deps.db.batch(
    exchangeAuthorizationCode(deps.db, hash, { id: grantId, expiresAt: now + GRANT_IDLE_MS }, now),
  );
  if (used?.results.length !== 1) {
    const since = await findAuthorizationCode(deps.db, hash, client.id);
    return await refuseReuse(c, since?.grantId ?? null);
  }
  const grant = await findGrant(deps.db, grantId);
  if (grant === null) throw new OAuthFailure("invalid_grant", "The account is gone.");
  return await issueTokens(c, grant, { generation: grant.generation, openid: { nonce: found.nonce } });
}

async function refuseReuse(c: Context<AppEnv>, grantId: string | null): Promise<never> {
  const grant = grantId === null ? null : await findGrant(c.var.deps.db, grantId);
  if (grant !== null) await endGrant(c, grant, "code-reuse");
  throw new OAuthFailure("invalid_grant", "The code was used before; what it brought has ended.");
}

async function s256(verifier: string): Promise<string> {
  return base64url.encode(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))));
}
