// What a hostile provider may answer at its endpoints, and where a page may want to go. Each entry says why it must not work.
import { gzipSync } from "node:zlib";
import { compact, type Json, type Script } from "../fixtures/hostile-provider.ts";
import { type Attack, without } from "./oidc-token-attacks.ts";

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
