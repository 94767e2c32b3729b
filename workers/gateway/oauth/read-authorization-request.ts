// An authorization request (RFC 6749 §4.1.1, RFC 7636, OpenID Connect Core §3.1.2.1), read the same way for the browser that
// brings it, for the page that shows it, and for the answer.
import { Scope } from "../../../shared/contracts/auth.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import { AUTHORIZATION_QUERY_MAX_CHARS, NEW_SIGN_IN_SECONDS } from "../../../shared/contracts/limits.ts";
import type { OAuthErrorCode } from "../../../shared/contracts/oauth.ts";
import { defaultScopes, findClient, type OAuthClient } from "./clients.ts";
import { isRegisteredRedirect, redirectWith } from "./redirect-uris.ts";

/** Characters of `state` and `nonce`: they come back to the client, in an address. */
const OPAQUE_MAX_CHARS = 1000;
/** Base64url of a SHA-256. */
const S256_CHALLENGE = /^[A-Za-z0-9_-]{43}$/;

export interface ReadAuthorizationRequest {
  readonly client: OAuthClient;
  readonly redirectUri: string;
  readonly state: string | null;
  readonly nonce: string | null;
  readonly codeChallenge: string;
  readonly scopes: readonly Scope[];
  readonly isOpenid: boolean;
  /** Age (s) of the user's sign-in that the client still takes; null takes any. */
  readonly maxAgeSeconds: number | null;
}

export type ReadOutcome =
  | { readonly isGood: true; readonly request: ReadAuthorizationRequest }
  /** The client is told, by way of the browser. */
  | { readonly isGood: false; readonly redirectTo: string; readonly description: string };

/**
 * @throws AppError invalid-request for a client or an address nobody registered: such a request is answered on our own page and
 * sent nowhere.
 */
export async function readAuthorizationRequest(db: D1Database, issuer: string, query: string): Promise<ReadOutcome> {
  if (query.length > AUTHORIZATION_QUERY_MAX_CHARS)
    throw new AppError("invalid-request", "The authorization request is too long.");
  const parameters = new URLSearchParams(query);
  const one = (name: string): string | null => {
    const values = parameters.getAll(name);
    if (values.length > 1) throw new AppError("invalid-request", `The authorization request has ${name} twice.`);
    return values[0] === undefined || values[0] === "" ? null : values[0];
  };
  const client = await findClient(db, one("client_id") ?? "");
  if (client === null || !client.grantTypes.includes("authorization_code"))
    throw new AppError("invalid-request", "No program that may ask for access has this client_id.");
  const redirectUri = one("redirect_uri");
  if (redirectUri === null || !isRegisteredRedirect(client.redirectUris, redirectUri))
    throw new AppError("invalid-request", "The program did not register this redirect_uri; nobody is sent there.");

  const state = one("state");
  const nonce = one("nonce");
  const refused = (error: OAuthErrorCode, description: string): ReadOutcome => ({
    isGood: false,
    redirectTo: redirectWith(redirectUri, issuer, (state?.length ?? 0) > OPAQUE_MAX_CHARS ? null : state, {
      error,
      error_description: description,
    }),
    description,
  });
  if ([state, nonce].some((value) => (value?.length ?? 0) > OPAQUE_MAX_CHARS))
    return refused("invalid_request", "state or nonce is too long");
  if (one("response_type") !== "code") return refused("unsupported_response_type", "response_type must be code");
  if (!["query", null].includes(one("response_mode"))) return refused("invalid_request", "response_mode must be query");
  if (one("request") !== null || one("request_uri") !== null)
    return refused("invalid_request", "request objects are not supported");
  const codeChallenge = one("code_challenge");
  if (one("code_challenge_method") !== "S256" || codeChallenge === null || !S256_CHALLENGE.test(codeChallenge))
    return refused("invalid_request", "PKCE with code_challenge_method=S256 is required");
  const prompts = (one("prompt") ?? "").split(" ");
  // The person is always asked, on our page: without it nothing is granted.
  if (prompts.includes("none")) return refused("consent_required", "the user must be asked");
  const maxAge = one("max_age");
  if (maxAge !== null && !/^\d{1,9}$/.test(maxAge)) return refused("invalid_request", "max_age must be seconds");

  const asked = one("scope")?.split(" ") ?? defaultScopes(client);
  const scopes = Scope.options.filter((scope) => asked.includes(scope) && client.scopes.includes(scope));
  const isOpenid = asked.includes("openid");
  if (scopes.length === 0 && !isOpenid) return refused("invalid_scope", "no scope that this client may ask for");
  return {
    isGood: true,
    request: {
      client,
      redirectUri,
      state,
      nonce,
      codeChallenge,
      scopes,
      isOpenid,
      maxAgeSeconds: prompts.includes("login")
        ? NEW_SIGN_IN_SECONDS
        : maxAge === null
          ? null
          : Math.max(Number(maxAge), NEW_SIGN_IN_SECONDS),
    },
  };
}
