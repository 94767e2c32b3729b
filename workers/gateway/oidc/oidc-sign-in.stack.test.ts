// Signing in with a real OpenID Connect provider: there and back, addresses, roles, signing out at both.
import { afterAll, describe, expect, it } from "vitest";
import { KEYCLOAK, openProviderVisits } from "../../../tests/fixtures/provider-visits.ts";
import { type Browser, openBrowser } from "../../../tests/fixtures/redirect-browser.ts";

const visits = await openProviderVisits();
const { platform, mail, sessionOf, provider, accounts, origin, put, signIn, me, row, post, isOurPage } = visits;
afterAll(visits.close);

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

  it("makes no account where registration is closed, and opens those there are", async () => {
    accounts.set("regular", { name: "Regular" });
    accounts.set("too late", { name: "Too late" });
    await signIn(openBrowser(), "real", "regular");
    await setRegistration("closed");
    expect((await signIn(openBrowser(), "real", "too late")).url).toBe(`${origin}/login?problem=registration-closed`);
    expect(await row(`SELECT id FROM users WHERE name = 'Too late'`)).toBeNull();
    expect((await signIn(openBrowser(), "real", "regular")).url).toBe(`${origin}/`);
    await setRegistration("invited");
    expect((await signIn(openBrowser(), "real", "too late")).url).toBe(`${origin}/`);
  });

  async function setRegistration(registration: "invited" | "closed"): Promise<void> {
    const headers = { ...(await sessionOf(0)), "content-type": "application/json" };
    const path = "/api/v1/admin/identity";
    const before = (await (await platform.anonymous(path, { headers })).json()) as Record<string, unknown>;
    const body = JSON.stringify({ ...before, registration });
    expect((await platform.anonymous(path, { method: "PUT", headers, body })).status).toBeLessThan(300);
  }

  it("is offered by no provider that is unknown or switched off", async () => {
    await put("real?force=true", { clientId: "basic", ...KEYCLOAK, isEnabled: false });
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
    const { mail: letter } = await mail.newest("member@lovelace.net");
    expect(letter.subject).toBe("Another way to sign in was linked to your account");
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

  it.each(["owner", "admin"])("never opens the account of an %s", async (role) => {
    const email = `${role}@lovelace.net`;
    accounts.set(`${role} here`, { name: `Some ${role}`, email, emailVerified: true });
    await signIn(openBrowser(), "real", `${role} here`);
    const change = platform.stack.db.prepare(`UPDATE users SET role = ?2 WHERE email = ?1`);
    await change.bind(email, role).run();
    accounts.set(`${role} there`, { name: "Climber", email, emailVerified: true });
    expect((await signIn(openBrowser(), "closed", `${role} there`)).url).toBe(
      `${origin}/login?problem=registration-closed`,
    );
    await change.bind(email, "member").run();
    const member = openBrowser();
    await signIn(member, "closed", `${role} there`);
    expect((await me(member)).name).toBe(`Some ${role}`);
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
