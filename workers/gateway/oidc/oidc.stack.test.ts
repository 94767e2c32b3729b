// Signing in with a real OpenID Connect provider: there and back, linking, confirming, roles, signing out at both.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PutProvider } from "../../../shared/contracts/admin.ts";
import { type OidcProvider, type ProviderAccount, startOidcProvider } from "../../../tests/fixtures/oidc-provider.ts";
import { type Browser, openBrowser, type Page } from "../../../tests/fixtures/redirect-browser.ts";
import { openTestPlatform, type TestPlatform } from "../../../tests/fixtures/test-platform.ts";

const SECRET = "a client secret with + and % and : of 32 characters";
const KEYCLOAK: Partial<PutProvider> = { preset: "keycloak", roleMap: { "photo-admin": "admin" } };

let platform: TestPlatform;
let provider: OidcProvider;
let telling: OidcProvider;
let origin: string;
const accounts = new Map<string, ProviderAccount>();

beforeAll(async () => {
  platform = await openTestPlatform({ users: 2, attemptLimitFactor: 1000 });
  origin = platform.stack.url;
  const uris = (id: string) => ({
    redirectUris: [`${origin}/api/v1/auth/oidc/${id}/callback`],
    postLogoutRedirectUris: [`${origin}/login`],
  });
  provider = await startOidcProvider({
    accounts,
    clients: [
      { clientId: "basic", clientSecret: SECRET, ...uris("real") },
      { clientId: "closed", clientSecret: SECRET, ...uris("closed") },
      { clientId: "post", clientSecret: SECRET, tokenAuthMethod: "client_secret_post", ...uris("post") },
      { clientId: "public", idTokenAlg: "ES256", ...uris("public") },
      { clientId: "pss", clientSecret: SECRET, idTokenAlg: "PS256", ...uris("pss") },
      { clientId: "edwards", clientSecret: SECRET, idTokenAlg: "EdDSA", ...uris("edwards") },
    ],
  });
  telling = await startOidcProvider({
    accounts,
    claimsIn: "id-token",
    clients: [{ clientId: "telling", clientSecret: SECRET, ...uris("telling") }],
  });
  await put("real", { clientId: "basic", ...KEYCLOAK });
  await put("closed", { clientId: "closed", allowSignUp: false, trustEmail: true });
  await put("public", { clientId: "public", clientSecret: undefined });
  await put("pss", { clientId: "pss" });
  await put("edwards", { clientId: "edwards" });
  await put("telling", { clientId: "telling", issuer: telling.issuer, ...KEYCLOAK });
});
afterAll(async () => {
  await provider?.close();
  await telling?.close();
  await platform?.close();
});

type Change = { [Name in keyof PutProvider]?: PutProvider[Name] | undefined };

