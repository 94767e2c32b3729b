// What a hostile provider may put into an ID token, and around it. Each entry says why it must not sign anybody in.
import { gzipSync } from "node:zlib";
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

const now = () => Math.floor(Date.now() / 1000);
const without = (claims: Json, name: string): Json =>
  Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name));
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

type Answer = NonNullable<NonNullable<Script["answers"]>["token"]>;
const answering = (status: number, headers: Record<string, string>, body: string | Uint8Array = ""): Answer => {
  return (_, response) => void response.writeHead(status, headers).end(body);
};
const JSON_TYPE = { "content-type": "application/json" };

/** Bytes without end, as fast as they are taken. */
const infinite: Answer = (_, response) => {
  response.writeHead(200, JSON_TYPE);
  const more = () => {
    while (!response.destroyed && response.write(" ".repeat(64 * 1024)));
  };
  response.on("drain", more);
  response.on("error", () => {});
  more();
};
/** A byte a second, for ever. */
const trickle: Answer = (_, response) => {
  response.writeHead(200, JSON_TYPE);
  const timer = setInterval(() => response.write(" "), 1000);
  response.on("close", () => clearInterval(timer));
  response.write("{");
};
const large = answering(200, JSON_TYPE, `{"access_token":"${"x".repeat(10 * 1024 * 1024)}"}`);
const bomb = answering(200, { ...JSON_TYPE, "content-encoding": "gzip" }, gzipSync(Buffer.alloc(50 * 1024 * 1024, 32)));
const broken: Answer = (request) => void request.socket.destroy();

const endpoint = (name: string, why: string, answer: Answer, problem = "provider-unavailable"): Attack => ({
  name: `token endpoint: ${name}`,
  why,
  script: { answers: { token: answer } },
  problem,
});
const says = (name: string, why: string, change: (honest: Json) => unknown): Attack => ({
  name: `token endpoint says: ${name}`,
  why,
  script: { says: { token: change } },
});

export const tokenEndpointAttacks = (canary: string): readonly Attack[] => [
  endpoint("redirects", "the secret would go elsewhere", answering(302, { location: `${canary}/stolen` })),
  endpoint(
    "redirects with the body",
    "the secret would go elsewhere",
    answering(307, { location: `${canary}/stolen` }),
  ),
  endpoint("redirects for good", "the secret would go elsewhere", answering(308, { location: `${canary}/stolen` })),
  endpoint("never ends", "memory", infinite),
  endpoint("trickles", "time", trickle),
  endpoint("10 MB of JSON", "memory", large),
  endpoint("a gzip bomb", "memory", bomb),
  endpoint("hangs up", "no answer", broken),
  endpoint("500", "no answer", answering(500, JSON_TYPE, '{"id_token":"x"}')),
  endpoint(
    "HTML",
    "not JSON",
    answering(200, { "content-type": "text/html" }, "<script>alert(1)</script>"),
    "provider-refused",
  ),
  endpoint("no JSON", "not JSON", answering(200, JSON_TYPE, "{"), "provider-refused"),
  endpoint("nothing", "no answer", answering(204, {}), "provider-refused"),
  endpoint(
    "an error",
    "refused",
    answering(400, JSON_TYPE, '{"error":"invalid_grant","error_description":"<script>"}'),
    "provider-refused",
  ),
  endpoint(
    "a challenge",
    "refused",
    answering(401, { "www-authenticate": 'Basic realm="x"', ...JSON_TYPE }, "{}"),
    "provider-refused",
  ),
  says("no ID token", "nobody said who it is", (c) => without(c, "id_token")),
  says("an ID token that is a number", "no token", (c) => ({ ...c, id_token: 1 })),
  says("no access token", "not OAuth", (c) => without(c, "access_token")),
  says("a type of token we do not know", "not OAuth", (c) => ({ ...c, token_type: "mac" })),
  says("a list", "not OAuth", (c) => [c]),
];

const jwks = (name: string, why: string, script: Script, problem = "provider-refused"): Attack => ({
  name: `key set: ${name}`,
  why,
  script,
  problem,
});
const keySetSays = (change: (honest: Json) => unknown): Script => ({ says: { jwks: change } });
const keySetAnswers = (answer: Answer): Script => ({ answers: { jwks: answer } });
const listOf = (honest: Json): Json[] => honest.keys as Json[];

