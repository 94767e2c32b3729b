// The person's answer to an authorization request becomes a code, or a refusal, for the client; by way of the browser.
import type { Context } from "hono";
import { AppError } from "../../../shared/contracts/errors.ts";
import { AUTHORIZATION_CODE_LIFE_MS } from "../../../shared/contracts/limits.ts";
import type { AuthorizationRequest } from "../../../shared/contracts/oauth.ts";
import { insertAuthorizationCode } from "../../../shared/db/identity/oauth-code-queries.ts";
import { scopesGrantedTo } from "../../../shared/db/identity/oauth-grant-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { auditStatement, recordAct } from "../identity/audit.ts";
import { newSecret, sha256Hex } from "../identity/secrets.ts";
import { publicOrigin } from "../public-origin.ts";
import { scopesAllowedTo } from "./access-tokens.ts";
import { type ReadAuthorizationRequest, readAuthorizationRequest } from "./read-authorization-request.ts";
import { redirectWith } from "./redirect-uris.ts";

/** What the consent page shows. */
export async function describeAuthorization(c: Context<AppEnv>, query: string): Promise<AuthorizationRequest> {
  const { deps, principal } = c.var;
  const { client, redirectUri, isOpenid, scopes } = await goodRequest(c, query);
  const before = await scopesGrantedTo(deps.db, principal.userId, client.id, deps.now());
  return {
    client: { id: client.id, name: client.name },
    scopes: scopesAllowedTo(principal.role, scopes),
    isOpenid,
    redirectHost: new URL(redirectUri).host,
    isKnown: before.size > 0 && scopes.every((scope) => before.has(scope)),
  };
}

/** @returns where to send the browser */
export async function decideAuthorization(c: Context<AppEnv>, query: string, isAllowed: boolean): Promise<string> {
  const { deps, principal } = c.var;
  const { client, redirectUri, state, ...request } = await goodRequest(c, query);
  const issuer = publicOrigin(c);
  const details = { client: client.id, clientName: client.name };
  if (!isAllowed) {
    await recordAct(c, { action: "oauth.denied", subjectId: principal.userId, details });
    return redirectWith(redirectUri, issuer, state, { error: "access_denied", error_description: "the user said no" });
  }
  const now = deps.now();
  if (request.maxAgeSeconds !== null && now - principal.authenticatedAt > request.maxAgeSeconds * 1000)
    throw new AppError("confirmation-required", "The program asks that you prove again who you are.");
  const scopes = scopesAllowedTo(principal.role, request.scopes);
  const code = newSecret();
  await deps.db.batch([
    insertAuthorizationCode(deps.db, {
      hash: await sha256Hex(code),
      clientId: client.id,
      userId: principal.userId,
      redirectUri,
      codeChallenge: request.codeChallenge,
      scopes: request.isOpenid ? ["openid", ...scopes] : scopes,
      nonce: request.nonce,
      authenticatedAt: principal.authenticatedAt,
      expiresAt: now + AUTHORIZATION_CODE_LIFE_MS,
    }),
    auditStatement(c, {
      action: "oauth.granted",
      subjectId: principal.userId,
      details: { ...details, scopes: scopes.join(" ") },
    }),
  ]);
  return redirectWith(redirectUri, issuer, state, { code });
}

async function goodRequest(c: Context<AppEnv>, query: string): Promise<ReadAuthorizationRequest> {
  const outcome = await readAuthorizationRequest(c.var.deps.db, publicOrigin(c), query);
  if (outcome.isGood) return outcome.request;
  throw new AppError("invalid-request", `The program's request cannot be granted: ${outcome.description}.`);
}
