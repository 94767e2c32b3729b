// Is this token meant for us, now, and of the kind we asked for (RFC 7519, RFC 9068, OpenID Connect Core §3.1.3.7)?
import { TOKEN_CLOCK_SKEW_SECONDS } from "../contracts/limits.ts";
import { parseObject } from "./compact-form.ts";
import { TokenRefused } from "./token-refused.ts";
import { type JwsExpectations, verifyJws } from "./verify-jws.ts";

/** `typ` of the kinds of tokens (lower case; null is none): an ID token opens no API, an access token signs nobody in. */
export const ACCESS_TOKEN_TYPES = ["at+jwt"] as const;
export const ID_TOKEN_TYPES = [null, "jwt"] as const;

export interface JwtExpectations extends JwsExpectations {
  readonly issuer: string;
  readonly audience: string;
  readonly types: readonly (string | null)[];
  readonly nowMs: number;
  /** The client an ID token was made for: `azp` must be it where it is named, and must be named beside several audiences. */
  readonly authorizedParty?: string;
  /** Default TOKEN_CLOCK_SKEW_SECONDS; 0 for tokens of our own clock. */
  readonly clockSkewSeconds?: number;
}

export interface JwtClaims {
  readonly iss: string;
  readonly sub: string;
  readonly exp: number;
  readonly iat: number;
  readonly [name: string]: unknown;
}

/** Throws TokenRefused. What other claims mean (nonce, scope) is the caller's to check. */
export async function verifyJwt(token: string, expected: JwtExpectations): Promise<JwtClaims> {
  if (expected.keys.issuer !== undefined && expected.keys.issuer !== expected.issuer)
    throw new TokenRefused("wrong-issuer", "these keys belong to another issuer");
  const { header, payload } = await verifyJws(token, expected);
  if (!expected.types.includes(header.typ)) throw new TokenRefused("wrong-type", "a token of another kind");
  const claims = parseObject(payload, "payload");
  if (claims["iss"] !== expected.issuer) throw new TokenRefused("wrong-issuer", "another issuer's token");
  checkAudience(claims, expected);
  const { exp, iat } = checkTimes(claims, expected);
  const sub = claims["sub"];
  if (typeof sub !== "string" || sub === "" || sub.length > 255)
    throw new TokenRefused("missing-claim", "no subject, or none of at most 255 characters");
  return { ...claims, iss: expected.issuer, sub, exp, iat };
}

function checkAudience(claims: Readonly<Record<string, unknown>>, expected: JwtExpectations): void {
  const { aud, azp } = claims;
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!audiences.includes(expected.audience)) throw new TokenRefused("wrong-audience", "made for somebody else");
  if (expected.authorizedParty === undefined) return;
  if ((azp !== undefined || audiences.length > 1) && azp !== expected.authorizedParty)
    throw new TokenRefused("wrong-authorized-party", "made for another client");
}

function checkTimes(
  claims: Readonly<Record<string, unknown>>,
  { nowMs, clockSkewSeconds = TOKEN_CLOCK_SKEW_SECONDS }: JwtExpectations,
): { exp: number; iat: number } {
  const { exp, iat, nbf } = claims;
  if (!isTime(exp) || !isTime(iat)) throw new TokenRefused("missing-claim", "no time of issue or of expiry");
  if (nbf !== undefined && !isTime(nbf)) throw new TokenRefused("missing-claim", "a time that is none");
  const now = nowMs / 1000;
  if (exp + clockSkewSeconds <= now) throw new TokenRefused("expired", "its time is over");
  if (Math.max(iat, nbf ?? iat) - clockSkewSeconds > now) throw new TokenRefused("not-yet-valid", "from the future");
  return { exp, iat };
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
