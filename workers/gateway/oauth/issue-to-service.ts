// Client credentials (RFC 6749 §4.4): a service acts as the user who made it, within the scopes it was made with.
import type { Context } from "hono";
import { ACCESS_TOKEN_SECONDS } from "../../../shared/contracts/limits.ts";
import type { TokenResponse } from "../../../shared/contracts/oauth.ts";
import { findUser } from "../../../shared/db/identity/user-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { publicOrigin } from "../public-origin.ts";
import { scopesAllowedTo, signAccessToken } from "./access-tokens.ts";
import type { OAuthClient } from "./clients.ts";
import { narrowed } from "./issue-tokens.ts";
import { OAuthFailure } from "./oauth-failure.ts";

export async function issueToService(
  c: Context<AppEnv>,
  client: OAuthClient,
  scope: string | undefined,
): Promise<TokenResponse> {
  const { deps } = c.var;
  const user = client.userId === null ? null : await findUser(deps.db, client.userId);
  if (user === null || user.status !== "active")
    throw new OAuthFailure("unauthorized_client", "The account this service acts as is closed.");
  const scopes = scopesAllowedTo(user.role, narrowed(client.scopes, scope));
  if (scopes.length === 0) throw new OAuthFailure("invalid_scope", "Nothing is left of what this service may do.");
  return {
    access_token: await signAccessToken(deps, publicOrigin(c), {
      userId: user.id,
      role: user.role,
      clientId: client.id,
      grant: null,
      scopes,
    }),
    token_type: "Bearer",
    expires_in: ACCESS_TOKEN_SECONDS,
    scope: scopes.join(" "),
  };
}
