// Getting in by mail, by password and by invitation, through the front door, with a real mail server.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { issueSignInLink } from "../../../local/local-state.ts";
import type { CreatedInvitation, IdentitySettings } from "../../../shared/contracts/admin.ts";
import { ATTEMPT_LIMITS, CHALLENGES_FORGOTTEN_PER_RUN, INVITATION_KEEP_MS } from "../../../shared/contracts/limits.ts";
import { ageSessions, Browser, signedInBrowser } from "../../../tests/fixtures/browser.ts";
import { type MailServer, openMailServer } from "../../../tests/fixtures/mail-server.ts";
import { openTestPlatform, type TestPlatform } from "../../../tests/fixtures/test-platform.ts";
import { hashPassword } from "../identity/password-hash.ts";

const PASSWORD = "correct horse battery";

let platform: TestPlatform;
let mail: MailServer;
let origin: string;
let owner: Browser;
let addresses = 0;

beforeAll(async () => {
  mail = await openMailServer();
  platform = await openTestPlatform({
    users: 4,
    gatewayVariables: { SMTP_URL: mail.url, MAIL_FROM: "photos@heliograph.example" },
  });
  origin = platform.stack.url;
  owner = await signedInBrowser(platform, 0);
  for (const n of [0, 1, 2, 3])
    await platform.stack.db
      .prepare(`UPDATE users SET email = ?2, email_verified_at = 1, password_hash = ?3 WHERE id = ?1`)
      .bind(platform.stack.users[n]?.id, `user${n}@example.org`, n === 1 ? hashPassword(PASSWORD) : null)
      .run();
  await settings({ passwords: true });
});
afterAll(async () => {
  await platform.close();
  await mail.close();
});

/** Each from a network of its own, so that no test uses up another's attempts. */
function visitor(): Browser {
  addresses++;
  return new Browser(origin, `203.0.${addresses >> 8}.${addresses & 255}`);
}

async function settings(changed: Partial<IdentitySettings>): Promise<void> {
  const before = await owner.ask<IdentitySettings>("GET", "/api/v1/admin/identity");
  await owner.ask("PUT", "/api/v1/admin/identity", { ...before, ...changed });
}

const tokenOf = (link: URL | string): string => new URL(link).hash.replace("#token=", "");
const spend = (browser: Browser, token: string) => browser.refusal("POST", "/api/v1/auth/link", { token });
const who = (browser: Browser) => browser.ask<{ name: string; email: string }>("GET", "/api/v1/auth/userinfo");

async function count(where: string): Promise<number> {
  const row = await platform.stack.db.prepare(`SELECT count(*) AS n FROM ${where}`).first<{ n: number }>();
  return row?.n ?? -1;
}

async function linkFor(browser: Browser, email: string, to?: string): Promise<URL> {
  const letters = () => mail.inbox.filter((letter) => letter.to.includes(email)).length;
  const before = letters();
  await browser.ask("POST", "/api/v1/auth/email", { email, ...(to === undefined ? {} : { to }) }, 202);
  await expect.poll(letters, { timeout: 10_000 }).toBeGreaterThan(before);
  return await mail.link(email);
}

describe("the ways in", () => {
  it("are told to anybody", async () => {
    expect(await visitor().ask("GET", "/api/v1/auth/methods")).toEqual({
      passkey: true,
      email: true,
      password: true,
      providers: [],
      registration: "invited",
      isUnclaimed: false,
    });
  });
});

