// Why a token was not accepted: a closed list for logs and tests. Whoever sent the token is told nothing of it.

export type TokenRefusal =
  | "malformed"
  | "too-large"
  | "duplicate-name"
  | "critical-header"
  | "algorithm-not-allowed"
  | "bad-key-id"
  | "unknown-key"
  | "unusable-key"
  | "bad-key-set"
  | "keys-unavailable"
  | "bad-signature"
  | "wrong-type"
  | "missing-claim"
  | "wrong-issuer"
  | "wrong-audience"
  | "wrong-authorized-party"
  | "expired"
  | "not-yet-valid";

/** The one error of this folder. `message` is for the log: it holds no part of a token. */
export class TokenRefused extends Error {
  override readonly name = "TokenRefused";
  readonly reason: TokenRefusal;

  constructor(reason: TokenRefusal, explanation: string, cause?: unknown) {
    super(`${reason}: ${explanation}`, { cause });
    this.reason = reason;
  }
}
