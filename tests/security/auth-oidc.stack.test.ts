// A hostile provider, and hostile browsers, against signing in with a provider: the real stack, one attack per test. Whatever
// fails must leave no session, no account and no link behind, and show a person a page of ours.
import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  byEc,
  byEdwards,
  byPss,
  byRsa,
  compact,
  type HostileIssuer,
  type HostileProvider,
  type Json,
  publicJwk,
  type Script,
  startHostileProvider,
} from "../fixtures/hostile-provider.ts";
import { openBrowser } from "../fixtures/redirect-browser.ts";
import { openTestPlatform, type TestPlatform } from "../fixtures/test-platform.ts";
import {
  type Attack,
  CLAIM_ATTACKS,
  discoveryAttacks,
  FOREIGN_TARGETS,
  keySetAttacks,
  TOKEN_ATTACKS,
  tokenEndpointAttacks,
  userinfoAttacks,
} from "./oidc-attacks.ts";
import { CLIENT_SECRET, type OidcVisits, oidcVisits } from "./oidc-visits.ts";

/** Redirects of attacks lead to paths of the hostile server that are no issuer's; it remembers who asks for one. */
const CANARY = "";
const NOBODY_LISTENS = "http://127.0.0.1:9";
const weakKey = publicJwk(generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey, "rsa");

let platform: TestPlatform;
let hostile: HostileProvider;
let visits: OidcVisits;
let origin: string;
let one: HostileIssuer;
let other: HostileIssuer;
let subjects = 0;

beforeAll(async () => {
  platform = await openTestPlatform({ attemptLimitFactor: 1000 });
  hostile = await startHostileProvider();
  visits = oidcVisits(platform);
  origin = visits.origin;
  one = hostile.newIssuer();
  other = hostile.newIssuer();
  expect((await visits.put("one", one.issuer)).status).toBe(200);
  expect((await visits.put("other", other.issuer)).status).toBe(200);
});
afterAll(async () => {
  await hostile?.close();
  await platform?.close();
});

/** Somebody nobody has seen before, so that a success would make an account. */
const newcomer = (script: Script = {}): Script => ({ ...script, sub: `newcomer ${++subjects}` });
const state = async () => [
  await visits.count("users"),
  await visits.count("identities"),
  await visits.count("sessions"),
];

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

