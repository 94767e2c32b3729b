// Linking a real provider to an account, and confirming with it who sits here.
import { afterAll, describe, expect, it } from "vitest";
import { openProviderVisits } from "../../../tests/fixtures/provider-visits.ts";
import { type Browser, openBrowser, type Page } from "../../../tests/fixtures/redirect-browser.ts";

const visits = await openProviderVisits();
const { platform, mail, provider, telling, accounts, origin, signIn, me, row, post, isOurPage } = visits;
afterAll(visits.close);

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

  it("is told to the person, once, at their own address", async () => {
    accounts.set("told", { name: "Told", email: "told@lovelace.net", emailVerified: true });
    const browser = openBrowser();
    await signIn(browser, "real", "told");
    // Nothing was linked to an account that was made with it.
    expect(await row(`SELECT COUNT(*) AS n FROM mail_outbox`)).toEqual({ n: 0 });
    for (let time = 0; time < 2; time++) await link(browser, "telling", "told");
    const { mail: letter } = await mail.newest("told@lovelace.net");
    expect(letter.subject).toBe("Another way to sign in was linked to your account");
    expect(letter.text).toContain("(telling)");
    expect(await row(`SELECT COUNT(*) AS n FROM mail_outbox`)).toEqual({ n: 1 });
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
    browser.forget(telling.issuer);
    expect((await link(browser, "telling", "mine")).url).toBe(`${origin}/settings/sign-in`);
    browser.forget(telling.issuer);
    expect((await link(browser, "telling", "mine too")).url).toBe(`${origin}/settings/sign-in?problem=limit-reached`);
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