async function put(id: string, change: Change = {}): Promise<Response> {
  const body = {
    name: id,
    issuer: provider.issuer,
    clientId: "basic",
    clientSecret: SECRET,
    allowSignUp: true,
    ...change,
  };
  return await platform.as(0)(`/api/v1/admin/providers/${id}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

const isOurPage = (url: URL) => url.origin === origin && !url.pathname.startsWith("/api/");

/** Through the provider's page as `account`, to a page of ours (which is not asked). */
async function signIn(browser: Browser, id: string, account: string, query = ""): Promise<Page> {
  const page = await browser.visit(`${origin}/api/v1/auth/oidc/${id}/start${query}`, isOurPage);
  return page.text.includes('name="account"') ? await browser.submit(page, { account }, isOurPage) : page;
}

async function me(browser: Browser): Promise<{ sub: string; name: string; email: string | null; role: string }> {
  return (await (await browser.call(`${origin}/api/v1/auth/userinfo`)).json()) as Awaited<ReturnType<typeof me>>;
}

async function row<Row>(sql: string, ...values: unknown[]): Promise<Row | null> {
  return await platform.stack.db
    .prepare(sql)
    .bind(...values)
    .first<Row>();
}

const post = (browser: Browser, path: string, method = "POST") =>
  browser.call(`${origin}${path}`, { method, headers: { origin } });

describe("signing in with a provider", () => {
  it("makes an account, opens it again the next time, and keeps nothing of the visit", async () => {
    accounts.set("ada", { name: "Ada Lovelace", email: "ada@lovelace.net", emailVerified: true });
    const browser = openBrowser();
    expect((await signIn(browser, "real", "ada", "?to=/people")).url).toBe(`${origin}/people`);
    const first = await me(browser);
    expect(first).toMatchObject({
      name: "Ada Lovelace",
      email: "ada@lovelace.net",
      emailVerified: true,
      role: "member",
    });
    const again = openBrowser();
    await signIn(again, "real", "ada");
    expect((await me(again)).sub).toBe(first.sub);
    expect(await row(`SELECT COUNT(*) AS n FROM challenges`)).toEqual({ n: 0 });
    const { results } = await platform.stack.db
      .prepare(`SELECT action FROM audit_events WHERE subject_id = ?1 ORDER BY id`)
      .bind(first.sub)
      .all<{ action: string }>();
    expect(results.map(({ action }) => action)).toEqual(["account.created", "sign-in.succeeded", "sign-in.succeeded"]);
  });

  it.each(["public", "pss", "edwards"])("works with the client %s", async (id) => {
    accounts.set(`of ${id}`, { name: `Of ${id}` });
    const browser = openBrowser();
    expect((await signIn(browser, id, `of ${id}`)).url).toBe(`${origin}/`);
    expect(await me(browser)).toMatchObject({ name: `Of ${id}`, email: null });
  });

  it("takes two tabs at once, each to its own page", async () => {
    accounts.set("tabs", { name: "Tabs" });
    const browser = openBrowser();
    const start = `${origin}/api/v1/auth/oidc/real/start`;
    const one = await browser.visit(`${start}?to=/one`);
    const two = await openTab(browser, `${start}?to=/two`);
    expect(two.url).toContain("state=");
    expect((await browser.submit(one, { account: "tabs" }, isOurPage)).url).toBe(`${origin}/one`);
    expect((await browser.visit(two.url, isOurPage)).url).toBe(`${origin}/two`);
  });

  async function openTab(browser: Browser, url: string): Promise<{ url: string }> {
    const response = await browser.call(url);
    return { url: response.headers.get("location") ?? "" };
  }

  it("begins a new session every time, whatever cookie the browser brought", async () => {
    accounts.set("fixed", { name: "Fixed" });
    const browser = openBrowser();
    const name = "hg_session_local";
    browser.setCookie(origin, name, "planted-by-somebody-else");
    await signIn(browser, "real", "fixed");
    const first = browser.cookies(origin).get(name);
    expect(first).not.toBe("planted-by-somebody-else");
    await signIn(browser, "real", "fixed");
    expect(browser.cookies(origin).get(name)).not.toBe(first);
  });

  it("twenty first visits at once make one account", async () => {
    accounts.set("twins", { name: "Twins" });
    const browsers = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const browser = openBrowser();
        const page = await browser.visit(`${origin}/api/v1/auth/oidc/real/start`, isOurPage);
        const isCallback = (url: URL) => url.origin === origin;
        return { browser, back: await browser.submit(page, { account: "twins" }, isCallback) };
      }),
    );
    await Promise.all(browsers.map(({ browser, back }) => browser.visit(back.url, isOurPage)));
    const subs = await Promise.all(browsers.map(async ({ browser }) => (await me(browser)).sub));
    expect(new Set(subs).size).toBe(1);
    expect(await row(`SELECT COUNT(*) AS n FROM users WHERE name = 'Twins'`)).toEqual({ n: 1 });
  });

  it("says no when the person says no, and when the provider makes no accounts here", async () => {
    accounts.set("stranger", { name: "Stranger" });
    const browser = openBrowser();
    expect((await signIn(browser, "closed", "stranger")).url).toBe(`${origin}/login?problem=registration-closed`);
    expect((await browser.call(`${origin}/api/v1/auth/userinfo`)).status).toBe(401);
  });

  it("is offered by no provider that is unknown or switched off", async () => {
    await put("real", { clientId: "basic", ...KEYCLOAK, isEnabled: false });
    for (const id of ["real", "unknown", "..%2f..", "A"])
      expect((await openBrowser().visit(`${origin}/api/v1/auth/oidc/${id}/start`, isOurPage)).url).toBe(
        `${origin}/login?problem=method-disabled`,
      );
    await put("real", { clientId: "basic", ...KEYCLOAK });
  });

  it("leaves a locked account locked", async () => {
    accounts.set("locked", { name: "Locked" });
    await signIn(openBrowser(), "real", "locked");
    await platform.stack.db.prepare(`UPDATE users SET status = 'disabled' WHERE name = 'Locked'`).run();
    expect((await signIn(openBrowser(), "real", "locked")).url).toBe(`${origin}/login?problem=account-disabled`);
  });
});

describe("an address at a provider", () => {
  const memberId = () => platform.stack.users[1]?.id ?? "";
  const giveAddress = (id: string, email: string) =>
    platform.stack.db.prepare(`UPDATE users SET email = ?2, email_verified_at = 1 WHERE id = ?1`).bind(id, email).run();

  it("that is not verified there is nobody's here", async () => {
    accounts.set("unverified", { name: "Unverified", email: "unverified@lovelace.net", emailVerified: false });
    const browser = openBrowser();
    await signIn(browser, "real", "unverified");
    expect(await me(browser)).toMatchObject({ name: "Unverified", email: null, emailVerified: false });
  });

  it("opens the account that has it only where the provider is trusted with addresses", async () => {
    await giveAddress(memberId(), "member@lovelace.net");
    accounts.set("member", { name: "Member there", email: "Member@Lovelace.net", emailVerified: true });
    expect((await signIn(openBrowser(), "real", "member")).url).toBe(`${origin}/login?problem=email-taken`);
    const trusted = openBrowser();
    await signIn(trusted, "closed", "member");
    expect((await me(trusted)).sub).toBe(memberId());
  });

  it("that is not verified there opens nothing, trusted or not", async () => {
    accounts.set("impostor", { name: "Impostor", email: "member@lovelace.net", emailVerified: false });
    expect((await signIn(openBrowser(), "closed", "impostor")).url).toBe(`${origin}/login?problem=registration-closed`);
  });

  it("that is not verified here opens nothing: somebody may have typed it to wait for its owner", async () => {
    await platform.stack.db.prepare(`UPDATE users SET email_verified_at = NULL WHERE id = ?1`).bind(memberId()).run();
    accounts.set("late", { name: "Late", email: "member@lovelace.net", emailVerified: true });
    expect((await signIn(openBrowser(), "closed", "late")).url).toBe(`${origin}/login?problem=registration-closed`);
  });

  it("never opens an owner's account", async () => {
    await giveAddress(platform.stack.users[0]?.id ?? "", "owner@lovelace.net");
    accounts.set("climber", { name: "Climber", email: "owner@lovelace.net", emailVerified: true });
    expect((await signIn(openBrowser(), "closed", "climber")).url).toBe(`${origin}/login?problem=registration-closed`);
  });
});

describe("roles of a provider", () => {
  it.each(["real", "telling"])("are ours at every sign-in, up and down (%s)", async (id) => {
    const name = `roles ${id}`;
    const now = async (...roles: string[]) => {
      accounts.set(name, { name, roles });
      const browser = openBrowser();
      await signIn(browser, id, name);
      return (await me(browser)).role;
    };
    expect(await now("offline_access", "photo-admin")).toBe("admin");
    expect(await now("offline_access")).toBe("member");
    expect(await now("photo-admin")).toBe("admin");
    expect(await now("owner", "admin", "__proto__", "constructor")).toBe("member");
    const changes = await row(
      `SELECT COUNT(*) AS n FROM audit_events WHERE action = 'account.role-changed'
       AND subject_id = (SELECT id FROM users WHERE name = ?1)`,
      name,
    );
    expect(changes).toEqual({ n: 3 });
  });

  it("make no owner, and unmake none", async () => {
    accounts.set("chief", { name: "Chief", roles: ["owner"] });
    const browser = openBrowser();
    await signIn(browser, "real", "chief");
    const { sub } = await me(browser);
    await platform.stack.db.prepare(`UPDATE users SET role = 'owner' WHERE id = ?1`).bind(sub).run();
    await signIn(browser, "real", "chief");
    expect((await me(browser)).role).toBe("owner");
    await platform.stack.db.prepare(`UPDATE users SET role = 'member' WHERE id = ?1`).bind(sub).run();
  });
});

describe("signing out", () => {
  it("leads to the provider's own page and back to ours", async () => {
    accounts.set("leaving", { name: "Leaving" });
    const browser = openBrowser();
    await signIn(browser, "real", "leaving");
    const { providerLogoutUrl } = (await (await post(browser, "/api/v1/auth/logout")).json()) as {
      providerLogoutUrl: string;
    };
    expect(new URL(providerLogoutUrl).origin).toBe(provider.issuer);
    const asks = await browser.visit(providerLogoutUrl, isOurPage);
    expect(asks.text).toContain("Sign out of Example provider");
    const back = await browser.submit(asks, { logout: "yes" }, isOurPage);
    expect(new URL(back.url).pathname).toBe("/login");
    // Both sessions are over: the provider asks who it is.
    expect((await browser.visit(`${origin}/api/v1/auth/oidc/real/start`, isOurPage)).text).toContain('name="account"');
    expect((await browser.call(`${origin}/api/v1/auth/userinfo`)).status).toBe(401);
  });

  it("keeps the ID token sealed, and leads nowhere for who signed in without a provider", async () => {
    accounts.set("sealed", { name: "Sealed" });
    const browser = openBrowser();
    await signIn(browser, "real", "sealed");
    const { sub } = await me(browser);
    const stored = await row<{ sealed: string }>(
      `SELECT id_token_sealed AS sealed FROM sessions WHERE user_id = ?1`,
      sub,
    );
    expect(stored?.sealed).not.toContain("eyJ");
    expect(stored?.sealed.length).toBeGreaterThan(200);
    const answer = await openBrowser().call(`${origin}/api/v1/auth/logout`, { method: "POST", headers: { origin } });
    expect(await answer.json()).toEqual({ providerLogoutUrl: null });
  });
});

describe("linking", () => {
  const linked = async (browser: Browser) =>
    (
      (await (await browser.call(`${origin}/api/v1/auth/identities`)).json()) as { items: { provider: string }[] }
    ).items.map(({ provider }) => provider);

  async function link(browser: Browser, id: string, account: string): Promise<Page> {
    const answer = await post(browser, `/api/v1/auth/identities/${id}/link`);
    const { startUrl } = (await answer.json()) as { startUrl: string };
    const page = await browser.visit(startUrl, isOurPage);
    return page.text.includes('name="account"') ? await browser.submit(page, { account }, isOurPage) : page;
  }

  it("adds a way in, once, and taking the last one away is refused", async () => {
    accounts.set("linker", { name: "Linker" });
    const browser = openBrowser();
    await signIn(browser, "real", "linker");
    expect((await link(browser, "telling", "linker")).url).toBe(`${origin}/settings/sign-in`);
    expect(await linked(browser)).toEqual(["real", "telling"]);
    const other = openBrowser();
    await signIn(other, "telling", "linker");
    expect((await me(other)).sub).toBe((await me(browser)).sub);
    // The same again is no error.
    expect((await link(browser, "telling", "linker")).url).toBe(`${origin}/settings/sign-in`);
    expect((await post(browser, "/api/v1/auth/identities/real", "DELETE")).status).toBe(204);
    const last = await post(browser, "/api/v1/auth/identities/telling", "DELETE");
    expect([last.status, ((await last.json()) as { code: string }).code]).toEqual([409, "last-sign-in-method"]);
    expect((await post(browser, "/api/v1/auth/identities/real", "DELETE")).status).toBe(404);
    expect(await linked(browser)).toEqual(["telling"]);
  });

  it("two unlinkings at once leave one way in", async () => {
    accounts.set("racer", { name: "Racer" });
    const browser = openBrowser();
    await signIn(browser, "real", "racer");
    await link(browser, "telling", "racer");
    const answers = await Promise.all(
      ["real", "telling"].map((id) => post(browser, `/api/v1/auth/identities/${id}`, "DELETE")),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 409]);
    expect(await linked(browser)).toHaveLength(1);
  });

  it("does not take somebody else's account there, nor a second one of one's own", async () => {
    accounts.set("mine", { name: "Mine" });
    accounts.set("theirs", { name: "Theirs" });
    accounts.set("mine too", { name: "Mine too" });
    await signIn(openBrowser(), "telling", "theirs");
    const browser = openBrowser();
    await signIn(browser, "real", "mine");
    expect((await link(browser, "telling", "theirs")).url).toBe(`${origin}/settings/sign-in?problem=identity-taken`);
    const another = openBrowser();
    await signIn(another, "real", "mine");
    expect((await link(another, "telling", "mine")).url).toBe(`${origin}/settings/sign-in`);
    const third = openBrowser();
    await signIn(third, "real", "mine");
    expect((await link(third, "telling", "mine too")).url).toBe(`${origin}/settings/sign-in?problem=limit-reached`);
  });

  it("is refused when the session that asked is over, or is somebody else's", async () => {
    accounts.set("asker", { name: "Asker" });
    const browser = openBrowser();
    await signIn(browser, "real", "asker");
    const { startUrl } = (await (await post(browser, "/api/v1/auth/identities/telling/link")).json()) as {
      startUrl: string;
    };
    await post(browser, "/api/v1/auth/logout");
    accounts.set("next", { name: "Next" });
    const page = await browser.visit(startUrl, isOurPage);
    const end = await browser.submit(page, { account: "next" }, isOurPage);
    expect(end.url).toBe(`${origin}/settings/sign-in?problem=unauthenticated`);
    expect(await row(`SELECT user_id FROM identities WHERE provider_id = 'telling' AND subject = 'next'`)).toBeNull();
  });

  it("needs a fresh proof, and a request of our own page", async () => {
    accounts.set("stale", { name: "Stale" });
    const browser = openBrowser();
    await signIn(browser, "real", "stale");
    const path = `${origin}/api/v1/auth/identities/telling/link`;
    const foreign = await browser.call(path, { method: "POST", headers: { origin: "https://evil.net" } });
    expect(((await foreign.json()) as { code: string }).code).toBe("cross-site-request");
    await platform.stack.db
      .prepare(`UPDATE sessions SET authenticated_at = 1 WHERE user_id = ?1`)
      .bind((await me(browser)).sub)
      .run();
    const late = await post(browser, "/api/v1/auth/identities/telling/link");
    expect(((await late.json()) as { code: string }).code).toBe("confirmation-required");
  });
});

describe("confirming with a provider", () => {
  const age = async (browser: Browser) => {
    const { sub } = await me(browser);
    await platform.stack.db.prepare(`UPDATE sessions SET authenticated_at = 1 WHERE user_id = ?1`).bind(sub).run();
    return sub;
  };
  const freshness = (sub: string) =>
    row<{ at: number }>(`SELECT authenticated_at AS at FROM sessions WHERE user_id = ?1`, sub).then(
      (found) => found?.at ?? 0,
    );

  it("asks for the password again, and makes the session fresh", async () => {
    accounts.set("sure", { name: "Sure" });
    const browser = openBrowser();
    await signIn(browser, "real", "sure");
    const sub = await age(browser);
    const page = await browser.visit(`${origin}/api/v1/auth/oidc/real/start?confirm=1&to=/settings`, isOurPage);
    // The provider knows this browser, and asks all the same.
    expect(page.text).toContain('name="account"');
    expect((await browser.submit(page, { account: "sure" }, isOurPage)).url).toBe(`${origin}/settings`);
    expect(await freshness(sub)).toBeGreaterThan(1);
    expect(await row(`SELECT COUNT(*) AS n FROM sessions WHERE user_id = ?1`, sub)).toEqual({ n: 1 });
  });

  it("is no proof when somebody else signs in there", async () => {
    accounts.set("victim", { name: "Victim" });
    accounts.set("visitor", { name: "Visitor" });
    const browser = openBrowser();
    await signIn(browser, "real", "victim");
    const sub = await age(browser);
    browser.forget(provider.issuer);
    const page = await browser.visit(`${origin}/api/v1/auth/oidc/real/start?confirm=1&to=/settings`, isOurPage);
    const end = await browser.submit(page, { account: "visitor" }, isOurPage);
    expect(end.url).toBe(`${origin}/settings?problem=sign-in-failed`);
    expect(await freshness(sub)).toBe(1);
    expect((await me(browser)).sub).toBe(sub);
  });
});

describe("an admin", () => {
  it("reads everything of a provider but its secret", async () => {
    const text = await (await platform.as(0)("/api/v1/admin/providers")).text();
    expect(text).not.toContain(SECRET);
    const { items } = JSON.parse(text) as { items: { id: string }[] };
    expect(items.find(({ id }) => id === "real")).toMatchObject({
      hasClientSecret: true,
      roleClaim: "realm_access.roles",
      redirectUri: `${origin}/api/v1/auth/oidc/real/callback`,
    });
    const dump = JSON.stringify((await platform.stack.db.prepare(`SELECT * FROM identity_providers`).all()).results);
    expect(dump).not.toContain(SECRET);
  });

  it("keeps the stored secret by not naming one", async () => {
    expect((await put("real", { clientId: "basic", clientSecret: undefined, ...KEYCLOAK })).status).toBe(200);
    accounts.set("after", { name: "After" });
    const browser = openBrowser();
    await signIn(browser, "real", "after");
    expect((await me(browser)).name).toBe("After");
  });

  it.each([
    ["http://127.0.0.1:9", /No provider answers there/],
    ["https://192.168.1.1", /IP address/],
    ["https://keycloak.internal", /public name/],
    ["https://login.example", /public name/],
    ["ftp://accounts.google.com", /https/],
  ])("is told in plain words what is wrong with the issuer %s", async (issuer, words) => {
    const response = await put("wrong", { issuer });
    const problem = (await response.json()) as { code: string; errors: { pointer: string; message: string }[] };
    expect([response.status, problem.code]).toEqual([400, "invalid-request"]);
    expect(problem.errors[0]).toMatchObject({ pointer: "/issuer", message: expect.stringMatching(words) });
  });

  it("is told how the provider calls itself", async () => {
    const response = await put("wrong", { issuer: `${provider.issuer}/` });
    expect(await response.text()).toContain(`calls itself ${provider.issuer}: enter exactly that`);
  });

  it("cannot turn linked accounts over to another issuer, nor send it the old one's secret", async () => {
    const taken = await put("real", { clientId: "basic", issuer: telling.issuer });
    expect(await taken.text()).toContain("cannot change while accounts are linked");
    await put("fresh", { clientId: "basic" });
    const sent = await put("fresh", { clientId: "basic", issuer: telling.issuer, clientSecret: undefined });
    expect(await sent.text()).toContain("/clientSecret");
  });

  it("removes a provider with all that is linked to it", async () => {
    await put("gone", { clientId: "basic" });
    await platform.stack.db
      .prepare(`INSERT INTO identities (provider_id, subject, user_id, created_at) VALUES ('gone', 'x', 'y', 1)`)
      .run();
    const remove = () => platform.as(0)("/api/v1/admin/providers/gone", { method: "DELETE" });
    expect((await remove()).status).toBe(204);
    expect((await remove()).status).toBe(404);
    expect(await row(`SELECT * FROM identities WHERE provider_id = 'gone'`)).toBeNull();
  });

  it("sends no more than a provider takes to describe", async () => {
    const roleMap = Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`role ${n}`, "member" as const]));
    for (const change of [{ roleMap }, { scopes: "email" }, { scopes: "openid  email" }, { name: "x".repeat(70_000) }])
      expect((await put("wrong", change)).status).toBe(400);
  });

  it("is the only one who may", async () => {
    for (const method of ["GET", "PUT", "DELETE"])
      expect(
        (await platform.as(1)(`/api/v1/admin/providers${method === "GET" ? "" : "/real"}`, { method })).status,
      ).toBe(403);
  });
});

describe("too many visits from one network", () => {
  it("are turned away, with a page that says so", async () => {
    const strict = await openTestPlatform({ attemptLimitFactor: 0.03 });
    try {
      const start = () => openBrowser().visit(`${strict.stack.url}/api/v1/auth/oidc/none/start`, () => true);
      const ends = [];
      for (let visit = 0; visit < 4; visit++) ends.push(new URL((await start()).url).search);
      expect(ends).toEqual([...Array<string>(3).fill("?problem=method-disabled"), "?problem=too-many-requests"]);
    } finally {
      await strict.close();
    }
  });
});