export const keySetAttacks = (canary: string, weakKey: Json): readonly Attack[] => [
  jwks("is not there", "unknown keys sign nothing", keySetAnswers(answering(404, {})), "provider-unavailable"),
  jwks(
    "redirects",
    "keys of another address",
    keySetAnswers(answering(302, { location: `${canary}/keys` })),
    "provider-unavailable",
  ),
  jwks("never ends", "memory", keySetAnswers(infinite), "provider-unavailable"),
  jwks("trickles", "time", keySetAnswers(trickle), "provider-unavailable"),
  jwks("is a gzip bomb", "memory", keySetAnswers(bomb), "provider-unavailable"),
  jwks("is HTML", "no key set", keySetAnswers(answering(200, {}, "<html>")), "provider-unavailable"),
  jwks(
    "is a list",
    "no key set",
    keySetSays((c) => c.keys),
    "provider-unavailable",
  ),
  jwks(
    "has no keys",
    "unknown keys sign nothing",
    keySetSays(() => ({ keys: [] })),
  ),
  jwks(
    "has 21 keys",
    "work without end",
    keySetSays((c) => ({ keys: Array(21).fill(listOf(c)[1]) })),
    "provider-unavailable",
  ),
  jwks(
    "has two keys of one id",
    "which of them?",
    keySetSays((c) => ({ keys: [...listOf(c), listOf(c)[0]] })),
    "provider-unavailable",
  ),
  jwks(
    "has a symmetric key",
    "published, it is everybody's",
    keySetSays((c) => ({ keys: [...listOf(c), { kty: "oct", k: "AAAA", kid: "o" }] })),
    "provider-unavailable",
  ),
  jwks(
    "has the key for encryption",
    "keys keep to their use",
    keySetSays((c) => ({ keys: [{ ...listOf(c)[0], use: "enc" }] })),
  ),
  jwks(
    "has the key for wrapping",
    "keys keep to their use",
    keySetSays((c) => ({ keys: [{ ...listOf(c)[0], key_ops: ["wrapKey"] }] })),
  ),
  jwks(
    "has a key of exponent 1",
    "its signatures are forged by anybody",
    keySetSays((c) => ({ keys: [{ ...listOf(c)[0], e: "AQ" }] })),
  ),
  jwks(
    "has a key of 1024 bits",
    "factored",
    keySetSays(() => ({ keys: [weakKey] })),
  ),
  jwks(
    "has a key for another algorithm",
    "keys keep to their algorithm",
    keySetSays((c) => ({ keys: [{ ...listOf(c)[0], alg: "PS256" }] })),
  ),
];

const userinfo = (name: string, why: string, script: Script, problem = "provider-refused"): Attack => ({
  name: `userinfo: ${name}`,
  why,
  script: { claims: (c) => without(c, "name"), ...script },
  problem,
});
const person = (answer: Answer): Script => ({ answers: { userinfo: answer } });

const UNCHECKED_JWT = compact({ alg: "RS256" }, { sub: "somebody", name: "Admin" }, () => new Uint8Array(256));

export const userinfoAttacks = (canary: string): readonly Attack[] => [
  userinfo("about somebody else", "the claims are another's", { says: { userinfo: (c) => ({ ...c, sub: "admin" }) } }),
  userinfo("about nobody", "whose claims?", { says: { userinfo: (c) => without(c, "sub") } }),
  userinfo("a list", "no claims", { says: { userinfo: (c) => [c] } }),
  userinfo(
    "a JWT nobody has checked",
    "unsigned claims dressed up",
    person(answering(200, { "content-type": "application/jwt" }, UNCHECKED_JWT)),
  ),
  userinfo(
    "redirects",
    "the access token would go elsewhere",
    person(answering(302, { location: `${canary}/me` })),
    "provider-unavailable",
  ),
  userinfo("never ends", "memory", person(infinite), "provider-unavailable"),
  userinfo("10 MB", "memory", person(large), "provider-unavailable"),
  userinfo("refuses", "no answer", person(answering(401, { "www-authenticate": "Bearer" }))),
  userinfo("HTML", "not JSON", person(answering(200, { "content-type": "text/html" }, "<html>"))),
];

const discovery = (name: string, why: string, script: Script): Attack => ({ name: `discovery: ${name}`, why, script });
const document = (change: (honest: Json) => unknown): Script => ({ says: { discovery: change } });
const page = (answer: Answer): Script => ({ answers: { discovery: answer } });