describe("a link by mail", () => {
  it("signs in whoever has the address, once, and leads to where they were", async () => {
    const browser = visitor();
    const link = await linkFor(browser, "user2@example.org", "/photos/abc?x=1");
    expect([link.origin, link.pathname, link.searchParams.get("to")]).toEqual([origin, "/login", "/photos/abc?x=1"]);
    expect(await browser.ask("POST", "/api/v1/auth/link", { token: tokenOf(link) })).toMatchObject({
      purpose: "sign-in",
    });
    expect(await who(browser)).toMatchObject({ name: "User 3", email: "user2@example.org" });
    expect(await spend(visitor(), tokenOf(link))).toBe("401 unauthenticated");
  });

  it.each(["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])(
    "leads to no other place than ours: %s",
    async (to) => {
      const link = await linkFor(visitor(), "user3@example.org", to);
      expect(link.searchParams.get("to") ?? "/").toBe("/");
    },
  );

  it("lets exactly one of twenty parallel openings in", async () => {
    const link = await linkFor(visitor(), "user0@example.org");
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const response = await visitor().send("POST", "/api/v1/auth/link", { token: tokenOf(link) });
        return response.status;
      }),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  });

  it("is answered the same for an address nobody has, and nothing is sent", async () => {
    const before = mail.inbox.length;
    const [known, unknown] = [visitor(), visitor()];
    const answers = await Promise.all([
      known.send("POST", "/api/v1/auth/email", { email: "USER1@example.org" }),
      unknown.send("POST", "/api/v1/auth/email", { email: "nobody@example.org" }),
    ]);
    const seen = await Promise.all(
      answers.map(async (answer) => {
        const { "x-request-id": _id, date: _date, ...headers } = Object.fromEntries(answer.headers);
        return { status: answer.status, body: await answer.text(), headers };
      }),
    );
    expect(seen[0]).toEqual(seen[1]);
    expect(seen[0]?.status).toBe(202);
    await mail.newest("user1@example.org");
    await platform.stack.sweep();
    expect(mail.inbox.slice(before).map(({ to }) => to)).toEqual([["user1@example.org"]]);
    expect(await count(`mail_outbox WHERE recipient = 'nobody@example.org'`)).toBe(0);
  });

  it("is limited alike for an address somebody has and one that nobody has", async () => {
    const { most } = ATTEMPT_LIMITS["mail:account"];
    const asks = async (email: string) => {
      const statuses: number[] = [];
      for (let n = 0; n <= most; n++)
        statuses.push((await visitor().send("POST", "/api/v1/auth/email", { email })).status);
      return statuses;
    };
    const [known, unknown] = [await asks("user3@example.org"), await asks("limited@example.org")];
    expect(unknown).toEqual([...Array<number>(most).fill(202), 429]);
    expect(known.at(-1)).toBe(429);
    const response = await visitor().send("POST", "/api/v1/auth/email", { email: "limited@example.org" });
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(3000);
  });

  it("is not sent to an address that nobody has proved", async () => {
    await platform.stack.db
      .prepare(
        `INSERT INTO users (id, name, role, email, created_at) VALUES ('u', 'U', 'member', 'unproven@example.org', 1)`,
      )
      .run();
    await visitor().ask("POST", "/api/v1/auth/email", { email: "unproven@example.org" }, 202);
    await platform.stack.sweep();
    expect(await count(`mail_outbox WHERE recipient = 'unproven@example.org'`)).toBe(0);
    await platform.stack.db.prepare(`DELETE FROM users WHERE id = 'u'`).run();
  });

  it("opens nothing after a quarter of an hour, for a locked account, or when the address has moved on", async () => {
    const { db } = platform.stack;
    const id = platform.stack.users[2]?.id;
    const late = tokenOf(await linkFor(visitor(), "user2@example.org"));
    await db.prepare(`UPDATE sign_in_links SET expires_at = expires_at - 15 * 60000 WHERE used_at IS NULL`).run();
    expect(await spend(visitor(), late)).toBe("401 unauthenticated");
    const locked = tokenOf(await linkFor(visitor(), "user2@example.org"));
    await db.prepare(`UPDATE users SET status = 'disabled' WHERE id = ?`).bind(id).run();
    expect(await spend(visitor(), locked)).toBe("403 account-disabled");
    await db.prepare(`UPDATE users SET status = 'active' WHERE id = ?`).bind(id).run();
    const moved = tokenOf(await linkFor(visitor(), "user2@example.org"));
    await db.prepare(`UPDATE users SET email = 'elsewhere@example.org' WHERE id = ?`).bind(id).run();
    expect(await spend(visitor(), moved)).toBe("401 unauthenticated");
    await db.prepare(`UPDATE users SET email = 'user2@example.org' WHERE id = ?`).bind(id).run();
  });

  it("stores neither its token nor what could be made one without the secret", async () => {
    const token = tokenOf(await linkFor(visitor(), "user0@example.org"));
    for (const table of ["sign_in_links", "mail_outbox", "audit_events", "challenges"]) {
      const { results } = await platform.stack.db.prepare(`SELECT * FROM ${table}`).all();
      expect(JSON.stringify(results), table).not.toContain(token);
    }
  });
});

