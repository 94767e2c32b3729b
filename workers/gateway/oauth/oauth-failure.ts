// Errors as RFC 6749 §5.2 spells them: the token endpoints' own, not problem+json.
import type { Context } from "hono";
import { AppError } from "../../../shared/contracts/errors.ts";
import type { OAuthErrorCode } from "../../../shared/contracts/oauth.ts";
import type { AppEnv } from "../app-env.ts";
import { onError } from "../problem.ts";

/** `description` is shown to the client's developer. */
export class OAuthFailure extends Error {
  override readonly name = "OAuthFailure";
  readonly code: OAuthErrorCode;
  readonly description: string;

  constructor(code: OAuthErrorCode, description: string) {
    super(`${code}: ${description}`);
    this.code = code;
    this.description = description;
  }
}

/** Everything that is no OAuthFailure is the platform's, and answered as everywhere. */
export function onOAuthError(error: Error, c: Context<AppEnv>): Response {
  if (error instanceof OAuthFailure) {
    const isClient = error.code === "invalid_client";
    return c.json({ error: error.code, error_description: error.description }, isClient ? 401 : 400, {
      "cache-control": "no-store",
      ...(isClient ? { "www-authenticate": 'Basic realm="heliograph"' } : {}),
    });
  }
  if (error instanceof AppError && error.code === "too-many-requests")
    return c.json({ error: "slow_down", error_description: error.detail }, 429, {
      "cache-control": "no-store",
      ...error.headers,
    });
  return onError(error, c);
}