/** Held against an admin's PUT: whoever names the provider is told, and nothing is stored. */
export const discoveryAttacks = (canary: string): readonly Attack[] => [
  discovery(
    "another issuer",
    "impersonation",
    document((c) => ({ ...c, issuer: "https://accounts.google.com" })),
  ),
  discovery(
    "its issuer with a slash",
    "issuers are compared as text",
    document((c) => ({ ...c, issuer: `${String(c.issuer)}/` })),
  ),
  discovery(
    "its issuer in capitals",
    "issuers are compared as text",
    document((c) => ({ ...c, issuer: String(c.issuer).replace("http", "HTTP") })),
  ),
  discovery(
    "no issuer",
    "nobody's document",
    document((c) => without(c, "issuer")),
  ),
  discovery(
    "issuer a list",
    "a list is no issuer",
    document((c) => ({ ...c, issuer: [c.issuer] })),
  ),
  discovery(
    "no token endpoint",
    "nothing to ask",
    document((c) => without(c, "token_endpoint")),
  ),
  discovery(
    "no key set",
    "nothing to check with",
    document((c) => without(c, "jwks_uri")),
  ),
  discovery(
    "token endpoint without TLS",
    "the secret in clear",
    document((c) => ({ ...c, token_endpoint: "http://idp.there.net/token" })),
  ),
  discovery(
    "token endpoint in the metadata service",
    "SSRF",
    document((c) => ({ ...c, token_endpoint: "https://169.254.169.254/latest" })),
  ),
  discovery(
    "token endpoint on a private name",
    "SSRF",
    document((c) => ({ ...c, token_endpoint: "https://db.internal/token" })),
  ),
  discovery(
    "key set on a private address",
    "SSRF",
    document((c) => ({ ...c, jwks_uri: "https://10.0.0.1/jwks" })),
  ),
  discovery(
    "key set as a file",
    "SSRF",
    document((c) => ({ ...c, jwks_uri: "file:///etc/passwd" })),
  ),
  discovery(
    "key set as data",
    "keys of the document's own",
    document((c) => ({ ...c, jwks_uri: "data:application/json,{}" })),
  ),
  discovery(
    "a script as authorization endpoint",
    "it would run",
    document((c) => ({ ...c, authorization_endpoint: "javascript:alert(1)" })),
  ),
  discovery(
    "authorization endpoint with a password",
    "phishing",
    document((c) => ({ ...c, authorization_endpoint: "https://a:b@there.net/" })),
  ),
  discovery(
    "authorization endpoint with a fragment",
    "parameters would be lost in it",
    document((c) => ({ ...c, authorization_endpoint: "https://there.net/#x" })),
  ),
  discovery(
    "only symmetric signatures",
    "whoever has the secret signs",
    document((c) => ({ ...c, id_token_signing_alg_values_supported: ["HS256", "none"] })),
  ),
  discovery(
    "a list",
    "no document",
    document((c) => [c]),
  ),
  discovery("redirects", "another's document", page(answering(302, { location: `${canary}/document` }))),
  discovery("never ends", "memory", page(infinite)),
  discovery("trickles", "time", page(trickle)),
  discovery("10 MB", "memory", page(large)),
  discovery("a gzip bomb", "memory", page(bomb)),
  discovery("500", "no answer", page(answering(500, JSON_TYPE, "{}"))),
  discovery("404", "no answer", page(answering(404, JSON_TYPE, "{}"))),
  discovery("HTML", "no document", page(answering(200, { "content-type": "text/html" }, "<html>"))),
  discovery("hangs up", "no answer", page(broken)),
];

/** Values of `to` that must not lead anywhere else. */
export const FOREIGN_TARGETS = [
  "//evil.net",
  "///evil.net",
  "/\\evil.net",
  "\\\\evil.net",
  "\\/evil.net",
  "/\t/evil.net",
  "/\n/evil.net",
  "/%09/evil.net",
  "%2f%2fevil.net",
  "/..//evil.net",
  "/.//evil.net",
  "https://evil.net",
  "https:evil.net",
  "http:\\\\evil.net",
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "evil.net",
  ".evil.net",
  "@evil.net",
  "/\r\nset-cookie: a=b",
] as const;
