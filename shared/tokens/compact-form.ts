// The compact form of a JWS (RFC 7515 §7.1), taken apart more strictly than the RFC's parsers do: one text for one token.
import { base64url } from "jose";
import { TokenRefused } from "./token-refused.ts";
import { hasDuplicateNames } from "./unique-names.ts";

/** Key ids of ours. */
export const OUR_KEY_ID = /^[A-Za-z0-9_-]{1,64}$/;
/**
 * Key ids of others: providers use dots, colons, `@`, `=` and URLs, and RFC 7517 allows any text. A key id is only ever
 * compared with those of one issuer's own set, so printable ASCII of a bounded length is as safe as the narrower alphabet.
 */
export const ANY_KEY_ID = /^[\x21-\x7e]{1,256}$/;

export interface JwsHeader {
  readonly alg: string;
  readonly kid: string | null;
  /** Lower case, without `application/`. */
  readonly typ: string | null;
}

/** The header of a token whose signature nobody has looked at yet. Header parameters that bring keys along are not read. */
export function readHeader(token: string, maxChars: number, keyId: RegExp): JwsHeader {
  if (token.length > maxChars) throw new TokenRefused("too-large", `more than ${maxChars} characters`);
  const parts = token.split(".", 4);
  const [protectedPart = "", payload = "", signature = ""] = parts;
  if (parts.length !== 3 || protectedPart === "" || signature === "")
    throw new TokenRefused("malformed", "not three parts");
  if (![protectedPart, payload, signature].every(isCanonicalBase64url))
    throw new TokenRefused("malformed", "not canonical base64url");
  const header = parseObject(base64url.decode(protectedPart), "header");
  if ("crit" in header || "b64" in header)
    throw new TokenRefused("critical-header", "an extension is critical, and we understand none");
  const { alg, kid = null, typ = null } = header;
  if (typeof alg !== "string") throw new TokenRefused("malformed", "no algorithm");
  if (kid !== null && (typeof kid !== "string" || !keyId.test(kid)))
    throw new TokenRefused("bad-key-id", "the key id has characters or a length that no key id has");
  if (typ !== null && typeof typ !== "string") throw new TokenRefused("malformed", "the type is no string");
  return { alg, kid, typ: typ === null ? null : typ.toLowerCase().replace(/^application\//, "") };
}

/** UTF-8 JSON, an object, every name once. */
export function parseObject(bytes: Uint8Array, what: string): Readonly<Record<string, unknown>> {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    value = JSON.parse(text);
  } catch (cause) {
    throw new TokenRefused("malformed", `the ${what} is no JSON`, cause);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new TokenRefused("malformed", `the ${what} is no object`);
  if (hasDuplicateNames(text)) throw new TokenRefused("duplicate-name", `the ${what} names something twice`);
  return Object.assign(Object.create(null) as Record<string, unknown>, value);
}

/** Only the alphabet, no padding, no length that nothing has, and the bits that stand for nothing are zero (RFC 4648 §3.5). */
function isCanonicalBase64url(part: string): boolean {
  if (!/^[A-Za-z0-9_-]*$/.test(part)) return false;
  const rest = part.length % 4;
  return rest === 0 || (rest === 2 && /[AQgw]$/.test(part)) || (rest === 3 && /[AEIMQUYcgkosw048]$/.test(part));
}
