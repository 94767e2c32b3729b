// What programs find us by: the discovery documents (RFC 8414, OpenID Connect Discovery) and the public keys of our tokens.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { Scope } from "../../../shared/contracts/auth.ts";
import type { AppEnv } from "../app-env.ts";
import { DEVICE_GRANT } from "../oauth/clients.ts";
import { otherSitesMayRead } from "../oauth/other-sites.ts";
import { publishedKeys } from "../oauth/signing-keys.ts";
import { publicOrigin } from "../public-origin.ts";

export const wellKnown = new OpenAPIHono<AppEnv>();
wellKnown.use(otherSitesMayRead());

/** Seconds a copy may be kept: with an isolate's own minute, less than a new key is published before it signs. */
const CACHE_SECONDS = 300;
const cacheControl = `public, max-age=${CACHE_SECONDS}`;
const KeySet = z.object({ keys: z.array(z.record(z.string(), z.unknown())) });
const document = { "application/json": { schema: z.record(z.string(), z.unknown()) } };

const jwks = createRoute({
  method: "get",
  path: "/jwks.json",
  operationId: "getKeys",
  summary: "The public keys of our tokens (RFC 7517)",
  responses: { 200: { description: "A key set", content: { "application/json": { schema: KeySet } } } },
});

wellKnown.openapi(jwks, async (c) => {
  const keys = await publishedKeys(c.var.deps);
  c.header("cache-control", cacheControl);
  return c.json({ keys: [...keys] }, 200);
});

for (const path of ["/openid-configuration", "/oauth-authorization-server"] as const) {
  const discovery = createRoute({
    method: "get",
    path,
    operationId: path === "/openid-configuration" ? "getOpenIdConfiguration" : "getAuthorizationServer",
    summary: "What this authorization server can do, and where",
    responses: { 200: { description: "Metadata", content: document } },
  });
  wellKnown.openapi(discovery, (c) => {
    const issuer = publicOrigin(c);
    const auth = `${issuer}/api/v1/auth`;
    const clientProofs = ["none", "client_secret_basic", "client_secret_post"];
    c.header("cache-control", cacheControl);
    return c.json(
      {
        issuer,
        authorization_endpoint: `${auth}/authorize`,
        token_endpoint: `${auth}/token`,
        revocation_endpoint: `${auth}/revoke`,
        device_authorization_endpoint: `${auth}/device`,
        userinfo_endpoint: `${auth}/userinfo`,
        jwks_uri: `${issuer}/.well-known/jwks.json`,
        scopes_supported: ["openid", ...Scope.options],
        response_types_supported: ["code"],
        response_modes_supported: ["query"],
        grant_types_supported: ["authorization_code", "refresh_token", "client_credentials", DEVICE_GRANT],
        code_challenge_methods_supported: ["S256"],
        token_endpoint_auth_methods_supported: clientProofs,
        revocation_endpoint_auth_methods_supported: clientProofs,
        authorization_response_iss_parameter_supported: true,
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: ["ES256"],
        claims_supported: ["iss", "sub", "aud", "iat", "exp", "auth_time", "nonce", "at_hash"],
        request_parameter_supported: false,
        request_uri_parameter_supported: false,
        service_documentation: `${issuer}/api/v1/openapi.json`,
      },
      200,
    );
  });
}
