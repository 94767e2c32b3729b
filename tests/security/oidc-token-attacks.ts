// What a hostile provider may put into an ID token. Each entry says why it must not sign anybody in.
import {
  byEc,
  byEdwards,
  byHmac,
  byPss,
  byRsa,
  compact,
  type Json,
  type Script,
  type Signing,
  unsigned,
} from "../fixtures/hostile-provider.ts";
import { CLIENT_SECRET } from "./oidc-visits.ts";

export interface Attack {
  readonly name: string;
  readonly why: string;
  readonly script: Script;
  /** Default provider-refused. */
  readonly problem?: string;
}

export const without = (claims: Json, name: string): Json =>
  Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name));

const now = () => Math.floor(Date.now() / 1000);
const claims = (name: string, why: string, change: (honest: Json) => Json): Attack => ({
  name: `claim: ${name}`,
  why,
  script: { claims: change },
});
const token = (name: string, why: string, idToken: (signing: Signing) => string): Attack => ({
  name: `token: ${name}`,
  why,
  script: { idToken },
});

const honest = ({ claims, keys }: Signing): string => compact({ alg: "RS256", kid: "rsa" }, claims, byRsa(keys.rsa));
const withHeader =
  (header: Json) =>
  ({ claims, keys }: Signing): string =>
    compact({ alg: "RS256", kid: "rsa", ...header }, claims, byRsa(keys.rsa));
const parts = (jws: string): [string, string, string] => jws.split(".") as [string, string, string];

export const CLAIM_ATTACKS: readonly Attack[] = [
  claims("iss of another provider", "mix-up", (c) => ({ ...c, iss: "https://accounts.google.com" })),
  claims("iss with a trailing slash", "issuers are compared as text", (c) => ({ ...c, iss: `${String(c.iss)}/` })),
  claims("iss in capitals", "issuers are compared as text", (c) => ({
    ...c,
    iss: String(c.iss).replace("http", "HTTP"),
  })),
  claims("iss missing", "nobody's token", (c) => without(c, "iss")),
  claims("iss a list with ours in it", "a list is no issuer", (c) => ({ ...c, iss: [c.iss] })),
  claims("aud of another client", "a token for somebody else's site", (c) => ({ ...c, aud: "another-client" })),
  claims("aud missing", "made for nobody", (c) => without(c, "aud")),
  claims("aud a list without us", "made for others", (c) => ({ ...c, aud: ["a", "b"] })),
  claims("aud an empty list", "made for nobody", (c) => ({ ...c, aud: [] })),
  claims("aud that begins as ours", "clients are compared whole", (c) => ({ ...c, aud: `${String(c.aud)}-2` })),
  claims("another audience without azp", "whom it was made for is unsaid", (c) => ({ ...c, aud: [c.aud, "another"] })),
  claims("another audience and another's azp", "made for the other", (c) => ({ ...c, aud: [c.aud, "b"], azp: "b" })),
  claims("our audience and another's azp", "made for the other", (c) => ({ ...c, azp: "another" })),
  claims("nonce of another visit", "replay", (c) => ({ ...c, nonce: "A".repeat(43) })),
  claims("nonce missing", "replay", (c) => without(c, "nonce")),
  claims("nonce empty", "replay", (c) => ({ ...c, nonce: "" })),
  claims("nonce null", "replay", (c) => ({ ...c, nonce: null })),
  claims("nonce a list with ours in it", "a list is no nonce", (c) => ({ ...c, nonce: [c.nonce] })),
  claims("expired", "old tokens leak", (c) => ({ ...c, exp: now() - 120 })),
  claims("exp missing", "it would be good for ever", (c) => without(c, "exp")),
  claims("exp a text", "a text is no time", (c) => ({ ...c, exp: String(now() + 300) })),
  claims("exp null", "no time", (c) => ({ ...c, exp: null })),
  claims("exp negative", "no time", (c) => ({ ...c, exp: -1 })),
  claims("issued in the future", "a clock nobody has", (c) => ({ ...c, iat: now() + 600, exp: now() + 900 })),
  claims("iat missing", "the standard demands it", (c) => without(c, "iat")),
  claims("iat a text", "a text is no time", (c) => ({ ...c, iat: "now" })),
  claims("not yet valid", "its issuer says not now", (c) => ({ ...c, nbf: now() + 600 })),
  claims("nbf a text", "a text is no time", (c) => ({ ...c, nbf: "soon" })),
  claims("sub missing", "about nobody", (c) => without(c, "sub")),
  claims("sub empty", "about nobody", (c) => ({ ...c, sub: "" })),
  claims("sub a number", '1 and "1" would be one person', (c) => ({ ...c, sub: 1 })),
  claims("sub of 256 characters", "longer than subjects are", (c) => ({ ...c, sub: "s".repeat(256) })),
  claims("at_hash of another access token", "the tokens were swapped", (c) => ({ ...c, at_hash: "A".repeat(22) })),
  claims("at_hash no text", "not a hash", (c) => ({ ...c, at_hash: 1 })),
  claims("auth_time a text", "a text is no time", (c) => ({ ...c, auth_time: "now" })),
];