describe("refuses a browser that comes back", () => {
  type Change = (back: URL) => unknown;
  it.each<[string, string, Change, string?]>([
    ["with another state", "forged", (back) => back.searchParams.set("state", "A".repeat(43)), "sign-in-failed"],
    ["without a state", "forged", (back) => back.searchParams.delete("state"), "sign-in-failed"],
    ["with an empty state", "forged", (back) => back.searchParams.set("state", ""), "sign-in-failed"],
    ["with two states", "which?", (back) => back.searchParams.append("state", "x"), "sign-in-failed"],
    [
      "with a state of 10 kB",
      "hashing is work",
      (back) => back.searchParams.set("state", "s".repeat(10_000)),
      "sign-in-failed",
    ],
    ["from another issuer", "mix-up", (back) => back.searchParams.set("iss", "https://evil.net")],
    ["from an issuer with a slash", "mix-up", (back) => back.searchParams.set("iss", `${one.issuer}/`)],
    ["from no issuer, though it announces one", "mix-up", (back) => back.searchParams.delete("iss")],
    ["from an empty issuer", "mix-up", (back) => back.searchParams.set("iss", "")],
    ["from two issuers", "which?", (back) => back.searchParams.append("iss", "https://evil.net")],
    ["without a code", "nothing to exchange", (back) => back.searchParams.delete("code")],
    ["with an empty code", "nothing to exchange", (back) => back.searchParams.set("code", "")],
    ["with another code", "stolen", (back) => back.searchParams.set("code", "stolen")],
    ["with two codes", "which?", (back) => back.searchParams.append("code", "x")],
    ["with a code and an error", "an error wins", (back) => back.searchParams.set("error", "invalid_scope")],
    ["with an ID token in the address", "no implicit flow", (back) => back.searchParams.set("id_token", "e30.e30.x")],
    ["with an access token in the address", "no implicit flow", (back) => back.searchParams.set("token", "x")],
    ["with a JARM response", "never asked for", (back) => back.searchParams.set("response", "e30.e30.x")],
    [
      "after saying no",
      "the person's word",
      (back) => back.searchParams.set("error", "access_denied"),
      "sign-in-failed",
    ],
    [
      "while the provider is down",
      "its word",
      (back) => back.searchParams.set("error", "temporarily_unavailable"),
      "provider-unavailable",
    ],
    [
      "with an error that is a script",
      "never repeated",
      (back) => back.searchParams.set("error", "<script>alert(1)</script>"),
    ],
  ])("%s (%s)", async (_, _why, change, problem = "provider-refused") => {
    const before = await state();
    one.script = newcomer();
    const { browser, there } = await visits.begin("one");
    const back = one.agree(there);
    change(back);
    back.searchParams.set("error_description", "<script>alert(1)</script>");
    const end = await visits.end(browser, back);
    expect(end).toBe(`/login?problem=${problem}`);
    expect(await state()).toEqual(before);
    // What failed is over: the untouched answer comes too late.
    if (problem !== "sign-in-failed" || change.toString().includes("access_denied"))
      expect(await visits.end(browser, one.agree(there))).toBe("/login?problem=sign-in-failed");
  });

  it("a second time with the same address (replay)", async () => {
    one.script = newcomer();
    const { browser, there } = await visits.begin("one");
    const back = one.agree(there);
    expect(await visits.end(browser, back)).toBe("/");
    const before = await state();
    expect(await visits.end(browser, back)).toBe("/login?problem=sign-in-failed");
    expect(await state()).toEqual(before);
  });

  it("twenty times at once with the same address (replay): one of them", async () => {
    one.script = newcomer();
    const { browser, there } = await visits.begin("one");
    const back = String(one.agree(there));
    const answers = await Promise.all(Array.from({ length: 20 }, () => browser.call(back)));
    expect(answers.filter((answer) => answer.headers.get("location") === "/")).toHaveLength(1);
  });

  it("with somebody else's answer, without having begun (login CSRF)", async () => {
    one.script = newcomer();
    const attacker = await visits.begin("one");
    const victim = openBrowser();
    expect(await visits.end(victim, one.agree(attacker.there))).toBe("/login?problem=sign-in-failed");
    expect(visits.isSignedIn(victim)).toBe(false);
  });

  it("with somebody else's answer, having begun (state swap between two browsers)", async () => {
    one.script = newcomer();
    const attacker = await visits.begin("one");
    const victim = await visits.begin("one");
    expect(await visits.end(victim.browser, one.agree(attacker.there))).toBe("/login?problem=sign-in-failed");
    expect(visits.isSignedIn(victim.browser)).toBe(false);
  });

  it.each([
    ["PKCE", {}],
    ["the nonce, where the provider ignores PKCE", { ignoresPkce: true } as const],
  ])("with somebody else's code under its own state (code injection; %s)", async (_, script) => {
    one.script = newcomer(script);
    const attacker = await visits.begin("one");
    const victim = await visits.begin("one");
    const stolen = one.agree(victim.there).searchParams.get("code") ?? "";
    const back = one.agree(attacker.there);
    back.searchParams.set("code", stolen);
    expect(await visits.end(attacker.browser, back)).toBe("/login?problem=provider-refused");
    expect(visits.isSignedIn(attacker.browser)).toBe(false);
  });

  it("with a cookie the attacker has planted, and the attacker's answer (login CSRF by a forced cookie needs both)", async () => {
    one.script = newcomer();
    const attacker = await visits.begin("one");
    const victim = openBrowser();
    victim.setCookie(origin, "hg_challenge_local", "planted");
    expect(await visits.end(victim, one.agree(attacker.there))).toBe("/login?problem=sign-in-failed");
  });

  it("at one provider's address with the other's answer (mix-up)", async () => {
    other.script = newcomer();
    const { browser, there } = await visits.begin("other");
    const back = other.agree(there);
    back.pathname = back.pathname.replace("/other/", "/one/");
    expect(await visits.end(browser, back)).toBe("/login?problem=provider-refused");
  });

  it("at one provider's address, its state, and the other's code and issuer (mix-up)", async () => {
    one.script = newcomer();
    const { browser, there } = await visits.begin("one");
    const back = one.agree(there);
    back.searchParams.set("iss", other.issuer);
    expect(await visits.end(browser, back)).toBe("/login?problem=provider-refused");
    expect(one.forms.some((form) => form.get("code") === back.searchParams.get("code"))).toBe(false);
  });

  it("at the address of a provider that is none", async () => {
    const { browser, there } = await visits.begin("one");
    const back = one.agree(there);
    back.pathname = back.pathname.replace("/one/", "/nobody/");
    expect(await visits.end(browser, back)).toBe("/login?problem=provider-refused");
  });

  it("too late", async () => {
    const { browser, there } = await visits.begin("one");
    await platform.stack.db.prepare(`UPDATE challenges SET expires_at = 1`).run();
    expect(await visits.end(browser, one.agree(there))).toBe("/login?problem=sign-in-failed");
  });

  it("after an admin has switched the provider off", async () => {
    const { browser, there } = await visits.begin("other");
    await visits.put("other", other.issuer, { isEnabled: false });
    expect(await visits.end(browser, other.agree(there))).toBe("/login?problem=method-disabled");
    await visits.put("other", other.issuer);
  });

  it("after an admin has named another issuer", async () => {
    const first = hostile.newIssuer(newcomer());
    await visits.put("moving", first.issuer);
    const { browser, there } = await visits.begin("moving");
    // Nor does the other issuer learn the code: neither says in the address who it is.
    const says = { discovery: ({ authorization_response_iss_parameter_supported: _, ...c }: Json) => c };
    const second = hostile.newIssuer({ says });
    expect((await visits.put("moving", second.issuer)).status).toBe(200);
    const back = first.agree(there);
    back.searchParams.delete("iss");
    expect(await visits.end(browser, back)).toBe("/login?problem=provider-refused");
    expect(second.asked.token).toBe(0);
    await visits.remove("moving");
  });

  it("by POST: nobody asked for form_post", async () => {
    const { browser, there } = await visits.begin("one");
    const back = one.agree(there);
    const posted = await browser.call(back.origin + back.pathname, { method: "POST", body: back.searchParams });
    expect(posted.status).toBe(405);
    expect(visits.isSignedIn(browser)).toBe(false);
  });

  it("with a database thief's help: what is stored finishes no visit", async () => {
    const { there } = await visits.begin("one");
    const sent = new URL(there).searchParams;
    const dump = JSON.stringify((await platform.stack.db.prepare(`SELECT * FROM challenges`).all()).results);
    for (const name of ["state", "nonce"]) expect(dump).not.toContain(sent.get(name));
  });
});

