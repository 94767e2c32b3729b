// Is this text signed by one of these keys? Strict where libraries are lenient; the signature itself is jose's work.
import { compactVerify } from "jose";
import { TOKEN_MAX_CHARS } from "../contracts/limits.ts";
import { ANY_KEY_ID, type JwsHeader, OUR_KEY_ID, readHeader } from "./compact-form.ts";
import { type KeySource, SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from "./key-set.ts";
import { TokenRefused } from "./token-refused.ts";

export interface JwsExpectations {
  readonly keys: KeySource;
  /** What may have signed it. The token's own word only chooses among these. */
  readonly algorithms: readonly SignatureAlgorithm[];
  /** Whose key ids: ours are of a narrow alphabet. Default `others`. */
  readonly keyIds?: "ours" | "others";
}

export interface VerifiedJws {
  readonly header: JwsHeader;
  readonly payload: Uint8Array;
}

/**
 * RFC 7515 in compact form. Throws TokenRefused: for anything but three parts of canonical base64url, a critical or repeated
 * header parameter, an algorithm outside the list, a key that is unknown or does not fit, a signature that is wrong.
 */
export async function verifyJws(token: string, expected: JwsExpectations): Promise<VerifiedJws> {
  const header = readHeader(token, TOKEN_MAX_CHARS, expected.keyIds === "ours" ? OUR_KEY_ID : ANY_KEY_ID);
  const algorithm = SIGNATURE_ALGORITHMS.find((known) => known === header.alg);
  if (algorithm === undefined || !expected.algorithms.includes(algorithm))
    throw new TokenRefused("algorithm-not-allowed", "not one of the algorithms we expect");
  const key = await expected.keys.find(header.kid, algorithm);
  if (key === null) throw new TokenRefused("unknown-key", "no key has this id");
  try {
    const { payload } = await compactVerify(token, key, { algorithms: [algorithm] });
    return { header, payload };
  } catch (cause) {
    throw new TokenRefused("bad-signature", "the signature does not verify", cause);
  }
}