describe("the owner's printed link", () => {
  it("makes the installation theirs, as the log says", async () => {
    const { db } = platform.stack;
    const id = platform.stack.users[0]?.id ?? "";
    await db.prepare(`UPDATE users SET email = NULL, email_verified_at = NULL WHERE id = ?`).bind(id).run();
    expect(await visitor().ask("GET", "/api/v1/auth/methods")).toMatchObject({ isUnclaimed: true });
    const browser = visitor();
    const link = await issueSignInLink(db, id, origin, Date.now());
    expect(await browser.ask("POST", "/api/v1/auth/link", { token: tokenOf(link) })).toEqual({
      purpose: "setup",
      needsSignInMethod: true,
      status: "active",
    });
    expect(await count(`audit_events WHERE action = 'account.claimed' AND subject_id = '${id}'`)).toBeGreaterThan(0);
    await db.prepare(`UPDATE users SET email = 'user0@example.org', email_verified_at = 1 WHERE id = ?`).bind(id).run();
  });

  it("begins a new session, whatever cookie the browser had", async () => {
    const browser = visitor();
    browser.cookies.set("hg_session_local", "a-session-somebody-planted-in-this-browser");
    const link = await issueSignInLink(platform.stack.db, platform.stack.users[0]?.id ?? "", origin, Date.now());
    await browser.ask("POST", "/api/v1/auth/link", { token: tokenOf(link) });
    expect(browser.cookies.get("hg_session_local")).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(await who(browser)).toMatchObject({ name: "Owner" });
  });
});

describe("an address of one's own", () => {
  it("is the account's when the link sent to it is opened, and the old one is told", async () => {
    const browser = await signedInBrowser(platform, 1, "198.51.100.1");
    await browser.ask("PATCH", "/api/v1/account", { name: "Ada", email: "ada@example.org" }, 204);
    expect(await who(browser)).toMatchObject({ name: "Ada", email: "user1@example.org" });
    const opened = await browser.ask("POST", "/api/v1/auth/link", {
      token: tokenOf(await mail.link("ada@example.org")),
    });
    expect(opened).toMatchObject({ purpose: "verify" });
    expect(await who(browser)).toMatchObject({ email: "ada@example.org", emailVerified: true });
    await expect
      .poll(async () => (await mail.newest("user1@example.org")).mail.subject)
      .toBe("The e-mail address of your account was changed");
  });

  it("is proved in a session of the account that asked, and nowhere else; a link opened elsewhere stays good", async () => {
    const browser = await signedInBrowser(platform, 1, "198.51.100.2");
    await browser.ask("PATCH", "/api/v1/account", { email: "second@example.org" }, 204);
    const token = tokenOf(await mail.link("second@example.org"));
    const victim = await signedInBrowser(platform, 2, "198.51.100.5");
    for (const stranger of [visitor(), victim, visitor()])
      expect(await spend(stranger, token)).toBe("403 sign-in-first");
    expect(await who(browser)).not.toMatchObject({ email: "second@example.org" });
    expect(await who(victim)).toMatchObject({ email: "user2@example.org" });
    expect(await spend(browser, token)).toBe("200 undefined");
    expect(await who(browser)).toMatchObject({ email: "second@example.org" });
    expect(await spend(browser, token)).toBe("401 unauthenticated");
  });

  it("is not taken from another account", async () => {
    const browser = await signedInBrowser(platform, 3, "198.51.100.3");
    await browser.ask("PATCH", "/api/v1/account", { email: "user2@example.org" }, 204);
    await expect
      .poll(async () => (await mail.newest("user2@example.org")).mail.subject)
      .toBe("Confirm your e-mail address");
    expect(await spend(browser, tokenOf(await mail.link("user2@example.org")))).toBe("409 email-taken");
  });

  it("is chosen by a person who has just proved who they are, and by no key", async () => {
    const key = await platform.as(1)("/api/v1/account", {
      method: "PATCH",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: "thief@example.org" }),
    });
    expect(key.status).toBe(403);
    const browser = await signedInBrowser(platform, 1, "198.51.100.4");
    await ageSessions(platform, 1);
    expect(await browser.refusal("PATCH", "/api/v1/account", { email: "thief@example.org" })).toBe(
      "403 confirmation-required",
    );
  });
});