describe("confirming is a proof only when the provider has asked again", () => {
  const age = () => platform.stack.db.prepare(`UPDATE sessions SET authenticated_at = 1`).run();
  const fresh = async () =>
    (
      await platform.stack.db
        .prepare(`SELECT COUNT(*) AS n FROM sessions WHERE authenticated_at > 1`)
        .first<{ n: number }>()
    )?.n;
  const nowSeconds = () => Math.floor(Date.now() / 1000);

  it.each<[string, () => unknown, string, number]>([
    ["now", () => nowSeconds(), "/settings", 1],
    ["an hour ago", () => nowSeconds() - 3600, "/settings?problem=provider-refused", 0],
    ["it does not say when", () => undefined, "/settings?problem=provider-refused", 0],
    ["at no time", () => null, "/settings?problem=provider-refused", 0],
  ])("%s", async (_, authTime, expected, sessions) => {
    const script = newcomer({ claims: (c) => ({ ...c, auth_time: authTime() }) });
    one.script = newcomer();
    const sub = one.script.sub ?? "";
    const { browser } = await visits.visit("one", one);
    await age();
    one.script = { ...script, sub };
    const { there } = await visits.begin("one", "?confirm=1&to=/settings", browser);
    expect(new URL(there).searchParams.get("prompt")).toBe("login");
    expect(new URL(there).searchParams.get("max_age")).toBe("0");
    expect(await visits.end(browser, one.agree(there))).toBe(expected);
    expect(await fresh()).toBe(sessions);
  });

  it("as somebody else confirms nobody, and signs nobody in", async () => {
    one.script = newcomer();
    const { browser } = await visits.visit("one", one);
    await age();
    const before = await state();
    one.script = newcomer({ claims: (c) => ({ ...c, auth_time: nowSeconds() }) });
    const { there } = await visits.begin("one", "?confirm=1&to=/settings", browser);
    expect(await visits.end(browser, one.agree(there))).toBe("/settings?problem=sign-in-failed");
    expect(await fresh()).toBe(0);
    expect(await state()).toEqual(before);
  });

  it("in somebody else's session confirms neither", async () => {
    one.script = newcomer();
    const asker = one.script;
    const { browser } = await visits.visit("one", one);
    const { there } = await visits.begin("one", "?confirm=1&to=/settings", browser);
    one.script = newcomer();
    const next = await visits.begin("one", "", browser);
    expect(await visits.end(browser, one.agree(next.there))).toBe("/");
    await age();
    one.script = { ...asker, claims: (c) => ({ ...c, auth_time: nowSeconds() }) };
    expect(await visits.end(browser, one.agree(there))).toBe("/settings?problem=unauthenticated");
    expect(await fresh()).toBe(0);
  });

  it("in another session than the one that asked confirms nothing", async () => {
    one.script = newcomer();
    const { browser } = await visits.visit("one", one);
    const { there } = await visits.begin("one", "?confirm=1&to=/settings", browser);
    await age();
    one.script = { ...one.script, claims: (c) => ({ ...c, auth_time: nowSeconds() }) };
    browser.setCookie(origin, "hg_session_local", "another");
    expect(await visits.end(browser, one.agree(there))).toBe("/settings?problem=unauthenticated");
    expect(await fresh()).toBe(0);
  });
});

describe("leads nowhere else after signing in", () => {
  it.each(FOREIGN_TARGETS)("%j", async (to) => {
    one.script = newcomer();
    const { end, browser } = await visits.visit("one", one, `?to=${encodeURIComponent(to)}`);
    expect(end).toBe(to === "/%09/evil.net" ? to : "/");
    expect(new URL(end, origin).origin).toBe(origin);
    expect(visits.isSignedIn(browser)).toBe(true);
  });

  it("nor before", async () => {
    const { there } = await visits.begin("one", "?to=/people&redirect_uri=https://evil.net&client_id=x&state=y");
    const sent = new URL(there).searchParams;
    expect(sent.getAll("redirect_uri")).toEqual([`${origin}/api/v1/auth/oidc/one/callback`]);
    expect(sent.getAll("client_id")).toEqual(["client-of-one"]);
    expect(sent.get("state")).toMatch(/^[A-Za-z0-9_-]{43}$/);
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
