// A hostile provider against signing in with a provider: the real stack, one attack per test. Whatever fails must leave no
// session, no account and no link behind, and show a person a page of ours.
import { generateKeyPairSync } from "node:crypto";
import { afterAll, describe, expect, it } from "vitest";
import {
  byEc,
  byEdwards,
  byPss,
  byRsa,
  compact,
  type HostileIssuer,
  publicJwk,
  type Script,
} from "../fixtures/hostile-provider.ts";
import { discoveryAttacks, keySetAttacks, tokenEndpointAttacks, userinfoAttacks } from "./oidc-endpoint-attacks.ts";
import { type Attack, CLAIM_ATTACKS, TOKEN_ATTACKS } from "./oidc-token-attacks.ts";
import { CLIENT_SECRET, openHostileVisits } from "./oidc-visits.ts";

/** Redirects of attacks lead to paths of the hostile server that are no issuer's; it remembers who asks for one. */
const CANARY = "";
const NOBODY_LISTENS = "http://127.0.0.1:9";
const weakKey = publicJwk(generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey, "rsa");

const { platform, hostile, visits, one, newcomer, state, close } = await openHostileVisits();
const { origin } = visits;
afterAll(close);

async function refuses(
  id: string,
  issuer: HostileIssuer,
  { script, problem = "provider-refused" }: Omit<Attack, "name" | "why">,
) {
  const before = await state();
  issuer.script = newcomer(script);
  const { end, browser } = await visits.visit(id, issuer);
  issuer.script = {};
  expect(end).toBe(`/login?problem=${problem}`);
  expect(visits.isSignedIn(browser)).toBe(false);
  expect(await state()).toEqual(before);
}

describe("an honest provider signs people in, so that what follows fails for its own reason", () => {
  it.each<[string, Script]>([
    ["RS256", {}],
    ["PS256", { idToken: ({ claims, keys }) => compact({ alg: "PS256", kid: "pss" }, claims, byPss(keys.pss)) }],
    ["ES256", { idToken: ({ claims, keys }) => compact({ alg: "ES256", kid: "ec" }, claims, byEc(keys.ec)) }],
    [
      "ES384",
      { idToken: ({ claims, keys }) => compact({ alg: "ES384", kid: "ec384" }, claims, byEc(keys.ec384, "SHA384")) },
    ],
    [
      "EdDSA",
      { idToken: ({ claims, keys }) => compact({ alg: "EdDSA", kid: "edwards" }, claims, byEdwards(keys.edwards)) },
    ],
    [
      "typ JWT",
      { idToken: ({ claims, keys }) => compact({ alg: "RS256", kid: "rsa", typ: "JWT" }, claims, byRsa(keys.rsa)) },
    ],
    ["aud a list of us", { claims: (c) => ({ ...c, aud: [c.aud] }) }],
    ["another audience and our azp", { claims: (c) => ({ ...c, aud: [c.aud, "b"], azp: c.aud }) }],
    ["a clock 30 s ahead", { claims: (c) => ({ ...c, iat: Number(c.iat) + 30, exp: Number(c.exp) + 30 }) }],
    ["a clock 30 s behind", { claims: (c) => ({ ...c, exp: Number(c.iat) - 30 }) }],
    ["an at_hash", { claims: (c) => ({ ...c, at_hash: "xsfsfkLBF33nBRKcw8N3gA" }) }],
    ["claims at the userinfo endpoint", { claims: ({ name: _, ...c }) => c }],
  ])("%s", async (name, script) => {
    const accessTokenHash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode("an-access-token"));
    const atHash = Buffer.from(accessTokenHash).subarray(0, 16).toString("base64url");
    one.script = newcomer(name === "an at_hash" ? { claims: (c) => ({ ...c, at_hash: atHash }) } : script);
    const { end, browser } = await visits.visit("one", one, "?to=/people");
    one.script = {};
    expect(end).toBe("/people");
    expect(visits.isSignedIn(browser)).toBe(true);
  });

  it("says who we are, and proves it, only at its token endpoint", async () => {
    const form = one.forms.at(-1);
    expect(form?.get("redirect_uri")).toBe(`${origin}/api/v1/auth/oidc/one/callback`);
    expect(form?.get("code_verifier")).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(String(form)).not.toContain(encodeURIComponent(CLIENT_SECRET));
  });
});

describe("refuses an ID token", () => {
  it.each(CLAIM_ATTACKS)("$name ($why)", async (attack) => refuses("one", one, attack));
  it.each(TOKEN_ATTACKS)("$name ($why)", async (attack) => refuses("one", one, attack));
});

describe("survives a token endpoint", () => {
  it.each(tokenEndpointAttacks(CANARY))("$name ($why)", async (attack) => refuses("one", one, attack));
});

describe("survives a userinfo endpoint", () => {
  it.each(userinfoAttacks(CANARY))("$name ($why)", async (attack) => refuses("one", one, attack));
});