export const TOKEN_ATTACKS: readonly Attack[] = [
  token("alg none", "unsigned", ({ claims }) => compact({ alg: "none" }, claims, unsigned)),
  token("alg nOnE", "unsigned, spelled otherwise", ({ claims }) => compact({ alg: "nOnE" }, claims, unsigned)),
  token("alg none with a signature", "unsigned, dressed up", ({ claims, keys }) =>
    compact({ alg: "none", kid: "rsa" }, claims, byRsa(keys.rsa)),
  ),
  token("alg missing", "nobody says how it is signed", ({ claims, keys }) =>
    compact({ kid: "rsa" }, claims, byRsa(keys.rsa)),
  ),
  token("alg a list", "a list is no algorithm", withHeader({ alg: ["RS256"] })),
  token("HS256 with the client secret", "symmetric: whoever has the secret signs", ({ claims }) =>
    compact({ alg: "HS256" }, claims, byHmac(CLIENT_SECRET)),
  ),
  token("HS256 with the public key as secret", "RS256 confused with HS256", ({ claims, keys }) =>
    compact({ alg: "HS256", kid: "rsa" }, claims, byHmac(keys.rsaPem)),
  ),
  token("RS256 by a stranger under our key's id", "a forged signature", ({ claims, keys }) =>
    compact({ alg: "RS256", kid: "rsa" }, claims, byRsa(keys.stranger)),
  ),
  token("ES256 by a stranger", "a forged signature", ({ claims, keys }) =>
    compact({ alg: "ES256", kid: "ec" }, claims, byEc(keys.strangerEc)),
  ),
  token("without a key id, by a stranger", "any key would do", ({ claims, keys }) =>
    compact({ alg: "RS256" }, claims, byRsa(keys.stranger)),
  ),
  token("by a key nobody publishes", "unknown key", ({ claims, keys }) =>
    compact({ alg: "RS256", kid: "unknown" }, claims, byRsa(keys.stranger)),
  ),
  token("with the stranger's key in its header", "a token does not bring its own key", ({ claims, keys }) =>
    compact({ alg: "RS256", kid: "rsa", jwk: keys.strangerJwk }, claims, byRsa(keys.stranger)),
  ),
  token("only the stranger's key in its header", "a token does not bring its own key", ({ claims, keys }) =>
    compact({ alg: "RS256", jwk: keys.strangerJwk }, claims, byRsa(keys.stranger)),
  ),
  token("with a jku", "keys come from the issuer's address only", ({ claims, keys }) =>
    compact({ alg: "RS256", kid: "stranger", jku: "https://evil.net/jwks" }, claims, byRsa(keys.stranger)),
  ),
  token("with an x5u and x5c", "no certificate is asked for", ({ claims, keys }) =>
    compact({ alg: "RS256", x5u: "https://evil.net/x", x5c: ["MIIB"] }, claims, byRsa(keys.stranger)),
  ),
  token("kid ../../../dev/null", "a key id is no path", ({ claims }) =>
    compact({ alg: "HS256", kid: "../../../dev/null" }, claims, byHmac("")),
  ),
  token("kid ' OR 1=1", "a key id is no SQL", withHeader({ kid: "' OR 1=1 --" })),
  token("kid with NUL", "a key id is printable", withHeader({ kid: "rsa\u0000" })),
  token("kid of 10 kB", "a key id is short", withHeader({ kid: "k".repeat(10_000) })),
  token("kid a number", "a key id is text", withHeader({ kid: 1 })),
  token("kid __proto__", "a key id is no property", withHeader({ kid: "__proto__" })),
  token("a critical extension", "we understand none", withHeader({ crit: ["exp"], exp: 1 })),
  token("b64 false", "unencoded payloads are read otherwise", withHeader({ crit: ["b64"], b64: false })),
  token("typ at+jwt", "an access token signs nobody in", withHeader({ typ: "at+jwt" })),
  token("typ logout+jwt", "a logout token signs nobody in", withHeader({ typ: "logout+jwt" })),
  token("typ secevent+jwt", "a security event signs nobody in", withHeader({ typ: "secevent+jwt" })),
  token("signature missing", "unsigned", (signing) => `${parts(honest(signing)).slice(0, 2).join(".")}.`),
  token("two parts", "unsigned", (signing) => parts(honest(signing)).slice(0, 2).join(".")),
  token("four parts", "no JWS", (signing) => `${honest(signing)}.AAAA`),
  token("five parts", "encrypted to nobody", (signing) => `${honest(signing)}.AAAA.AAAA`),
  token("signature cut short", "not the signature", (signing) => honest(signing).slice(0, -8)),
  token("signature padded", "one text for one token", (signing) => `${honest(signing)}==`),
  token("a line break in it", "one text for one token", (signing) => `${honest(signing)}\n`),
  token("a space in front", "one text for one token", (signing) => ` ${honest(signing)}`),
  token("another payload under the signature", "the signature is another's", (signing) => {
    const [header, , signature] = parts(honest(signing));
    const payload = Buffer.from(JSON.stringify({ ...signing.claims, sub: "admin" })).toString("base64url");
    return `${header}.${payload}.${signature}`;
  }),
  token("another header over the signature", "the signature is another's", (signing) => {
    const [, payload, signature] = parts(honest(signing));
    return `${Buffer.from('{"kid":"rsa","alg":"RS256"}').toString("base64url")}.${payload}.${signature}`;
  }),
  token("JSON serialization", "compact form only", (signing) => {
    const [protectedPart, payload, signature] = parts(honest(signing));
    return JSON.stringify({ protected: protectedPart, payload, signature });
  }),
  token("RS512 by the right key", "not one of the algorithms we take", ({ claims, keys }) =>
    compact({ alg: "RS512", kid: "rsa" }, claims, byRsa(keys.rsa, "RSA-SHA512")),
  ),
  token("PS256 by a key for RS256", "keys keep to their algorithm", ({ claims, keys }) =>
    compact({ alg: "PS256", kid: "rsa" }, claims, byPss(keys.rsa)),
  ),
  token("ES256 under the id of an RSA key", "kinds of keys confused", ({ claims, keys }) =>
    compact({ alg: "ES256", kid: "rsa" }, claims, byEc(keys.ec)),
  ),
  token("ES256 of nothing but zeros", "the signature that once fit everything", ({ claims }) =>
    compact({ alg: "ES256", kid: "ec" }, claims, () => new Uint8Array(64)),
  ),
  token("EdDSA of nothing but zeros", "no signature", ({ claims }) =>
    compact({ alg: "EdDSA", kid: "edwards" }, claims, () => new Uint8Array(64)),
  ),
  token("ES256 in DER", "another form of the signature", ({ claims, keys }) =>
    compact({ alg: "ES256", kid: "ec" }, claims, byRsa(keys.ec, "SHA256")),
  ),
  token("EdDSA over another input", "the signature is another's", ({ claims, keys }) =>
    compact({ alg: "EdDSA", kid: "edwards" }, claims, () => byEdwards(keys.edwards)(Buffer.from("x"))),
  ),
  token("alg twice in the header", "two readers, two algorithms", ({ claims, keys }) =>
    compact('{"alg":"RS256","alg":"none","alg":"RS256","kid":"rsa"}', claims, byRsa(keys.rsa)),
  ),
  token("sub twice in the payload", "two readers, two people", ({ claims, keys }) =>
    compact({ alg: "RS256", kid: "rsa" }, JSON.stringify(claims).replace("{", '{"sub":"admin",'), byRsa(keys.rsa)),
  ),
  token("a list as payload", "no claims", ({ claims, keys }) =>
    compact({ alg: "RS256", kid: "rsa" }, JSON.stringify([claims]), byRsa(keys.rsa)),
  ),
  token("a payload that is no JSON", "no claims", ({ keys }) =>
    compact({ alg: "RS256", kid: "rsa" }, "sub=admin", byRsa(keys.rsa)),
  ),
  token("a payload that is no UTF-8", "two readers, two texts", ({ claims, keys }) =>
    compact(
      { alg: "RS256", kid: "rsa" },
      Buffer.concat([
        Buffer.from(JSON.stringify(claims).slice(0, -1)),
        Buffer.from([0x2c, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
      ]),
      byRsa(keys.rsa),
    ),
  ),
  token("20 kB", "larger than tokens are", ({ claims, keys }) =>
    compact({ alg: "RS256", kid: "rsa" }, { ...claims, filler: "x".repeat(20_000) }, byRsa(keys.rsa)),
  ),
  token("empty", "no token", () => ""),
];
