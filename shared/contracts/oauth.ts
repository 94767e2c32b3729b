// Our own authorization server, as RFC 6749, 7009, 7636, 8414, 8628, 9068 and OpenID Connect Core name things: snake_case here only.
import { z } from "zod";
import { Scope } from "./auth.ts";
import { AUTHORIZATION_QUERY_MAX_CHARS, TOKEN_MAX_CHARS } from "./limits.ts";

/** The clients that are part of the product: no row, no secret. */
export const CLI_CLIENT_ID = "heliograph-cli";

/** `GET /oauth/request?…`: what the consent page shows for the query the client sent the browser with. */
export const AuthorizationRequest = z
  .object({
    client: z.object({ id: z.string(), name: z.string() }),
    scopes: z.array(Scope),
    /** Asks for an ID token. */
    isOpenid: z.boolean(),
    redirectHost: z.string(),
    /** The user said yes to at least these scopes before. */
    isKnown: z.boolean(),
  })
  .meta({ id: "AuthorizationRequest" });
export type AuthorizationRequest = z.infer<typeof AuthorizationRequest>;

/** `POST /oauth/decision`: the user's answer; `query` is the authorization request's own query string. */
export const AuthorizationDecision = z
  .object({ query: z.string().max(AUTHORIZATION_QUERY_MAX_CHARS), isAllowed: z.boolean() })
  .meta({ id: "AuthorizationDecision" });
export const AuthorizationRedirect = z.object({ redirectTo: z.string() }).meta({ id: "AuthorizationRedirect" });

/** `POST /auth/token`, form-encoded; what is absent is decided by `grant_type`. */
export const TokenRequest = z.object({
  grant_type: z.string().max(100),
  client_id: z.string().max(200).optional(),
  client_secret: z.string().max(500).optional(),
  code: z.string().max(200).optional(),
  redirect_uri: z.string().max(1000).optional(),
  code_verifier: z.string().max(200).optional(),
  refresh_token: z.string().max(300).optional(),
  device_code: z.string().max(200).optional(),
  scope: z.string().max(1000).optional(),
});
export type TokenRequest = z.infer<typeof TokenRequest>;

/** `POST /auth/revoke` (RFC 7009), form-encoded. */
export const RevocationRequest = z.object({
  token: z.string().max(TOKEN_MAX_CHARS),
  token_type_hint: z.string().max(100).optional(),
  client_id: z.string().max(200).optional(),
  client_secret: z.string().max(500).optional(),
});

/** `POST /auth/device` (RFC 8628 §3.1), form-encoded. */
export const DeviceAuthorizationRequest = z.object({
  client_id: z.string().max(200).optional(),
  client_secret: z.string().max(500).optional(),
  scope: z.string().max(1000).optional(),
});

/** `POST /admin/signing-keys/rotate`: the newest key, and when it begins to sign. */
export const SigningKeyRotation = z
  .object({ kid: z.string(), signsFrom: z.iso.datetime() })
  .meta({ id: "SigningKeyRotation" });

export const TokenResponse = z
  .object({
    access_token: z.string(),
    token_type: z.literal("Bearer"),
    expires_in: z.int(),
    scope: z.string(),
    refresh_token: z.string().optional(),
    id_token: z.string().optional(),
  })
  .meta({ id: "TokenResponse" });
export type TokenResponse = z.infer<typeof TokenResponse>;

/** RFC 6749 §5.2: the token endpoints' errors are theirs, not problem+json. */
export const OAuthErrorCode = z.enum([
  "invalid_request",
  "invalid_client",
  "invalid_grant",
  "unauthorized_client",
  "unsupported_grant_type",
  "unsupported_response_type",
  "invalid_scope",
  "access_denied",
  "authorization_pending",
  "slow_down",
  "expired_token",
  "server_error",
  "temporarily_unavailable",
  "login_required",
  "consent_required",
]);
export type OAuthErrorCode = z.infer<typeof OAuthErrorCode>;
export const OAuthError = z.object({ error: OAuthErrorCode, error_description: z.string() }).meta({ id: "OAuthError" });

export const DeviceAuthorization = z
  .object({
    device_code: z.string(),
    user_code: z.string(),
    verification_uri: z.string(),
    verification_uri_complete: z.string(),
    expires_in: z.int(),
    interval: z.int(),
  })
  .meta({ id: "DeviceAuthorization" });
export type DeviceAuthorization = z.infer<typeof DeviceAuthorization>;

/** `POST /oauth/device/lookup` and `/oauth/device/decision`: the person with the code on their screen. */
export const DeviceCode = z.object({ userCode: z.string().min(4).max(20) }).meta({ id: "DeviceCode" });
export const DeviceDecision = DeviceCode.extend({ isAllowed: z.boolean() }).meta({ id: "DeviceDecision" });
export const DeviceRequest = z
  .object({ client: z.object({ id: z.string(), name: z.string() }), scopes: z.array(Scope), userCode: z.string() })
  .meta({ id: "DeviceRequest" });
export type DeviceRequest = z.infer<typeof DeviceRequest>;

/** Claims of an access token (RFC 9068). */
export const AccessTokenClaims = z.object({
  iss: z.string(),
  aud: z.string(),
  sub: z.string(),
  client_id: z.string(),
  /** The grant it came from; absent for client credentials. */
  grant_id: z.string().optional(),
  scope: z.string(),
  role: z.enum(["owner", "admin", "member"]),
  jti: z.string(),
  iat: z.int(),
  exp: z.int(),
  auth_time: z.int().optional(),
});
export type AccessTokenClaims = z.infer<typeof AccessTokenClaims>;
