// What an admin says of providers, and is told of them.
import { afterAll, describe, expect, it } from "vitest";
import { KEYCLOAK, openProviderVisits, PROVIDER_SECRET } from "../../../tests/fixtures/provider-visits.ts";
import { openBrowser } from "../../../tests/fixtures/redirect-browser.ts";
import { testCredentials } from "../../../tests/security/test-credentials.ts";

const visits = await openProviderVisits();
const { platform, provider, telling, accounts, origin, put, sessionOf, signIn, me, row } = visits;
afterAll(visits.close);

describe("an admin", () => {
  it("reads everything of a provider but its secret", async () => {
    const text = await (await platform.as(0)("/api/v1/admin/providers")).text();
    expect(text).not.toContain(PROVIDER_SECRET);
    const { items } = JSON.parse(text) as { items: { id: string }[] };
    expect(items.find(({ id }) => id === "real")).toMatchObject({
      hasClientSecret: true,
      roleClaim: "realm_access.roles",
      redirectUri: `${origin}/api/v1/auth/oidc/real/callback`,
    });
    const dump = JSON.stringify((await platform.stack.db.prepare(`SELECT * FROM identity_providers`).all()).results);
    expect(dump).not.toContain(PROVIDER_SECRET);
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
    const headers = await sessionOf(0);
    const remove = () => platform.anonymous("/api/v1/admin/providers/gone", { method: "DELETE", headers });
    expect((await remove()).status).toBe(204);
    expect((await remove()).status).toBe(404);
    expect(await row(`SELECT * FROM identities WHERE provider_id = 'gone'`)).toBeNull();
  });

  it("hears how many people a provider alone lets in before it is switched off or removed", async () => {
    await put("last", { clientId: "basic" });
    const link = platform.stack.db.prepare(
      `INSERT INTO identities (provider_id, subject, user_id, created_at) VALUES ('last', ?1, ?2, 1)`,
    );
    const member = platform.stack.users[1]?.id;
    await link.bind("m", member).run();
    await platform.stack.db.prepare(`UPDATE users SET email_verified_at = NULL WHERE id = ?`).bind(member).run();
    const headers = await sessionOf(0);
    const remove = (query = "") =>
      platform.anonymous(`/api/v1/admin/providers/last${query}`, { method: "DELETE", headers });
    for (const refused of [await put("last", { clientId: "basic", isEnabled: false }), await remove()])
      expect([refused.status, await refused.text()]).toEqual([409, expect.stringContaining("1 of the people here")]);
    await link.bind("o", platform.stack.users[0]?.id).run();
    expect(await (await remove("?force=true")).text()).toContain("You could not sign in again yourself");
    await platform.stack.db.prepare(`DELETE FROM identities WHERE subject = 'o'`).run();
    expect((await remove("?force=true")).status).toBe(204);
  });

  it("sends no more than a provider takes to describe", async () => {
    const roleMap = Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`role ${n}`, "member" as const]));
    for (const change of [{ roleMap }, { scopes: "email" }, { scopes: "openid  email" }, { name: "x".repeat(70_000) }])
      expect((await put("wrong", change)).status).toBe(400);
  });

  it("is the only one who may, at a browser: a key makes no way in", async () => {
    const call = (method: string, headers: Record<string, string>) =>
      platform.anonymous(`/api/v1/admin/providers${method === "GET" ? "" : "/real"}`, { method, headers });
    const member = await sessionOf(1);
    for (const method of ["GET", "PUT", "DELETE"]) expect((await call(method, member)).status).toBe(403);
    const key = await testCredentials(platform).key(platform.stack.users[0]?.id ?? "");
    for (const method of ["PUT", "DELETE"]) expect((await call(method, key)).status).toBe(403);
    expect((await call("GET", key)).status).toBe(200);
  });
});
