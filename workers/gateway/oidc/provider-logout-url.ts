// Signing out at the provider as well (OpenID Connect RP-Initiated Logout 1.0). Never holds up signing out here.
import type { Context } from "hono";
import { findProvider } from "../../../shared/db/identity/provider-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { newSecret } from "../identity/secrets.ts";
import { publicOrigin } from "../public-origin.ts";
import { addressPolicy } from "./address-policy.ts";
import { discoverProvider } from "./discover-provider.ts";

/** @returns where to send the browser; null where the session was no provider's, or the provider offers or answers nothing */
export async function providerLogoutUrl(
  c: Context<AppEnv>,
  userId: string,
  ended: { readonly providerId: string | null; readonly idTokenSealed: string | null } | null,
): Promise<string | null> {
  if (ended === null || ended.providerId === null) return null;
  const { db, now, vault } = c.var.deps;
  const provider = await findProvider(db, ended.providerId);
  if (provider === null) return null;
  try {
    const { end_session_endpoint: endpoint } = await discoverProvider(provider.issuer, addressPolicy(c), now());
    if (endpoint === undefined) return null;
    const url = new URL(endpoint);
    if (ended.idTokenSealed !== null)
      url.searchParams.set("id_token_hint", await vault.open("id-token", userId, ended.idTokenSealed));
    url.searchParams.set("client_id", provider.clientId);
    url.searchParams.set("post_logout_redirect_uri", `${publicOrigin(c)}/login`);
    url.searchParams.set("state", newSecret());
    return url.href;
  } catch {
    return null;
  }
}
