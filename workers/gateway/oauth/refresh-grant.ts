// A refresh token becomes the next one (RFC 9700 §4.14.2). The one before brings the same successor again for a moment, because
// an answer may be lost; anything older was stolen, from the client or by it, and ends the family.
import type { Context } from "hono";
import { GRANT_IDLE_MS, REFRESH_GRACE_MS } from "../../../shared/contracts/limits.ts";
import type { TokenResponse } from "../../../shared/contracts/oauth.ts";
import { findGrant, rotateGrant } from "../../../shared/db/identity/oauth-grant-queries.ts";
import type { AppEnv } from "../app-env.ts";
import type { OAuthClient } from "./clients.ts";
import { endGrant } from "./end-grant.ts";
import { issueTokens, narrowed } from "./issue-tokens.ts";
import { OAuthFailure } from "./oauth-failure.ts";
import { readRefreshToken } from "./refresh-tokens.ts";

export async function refreshGrant(
  c: Context<AppEnv>,
  client: OAuthClient,
  presented: { readonly refresh_token?: string | undefined; readonly scope?: string | undefined },
): Promise<TokenResponse> {
  const { deps } = c.var;
  if (presented.refresh_token === undefined) throw new OAuthFailure("invalid_request", "refresh_token is needed.");
  const token = await readRefreshToken(deps.vault, presented.refresh_token);
  const before = token === null ? null : await findGrant(deps.db, token.grantId);
  if (token === null || before === null || before.clientId !== client.id || before.revokedAt !== null)
    throw new OAuthFailure("invalid_grant", "The refresh token is unknown, revoked, or another client's.");
  narrowed(before.scopes, presented.scope);

  const now = deps.now();
  const isRotated = await rotateGrant(deps.db, token.grantId, token.generation, now + GRANT_IDLE_MS, now);
  const grant = await findGrant(deps.db, token.grantId);
  if (grant === null || grant.revokedAt !== null || grant.expiresAt <= now || grant.status !== "active")
    throw new OAuthFailure("invalid_grant", "The grant has ended, or the account is closed.");
  const successor = token.generation + 1;
  if (isRotated || (successor === grant.generation && now - grant.rotatedAt <= REFRESH_GRACE_MS))
    return await issueTokens(c, grant, { generation: successor, scope: presented.scope });
  // A token of a generation to come is ours too: of a database that was set back. It is no theft.
  if (token.generation < grant.generation) await endGrant(c, grant, "token-reuse");
  throw new OAuthFailure("invalid_grant", "The refresh token was used before; its family has ended.");
}