describe("survives what should be keys", () => {
  it.each(keySetAttacks(CANARY, weakKey))("$name ($why)", async (attack) => {
    const issuer = hostile.newIssuer();
    expect((await visits.put("keys", issuer.issuer)).status).toBe(200);
    await refuses("keys", issuer, attack);
    await visits.remove("keys");
  });

  it("asks for keys that do not exist once, not thirty times", async () => {
    const issuer = hostile.newIssuer();
    await visits.put("flood", issuer.issuer);
    for (let attempt = 0; attempt < 30; attempt++)
      await refuses("flood", issuer, {
        script: {
          idToken: ({ claims, keys }) => compact({ alg: "RS256", kid: `k${attempt}` }, claims, byRsa(keys.stranger)),
        },
      });
    // One when the first token came, and at most one more had half a minute passed meanwhile.
    expect(issuer.asked.jwks).toBeLessThanOrEqual(2);
    expect(issuer.asked.discovery).toBe(1);
    await visits.remove("flood");
  });

  it("takes the key that replaced another between leaving and coming back", async () => {
    const issuer = hostile.newIssuer(newcomer());
    await visits.put("rotating", issuer.issuer);
    const { browser, there } = await visits.begin("rotating");
    issuer.script = newcomer({
      idToken: ({ claims, keys }) => compact({ alg: "RS256", kid: "next" }, claims, byRsa(keys.stranger)),
      says: { jwks: () => ({ keys: [publicJwk(hostile.keys.stranger, "next")] }) },
    });
    expect(await visits.end(browser, issuer.agree(there))).toBe("/");
    await visits.remove("rotating");
  });

  it("believes the keys it has while the provider's key set is down", async () => {
    one.script = newcomer({ answers: { jwks: (_, response) => void response.writeHead(503).end() } });
    const { end } = await visits.visit("one", one);
    one.script = {};
    expect(end).toBe("/");
  });
});

describe("an admin who names a hostile provider is told, and nothing is stored", () => {
  it.each(discoveryAttacks(CANARY))("$name ($why)", async ({ script }) => {
    const issuer = hostile.newIssuer(script);
    const response = await visits.put("never", issuer.issuer);
    const problem = (await response.json()) as { code: string; errors: { pointer: string }[] };
    expect([response.status, problem.code, problem.errors[0]?.pointer]).toEqual([400, "invalid-request", "/issuer"]);
    expect(await platform.stack.db.prepare(`SELECT id FROM identity_providers WHERE id = 'never'`).first()).toBeNull();
  });

  it.each<[string, Script["answers"]]>([
    ["nothing listens there", undefined],
    ["500", { discovery: (_, response) => void response.writeHead(500).end("secret of the inside") }],
    ["404", { discovery: (_, response) => void response.writeHead(404).end("secret of the inside") }],
    ["no JSON", { discovery: (_, response) => void response.writeHead(200).end("secret of the inside") }],
  ])("hears the same words whatever happened there: %s", async (_, answers) => {
    const issuer = answers === undefined ? NOBODY_LISTENS : hostile.newIssuer({ answers }).issuer;
    const { detail } = (await (await visits.put("never", issuer)).json()) as { detail: string };
    expect(detail).toBe("/issuer: No provider answers there: its /.well-known/openid-configuration could not be read.");
  });

  it.each([
    ["javascript:alert(1)"],
    ["http://there.net/logout"],
    ["https://10.0.0.1/logout"],
    ["//there.net/logout"],
    [["https://there.net"]],
  ])("a way out that is none leads nowhere: %j", async (end_session_endpoint) => {
    const issuer = hostile.newIssuer(newcomer({ says: { discovery: (c) => ({ ...c, end_session_endpoint }) } }));
    await visits.put("exit", issuer.issuer);
    const { browser } = await visits.visit("exit", issuer);
    const left = await browser.call(`${origin}/api/v1/auth/logout`, { method: "POST", headers: { origin } });
    expect(await left.json()).toEqual({ providerLogoutUrl: null });
    await visits.remove("exit");
  });

  it("a userinfo endpoint on a private address is not asked", async () => {
    const userinfo_endpoint = "https://169.254.169.254/latest";
    const issuer = hostile.newIssuer(newcomer({ says: { discovery: (c) => ({ ...c, userinfo_endpoint }) } }));
    issuer.script = { ...issuer.script, claims: ({ name: _, ...c }) => c };
    await visits.put("inside", issuer.issuer);
    expect((await visits.visit("inside", issuer)).end).toBe("/");
    await visits.remove("inside");
  });
});

describe("what an attack leaves behind", () => {
  it("is no request to where a redirect pointed", async () => {
    expect(hostile.strays).toEqual([]);
    await fetch(`${hostile.origin}/stolen`);
    expect(hostile.strays).toEqual(["/stolen"]);
  });

  it("is an event in the audit log without a token in it", async () => {
    const { results } = await platform.stack.db
      .prepare(`SELECT details FROM audit_events WHERE action = 'sign-in.failed' LIMIT 500`)
      .all<{ details: string }>();
    expect(results.length).toBeGreaterThan(100);
    expect(JSON.stringify(results)).not.toMatch(/eyJ|script|access-token/);
  });
});
