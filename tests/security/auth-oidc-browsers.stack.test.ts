// Hostile browsers, and other people's answers, against signing in with a provider: the real stack, one attack per test.
import { afterAll, describe, expect, it } from "vitest";
import type { Json, Script } from "../fixtures/hostile-provider.ts";
import { openBrowser } from "../fixtures/redirect-browser.ts";
import { FOREIGN_TARGETS } from "./oidc-endpoint-attacks.ts";
import { openHostileVisits } from "./oidc-visits.ts";

const { platform, hostile, visits, one, other, newcomer, state, close } = await openHostileVisits();
const { origin } = visits;
afterAll(close);

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

describe("begins nothing", () => {
  it.each([
    ["a picture", "no-cors", "image"],
    ["a script", "cors", "empty"],
    ["a frame", "navigate", "iframe"],
    ["an object", "navigate", "object"],
  ])("for %s of another site's page", async (_, mode, destination) => {
    const visitsBegun = () => platform.stack.db.prepare(`SELECT COUNT(*) AS n FROM challenges`).first();
    const before = await visitsBegun();
    const headers = { "sec-fetch-mode": mode, "sec-fetch-dest": destination };
    const answer = await openBrowser().call(`${origin}/api/v1/auth/oidc/one/start`, { headers });
    expect(answer.headers.get("location")).toBe("/login?problem=sign-in-failed");
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(await visitsBegun()).toEqual(before);
  });
});

describe("a network", () => {
  it("is counted by answers that are refused, and by nothing that another site's page can cause", async () => {
    const strict = await openHostileVisits({ attemptLimitFactor: 0.03 });
    try {
      const { one: issuer, visits: there } = strict;
      const visit = async (script: Script) => {
        issuer.script = strict.newcomer(script);
        return (await there.visit("one", issuer)).end;
      };
      const refused: Script = { claims: (c) => ({ ...c, aud: "another" }) };
      for (let time = 0; time < 5; time++) {
        await there.begin("one");
        await there.begin("nobody");
        await there.end(openBrowser(), `${there.origin}/api/v1/auth/oidc/one/callback?state=${"A".repeat(43)}&code=x`);
      }
      const ends = [await visit(refused), await visit(refused)];
      for (let time = 0; time < 3; time++) expect(await visit({})).toBe("/");
      // A confirmation that succeeds gives no room to what failed before it.
      issuer.script = strict.newcomer();
      const { browser } = await there.visit("one", issuer);
      issuer.script = { ...issuer.script, claims: (c) => ({ ...c, auth_time: c.iat }) };
      const confirming = await there.begin("one", "?confirm=1&to=/settings", browser);
      expect(await there.end(browser, issuer.agree(confirming.there))).toBe("/settings");
      ends.push(await visit(refused), await visit(refused), await visit({}));
      expect(ends.map((end) => end.replace("/login?problem=", ""))).toEqual([
        ...Array<string>(3).fill("provider-refused"),
        ...Array<string>(2).fill("too-many-requests"),
      ]);
    } finally {
      await strict.close();
    }
  });
});

describe("a session is as fresh as the provider's proof", () => {
  const HOUR_S = 3600;
  const nowS = () => Math.floor(Date.now() / 1000);
  const provedSecondsAgo = async () => {
    const row = await platform.stack.db
      .prepare(`SELECT authenticated_at AS at FROM sessions WHERE method = 'oidc' ORDER BY id DESC LIMIT 1`)
      .first<{ at: number }>();
    return (Date.now() - (row?.at ?? Number.NaN)) / 1000;
  };

  it.each<[string, (() => number) | null, number, number]>([
    ["a moment ago", () => nowS() - 5, 5, 60],
    ["an hour ago", () => nowS() - HOUR_S, HOUR_S, HOUR_S + 60],
    ["in ten hours: now", () => nowS() + 10 * HOUR_S, 0, 60],
    ["nobody says when", null, nowS() - 60, Number.POSITIVE_INFINITY],
  ])("%s", async (_, at, least, most) => {
    one.script = newcomer();
    await visits.visit("one", one);
    // Who made an account just now has just been there.
    expect(await provedSecondsAgo()).toBeLessThan(60);
    const { script } = one;
    one.script = at === null ? script : { ...script, claims: (c) => ({ ...c, auth_time: at() }) };
    expect((await visits.visit("one", one)).end).toBe("/");
    const ago = await provedSecondsAgo();
    expect(ago).toBeGreaterThanOrEqual(least);
    expect(ago).toBeLessThan(most);
  });
});
