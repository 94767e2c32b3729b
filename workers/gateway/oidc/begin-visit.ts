// Sending a browser to a provider: authorization code with PKCE S256, state and nonce (OpenID Connect Core §3.1.2.1).
import type { Context } from "hono";
import { calculatePKCECodeChallenge } from "oauth4webapi";
import { ProviderId } from "../../../shared/contracts/admin.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import { findProvider, type ProviderRow } from "../../../shared/db/identity/provider-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { publicOrigin } from "../public-origin.ts";
import { addressPolicy } from "./address-policy.ts";
import { discoverProvider } from "./discover-provider.ts";
import { openVisit, type Visit } from "./visit.ts";

export function redirectUri(c: Context<AppEnv>, providerId: string): string {
  return `${publicOrigin(c)}/api/v1/auth/oidc/${providerId}/callback`;
}

/** @throws AppError method-disabled for a provider that is unknown or switched off */
export async function usableProvider(c: Context<AppEnv>, id: string): Promise<ProviderRow> {
  const provider = ProviderId.safeParse(id).success ? await findProvider(c.var.deps.db, id) : null;
  if (provider?.isEnabled !== true) throw new AppError("method-disabled", "Nobody signs in with this provider here.");
  return provider;
}

/** @returns the provider's address to send the browser to; the cookie of the visit is set */
export async function beginVisit(
  c: Context<AppEnv>,
  provider: ProviderRow,
  visit: Omit<Visit, "provider" | "issuer">,
): Promise<string> {
  const { id, issuer, clientId, scopes } = provider;
  const metadata = await discoverProvider(issuer, addressPolicy(c), c.var.deps.now());
  const { state, nonce, codeVerifier } = await openVisit(c, { ...visit, provider: id, issuer });
  const url = new URL(metadata.authorization_endpoint);
  const parameters = {
    client_id: clientId,
    redirect_uri: redirectUri(c, id),
    response_type: "code",
    scope: scopes,
    state,
    nonce,
    code_challenge: await calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: "S256",
    // A confirmation is worth what it costs: the provider must ask for the password, or whatever it has, now.
    ...(visit.kind === "confirm" ? { prompt: "login", max_age: "0" } : {}),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}
