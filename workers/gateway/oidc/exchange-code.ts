// From the answer in the address bar to claims we believe: RFC 9207 issuer, state, code with PKCE, and an ID token of which
// signature, algorithm, type, issuer, audience, authorised party, times, nonce and at_hash are checked (OpenID Connect Core §3.1.3.7).
import type { Context } from "hono";
import { base64url } from "jose";
import {
  allowInsecureRequests,
  authorizationCodeGrantRequest,
  type Client,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  clockTolerance,
  customFetch,
  None,
  processAuthorizationCodeResponse,
  processUserInfoResponse,
  userInfoRequest,
  validateAuthResponse,
} from "oauth4webapi";
import { TOKEN_CLOCK_SKEW_SECONDS, TOKEN_MAX_CHARS } from "../../../shared/contracts/limits.ts";
import type { ProviderRow } from "../../../shared/db/identity/provider-queries.ts";
import { ANY_KEY_ID, readHeader } from "../../../shared/tokens/compact-form.ts";
import { type KeySource, SIGNATURE_ALGORITHMS } from "../../../shared/tokens/key-set.ts";
import { remoteKeySet } from "../../../shared/tokens/remote-key-set.ts";
import { TokenRefused } from "../../../shared/tokens/token-refused.ts";

import { ID_TOKEN_TYPES, type JwtClaims, verifyJwt } from "../../../shared/tokens/verify-jwt.ts";
import type { AppEnv } from "../app-env.ts";
import { redirectUri } from "./begin-visit.ts";
import type { ProviderMetadata } from "./discover-provider.ts";
import { fetchFromProvider } from "./fetch-from-provider.ts";
import type { Visit, VisitSecrets } from "./visit.ts";

export interface ProviderAnswer {
  readonly claims: JwtClaims;
  readonly idToken: string;
  /** Asks the userinfo endpoint; {} where there is none. Throws when it speaks of somebody else. */
  readonly moreClaims: () => Promise<Readonly<Record<string, unknown>>>;
}

const HTTP = { [customFetch]: fetchFromProvider, [allowInsecureRequests]: HELIOGRAPH_LOCAL_BUILD };

/** Throws oauth4webapi's errors, TokenRefused and ProviderUnreachable; none is for the eyes of the person. */
export async function exchangeCode(
  c: Context<AppEnv>,
  provider: ProviderRow,
  metadata: ProviderMetadata,
  { visit, secrets }: { visit: Visit; secrets: VisitSecrets },
): Promise<ProviderAnswer> {
  const client: Client = { client_id: provider.clientId, [clockTolerance]: TOKEN_CLOCK_SKEW_SECONDS };
  const response = await authorizationCodeGrantRequest(
    metadata,
    client,
    await clientAuthentication(c, provider, metadata),
    validateAuthResponse(metadata, client, new URL(c.req.url), secrets.state),
    redirectUri(c, provider.id),
    secrets.codeVerifier,
    HTTP,
  );
  const tokens = await processAuthorizationCodeResponse(metadata, client, response, {
    expectedNonce: secrets.nonce,
    requireIdToken: true,
    ...(visit.kind === "confirm" ? { maxAge: 0 } : {}),
  });
  const { access_token: accessToken, id_token: idToken = "" } = tokens;
  const claims = await verifyJwt(idToken, {
    keys: keysOf(metadata, c.var.deps.now),
    algorithms: SIGNATURE_ALGORITHMS,
    issuer: provider.issuer,
    audience: provider.clientId,
    authorizedParty: provider.clientId,
    types: ID_TOKEN_TYPES,
    nowMs: c.var.deps.now(),
  });
  await refuseOtherAccessToken(claims, idToken, accessToken);
  return {
    claims,
    idToken,
    moreClaims: async () => {
      if (metadata.userinfo_endpoint === undefined) return {};
      const answer = await userInfoRequest(metadata, client, accessToken, HTTP);
      // It reads JSON only: a JWT would need algorithms, and we name none.
      return processUserInfoResponse(metadata, client, claims.sub, answer);
    },
  };
}

async function clientAuthentication(
  c: Context<AppEnv>,
  { id, clientSecretSealed }: ProviderRow,
  { token_endpoint_auth_methods_supported: methods = ["client_secret_basic"] }: ProviderMetadata,
): Promise<ClientAuth> {
  if (clientSecretSealed === null) return None();
  const secret = await c.var.deps.vault.open("provider-secret", id, clientSecretSealed);
  // RFC 6749 §2.3.1 prefers the header.
  return methods.includes("client_secret_basic") || !methods.includes("client_secret_post")
    ? ClientSecretBasic(secret)
    : ClientSecretPost(secret);
}

/** One key set per issuer and isolate; it remembers when it asked last. */
const keySets = new Map<string, { readonly jwksUri: string; readonly keys: KeySource }>();
const KEY_SETS_MAX = 100;

function keysOf({ issuer, jwks_uri: jwksUri }: ProviderMetadata, now: () => number): KeySource {
  const known = keySets.get(issuer);
  if (known !== undefined && known.jwksUri === jwksUri) return known.keys;
  const keys = remoteKeySet({ jwksUri, issuer, allowLoopbackHttp: HELIOGRAPH_LOCAL_BUILD, fetch, now });
  if (keySets.size >= KEY_SETS_MAX) keySets.clear();
  keySets.set(issuer, { jwksUri, keys });
  return keys;
}

/** OpenID Connect Core §3.1.3.8: the left half of the access token's hash, of the size the signature's hash has. */
async function refuseOtherAccessToken(
  { at_hash: named }: JwtClaims,
  idToken: string,
  accessToken: string,
): Promise<void> {
  if (named === undefined) return;
  const { alg } = readHeader(idToken, TOKEN_MAX_CHARS, ANY_KEY_ID);
  const hash = alg === "EdDSA" ? "SHA-512" : alg === "ES384" ? "SHA-384" : "SHA-256";
  const digest = new Uint8Array(await crypto.subtle.digest(hash, new TextEncoder().encode(accessToken)));
  if (named !== base64url.encode(digest.subarray(0, digest.byteLength / 2)))
    throw new TokenRefused("bad-signature", "the access token is not the one the ID token came with");
}