describe("registering by address", () => {
  it("is closed unless an admin opens it", async () => {
    const answer = await visitor().refusal("POST", "/api/v1/auth/register", { name: "Eve", email: "eve@example.org" });
    expect(answer).toBe("403 registration-closed");
  });

  it("makes the account when the link is opened, and answers the same for an address that has one", async () => {
    await settings({ registration: "open" });
    const browser = visitor();
    const users = await count("users");
    const fresh = await browser.send("POST", "/api/v1/auth/register", { name: "Eve", email: "eve@example.org" });
    const taken = await visitor().send("POST", "/api/v1/auth/register", { name: "X", email: "user0@example.org" });
    expect([fresh.status, await fresh.text()]).toEqual([taken.status, await taken.text()]);
    expect(await count("users")).toBe(users);
    const token = tokenOf(await mail.link("eve@example.org"));
    expect(await browser.ask("POST", "/api/v1/auth/link", { token })).toMatchObject({ purpose: "register" });
    expect(await who(browser)).toMatchObject({ name: "Eve", email: "eve@example.org", role: "member" });
    expect(await spend(visitor(), token)).toBe("401 unauthenticated");
    expect(await count("users")).toBe(users + 1);
    await settings({ registration: "invited" });
  });
});

describe("an invitation", () => {
  const invite = (body: object) => owner.ask<CreatedInvitation>("POST", "/api/v1/admin/invitations", body, 201);
  const join = (browser: Browser, token: string, more: object = {}) =>
    browser.send("POST", "/api/v1/auth/register", { name: "Guest", invitation: token, ...more });

  it("is mailed and shown, with different tokens; the mailed one proves the address", async () => {
    const created = await invite({ email: "guest@example.org", role: "admin", quotaBytes: 1000 });
    expect(created).toMatchObject({ isMailed: true, state: "open", invitedBy: "Owner" });
    const mailed = await mail.link("guest@example.org");
    expect(mailed.pathname).toBe("/invite");
    expect(tokenOf(mailed)).not.toBe(tokenOf(created.url));
    const browser = visitor();
    expect(await browser.ask("POST", "/api/v1/auth/invitation", { token: tokenOf(mailed) })).toMatchObject({
      invitedBy: "Owner",
      email: "guest@example.org",
      role: "admin",
    });
    expect((await join(browser, tokenOf(mailed))).status).toBe(200);
    expect(await who(browser)).toMatchObject({ role: "admin", email: "guest@example.org", emailVerified: true });
    expect(await visitor().refusal("POST", "/api/v1/auth/invitation", { token: tokenOf(created.url) })).toBe(
      "403 registration-closed",
    );
  });

  it("that was handed over proves no address", async () => {
    const created = await invite({ email: "handed@example.org" });
    const browser = visitor();
    expect((await join(browser, tokenOf(created.url))).status).toBe(200);
    expect(await who(browser)).toMatchObject({ email: null, role: "member", needsSignInMethod: true });
    await expect
      .poll(async () => (await mail.newest("handed@example.org")).mail.subject)
      .toBe("Confirm your e-mail address");
  });

  it("is accepted once by twenty at the same time, and makes one account", async () => {
    const token = tokenOf((await invite({})).url);
    const users = await count("users");
    const accepted = await count(`audit_events WHERE action = 'invitation.accepted'`);
    const statuses = await Promise.all(Array.from({ length: 20 }, async () => (await join(visitor(), token)).status));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 403)).toHaveLength(19);
    expect(await count("users")).toBe(users + 1);
    expect(await count(`audit_events WHERE action = 'invitation.accepted'`)).toBe(accepted + 1);
  });

  it("opens nothing when it was taken back, is too old, or is forged", async () => {
    const revoked = await invite({});
    await owner.ask("DELETE", `/api/v1/admin/invitations/${revoked.id}`, undefined, 204);
    expect((await join(visitor(), tokenOf(revoked.url))).status).toBe(403);
    const old = await invite({});
    await platform.stack.db.prepare(`UPDATE invitations SET expires_at = 1 WHERE id = ?`).bind(old.id).run();
    expect((await join(visitor(), tokenOf(old.url))).status).toBe(403);
    const open = await invite({ email: "forged@example.org" });
    expect((await join(visitor(), `${open.id}.${"A".repeat(43)}`)).status).toBe(403);
  });

  it.each([
    ["is locked", { status: "disabled" }, { status: "active" }],
    ["is demoted", { role: "member" }, { role: "admin" }],
  ])("brings nobody back: it opens nothing once its maker %s", async (_, worse, better) => {
    const { db, users } = platform.stack;
    const path = `/api/v1/admin/users/${users[3]?.id}`;
    await owner.ask("PATCH", path, { role: "admin" });
    const admin = await signedInBrowser(platform, 3, "198.51.100.6");
    const { id, url } = await admin.ask<CreatedInvitation>("POST", "/api/v1/admin/invitations", { role: "admin" }, 201);
    await owner.ask("PATCH", path, worse);
    expect((await join(visitor(), tokenOf(url))).status).toBe(403);
    // Also where it was made at that very moment, and so was not revoked.
    await db.prepare(`UPDATE invitations SET revoked_at = NULL WHERE id = ?`).bind(id).run();
    expect((await join(visitor(), tokenOf(url))).status).toBe(403);
    await owner.ask("PATCH", path, { ...better, role: "member" });
  });

  it("is revoked in the act that locks or demotes its maker", async () => {
    const path = `/api/v1/admin/users/${platform.stack.users[3]?.id}`;
    for (const [worse, better] of [
      [{ status: "disabled" }, { status: "active" }],
      [{ role: "member" }, { role: "admin" }],
    ]) {
      await owner.ask("PATCH", path, { role: "admin" });
      const admin = await signedInBrowser(platform, 3, "198.51.100.7");
      const { id } = await admin.ask<CreatedInvitation>("POST", "/api/v1/admin/invitations", {}, 201);
      await owner.ask("PATCH", path, worse);
      await owner.ask("PATCH", path, better);
      expect(await count(`invitations WHERE id = '${id}' AND revoked_at IS NOT NULL`)).toBe(1);
    }
    await owner.ask("PATCH", path, { role: "member" });
  });

  it("opens nothing, and is not made, where nobody may register; where everybody may, it is good", async () => {
    const { url } = await invite({});
    await settings({ registration: "closed" });
    expect((await join(visitor(), tokenOf(url))).status).toBe(403);
    expect(await owner.refusal("POST", "/api/v1/admin/invitations", {})).toBe("403 registration-closed");
    await settings({ registration: "open" });
    expect((await join(visitor(), tokenOf(url))).status).toBe(200);
    await settings({ registration: "invited" });
  });

  it("makes no account while nobody owns the installation, and neither does anything else", async () => {
    const { db } = platform.stack;
    await settings({ registration: "open" });
    const path = `/api/v1/admin/users/${platform.stack.users[3]?.id}`;
    await owner.ask("PATCH", path, { role: "admin" });
    const admin = await signedInBrowser(platform, 3, "198.51.100.8");
    const { url } = await admin.ask<CreatedInvitation>("POST", "/api/v1/admin/invitations", {}, 201);
    await visitor().ask("POST", "/api/v1/auth/register", { name: "Alone", email: "alone@example.org" }, 202);
    const registering = tokenOf(await mail.link("alone@example.org"));
    const users = await count("users");
    await db.prepare(`UPDATE users SET status = 'closing' WHERE role = 'owner'`).run();
    expect((await join(visitor(), tokenOf(url))).status).toBe(403);
    expect(await spend(visitor(), registering)).toBe("403 registration-closed");
    expect(await count("users")).toBe(users);
    await db.prepare(`UPDATE users SET status = 'active' WHERE role = 'owner'`).run();
    expect((await join(visitor(), tokenOf(url))).status).toBe(200);
    await owner.ask("PATCH", path, { role: "member" });
    await settings({ registration: "invited" });
  });

  it("that nobody accepted is forgotten a month after its end, and challenges as many at a time as a sweep can take", async () => {
    const { db } = platform.stack;
    const [old, late] = [await invite({ email: "forgotten@example.org" }), await invite({})];
    const end = db.prepare(`UPDATE invitations SET expires_at = ?2 WHERE id = ?1`);
    await end.bind(old.id, Date.now() - INVITATION_KEEP_MS - 1).run();
    await end.bind(late.id, Date.now() - INVITATION_KEEP_MS + 60_000).run();
    await db
      .prepare(
        `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
         INSERT INTO challenges (hash, purpose, payload, expires_at) SELECT 'old' || i, 'register', '{}', i FROM n`,
      )
      .bind(CHALLENGES_FORGOTTEN_PER_RUN + 7)
      .run();
    const accepted = await count(`invitations WHERE accepted_at IS NOT NULL`);
    await platform.stack.sweep();
    expect(await count(`invitations WHERE id = '${old.id}'`)).toBe(0);
    expect(await count(`invitations WHERE id = '${late.id}'`)).toBe(1);
    expect(await count(`invitations WHERE accepted_at IS NOT NULL`)).toBe(accepted);
    expect(await count(`challenges WHERE hash LIKE 'old%'`)).toBe(7);
    await platform.stack.sweep();
    expect(await count(`challenges WHERE hash LIKE 'old%'`)).toBe(0);
  });
});

describe("a password", () => {
  const login = (browser: Browser, email: string, password: string) =>
    browser.refusal("POST", "/api/v1/auth/login", { email, password });

  it("signs in, with the address as it is written", async () => {
    const browser = await signedInBrowser(platform, 2, "198.51.100.5");
    await browser.ask("PUT", "/api/v1/account/password", { password: PASSWORD }, 204);
    const other = visitor();
    await other.ask("POST", "/api/v1/auth/login", { email: " User2@Example.org", password: PASSWORD });
    expect(await who(other)).toMatchObject({ name: "User 3" });
    await expect.poll(async () => (await mail.newest("user2@example.org")).mail.subject).toContain("password");
  });

  it("is refused alike when it is wrong, when nobody has the address, and when the account has none", async () => {
    for (const email of ["user2@example.org", "nobody@example.org", "user3@example.org"])
      expect(await login(visitor(), email, "wrong wrong wrong")).toBe("401 sign-in-failed");
  });

  it("may be tried ten times in a quarter of an hour, from wherever, and the log says so once", async () => {
    const { most } = ATTEMPT_LIMITS["sign-in:account"];
    const id = platform.stack.users[2]?.id;
    await platform.stack.db.prepare(`DELETE FROM audit_events WHERE action LIKE 'sign-in.%'`).run();
    await visitor().ask("POST", "/api/v1/auth/login", { email: "user2@example.org", password: PASSWORD });
    const answers = await Promise.all(
      Array.from({ length: most + 5 }, () => login(visitor(), "user2@example.org", "wrong wrong wrong")),
    );
    expect(answers.filter((answer) => answer === "401 sign-in-failed")).toHaveLength(most);
    expect(await login(visitor(), "user2@example.org", PASSWORD)).toBe("429 too-many-requests");
    await expect.poll(() => count(`audit_events WHERE action = 'sign-in.failed' AND subject_id = '${id}'`)).toBe(most);
    expect(await count(`audit_events WHERE action = 'sign-in.limited' AND subject_id = '${id}'`)).toBe(1);
  });

  it("is limited for an address nobody has as well", async () => {
    const answers: string[] = [];
    for (let n = 0; n <= ATTEMPT_LIMITS["sign-in:account"].most; n++)
      answers.push(await login(visitor(), "ghost@example.org", "wrong wrong wrong"));
    expect(answers.at(-1)).toBe("429 too-many-requests");
  });

  it("is hashed anew when the parameters have changed", async () => {
    const id = platform.stack.users[3]?.id;
    const weak = hashPassword(PASSWORD, { logN: 12, r: 8, p: 1 });
    const { db } = platform.stack;
    await db.prepare(`UPDATE users SET password_hash = ?2 WHERE id = ?1`).bind(id, weak).run();
    await visitor().ask("POST", "/api/v1/auth/login", { email: "user3@example.org", password: PASSWORD });
    const row = await db
      .prepare(`SELECT password_hash AS hash FROM users WHERE id = ?`)
      .bind(id)
      .first<{ hash: string }>();
    expect(row?.hash).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$/);
    await visitor().ask("POST", "/api/v1/auth/login", { email: "user3@example.org", password: PASSWORD });
  });

  it("proves once more who sits here", async () => {
    const browser = await signedInBrowser(platform, 3, "198.51.100.6");
    await ageSessions(platform, 3);
    expect(await browser.refusal("DELETE", "/api/v1/account/password")).toBe("403 confirmation-required");
    expect(await browser.refusal("POST", "/api/v1/auth/confirm/password", { password: "wrong" })).toBe(
      "403 confirmation-required",
    );
    await browser.ask("POST", "/api/v1/auth/confirm/password", { password: PASSWORD });
    await browser.ask("DELETE", "/api/v1/account/password", undefined, 204);
    expect(await login(visitor(), "user3@example.org", PASSWORD)).toBe("401 sign-in-failed");
  });

  it("stays while nothing else would let its user in", async () => {
    const { db } = platform.stack;
    const id = platform.stack.users[3]?.id;
    const browser = await signedInBrowser(platform, 3, "198.51.100.7");
    await browser.ask("PUT", "/api/v1/account/password", { password: PASSWORD }, 204);
    await db.prepare(`UPDATE users SET email_verified_at = NULL WHERE id = ?`).bind(id).run();
    expect(await browser.refusal("DELETE", "/api/v1/account/password")).toBe("409 last-sign-in-method");
    await db.prepare(`UPDATE users SET email_verified_at = 1 WHERE id = ?`).bind(id).run();
    await browser.ask("DELETE", "/api/v1/account/password", undefined, 204);
  });

  it("is too short, too long, or not taken at all where the admin does not want it", async () => {
    const browser = await signedInBrowser(platform, 3, "198.51.100.8");
    for (const password of ["elevenchars", "x".repeat(257)])
      expect(await browser.refusal("PUT", "/api/v1/account/password", { password })).toBe("400 invalid-request");
    await settings({ passwords: false });
    expect(await browser.refusal("PUT", "/api/v1/account/password", { password: PASSWORD })).toBe(
      "403 method-disabled",
    );
    expect(await login(visitor(), "user1@example.org", PASSWORD)).toBe("403 method-disabled");
    await settings({ passwords: true });
  });

  it("is switched off under nobody who needs it unless that is meant, and never under whoever switches it off", async () => {
    const { db, users } = platform.stack;
    const only = (n: number) =>
      db
        .prepare(`UPDATE users SET email_verified_at = NULL, password_hash = ?2 WHERE id = ?1`)
        .bind(users[n]?.id, hashPassword(PASSWORD))
        .run();
    const before = await owner.ask<IdentitySettings>("GET", "/api/v1/admin/identity");
    const off = async (query = "") => {
      const answer = await owner.send("PUT", `/api/v1/admin/identity${query}`, { ...before, passwords: false });
      return [answer.status, ((await answer.json()) as { detail?: string }).detail?.slice(0, 8)];
    };
    await settings({ passwords: true });
    await only(2);
    const browser = await signedInBrowser(platform, 2, "198.51.100.9");
    expect(await who(browser)).toMatchObject({ needsSignInMethod: false });
    expect(await off()).toEqual([409, "1 of the"]);
    expect(await off("?force=true")).toEqual([200, undefined]);
    expect(await who(browser)).toMatchObject({ needsSignInMethod: true });
    await settings({ passwords: true });
    await only(0);
    expect(await off("?force=true")).toEqual([409, "You coul"]);
  });
});
