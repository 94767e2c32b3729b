// What admins may do to accounts, and what nobody may: through the front door, with everybody's roles.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { AdminUser, AdminUserList, RecoveryLink } from "../../../shared/contracts/admin.ts";
import { Browser, signedInBrowser } from "../../../tests/fixtures/browser.ts";
import { openTestPlatform, type TestPlatform } from "../../../tests/fixtures/test-platform.ts";

const USERS = "/api/v1/admin/users";
const [OWNER, OTHER_OWNER, ADMIN, MEMBER] = [0, 1, 2, 3] as const;

let platform: TestPlatform;
let browsers: Browser[];
const id = (n: number): string => platform.stack.users[n]?.id ?? "";
const as = (n: number): Browser => {
  const browser = browsers[n];
  if (browser === undefined) throw new Error(`nobody is number ${n}`);
  return browser;
};

beforeAll(async () => {
  platform = await openTestPlatform({ users: 5, attemptLimitFactor: 100 });
});
afterAll(() => platform.close());
beforeEach(async () => {
  const set = platform.stack.db.prepare(`UPDATE users SET role = ?2, status = 'active' WHERE id = ?1`);
  const roles = ["owner", "owner", "admin", "member", "member"];
  await platform.stack.db.batch(roles.map((role, n) => set.bind(id(n), role)));
  browsers = await Promise.all(roles.map((_, n) => signedInBrowser(platform, n)));
});

const patch = (n: number, target: number, body: object) => as(n).refusal("PATCH", `${USERS}/${id(target)}`, body);
const row = (n: number) =>
  platform.stack.db
    .prepare(`SELECT role, status FROM users WHERE id = ?`)
    .bind(id(n))
    .first<{ role: string; status: string }>();

describe("the list of accounts", () => {
  it("is whole, page by page, with what each stores and signs in by", async () => {
    const seen: AdminUser[] = [];
    let cursor: string | null = null;
    do {
      const more: string = cursor === null ? "" : `&cursor=${cursor}`;
      const page: AdminUserList = await as(ADMIN).ask("GET", `${USERS}?limit=2${more}`);
      seen.push(...page.items);
      cursor = page.cursor;
    } while (cursor !== null);
    expect(seen.map((user) => user.id)).toEqual([0, 1, 2, 3, 4].map(id));
    expect(seen[0]).toMatchObject({
      name: "Owner",
      role: "owner",
      storage: { bytes: 0, photos: 0, quotaBytes: null },
      signIn: { passkeys: 0, hasPassword: false, providers: [] },
    });
    expect(seen[0]?.lastSeenAt).not.toBeNull();
  });

  it("is searched by a part of a name, and refuses a cursor that is not its own", async () => {
    const { items } = await as(ADMIN).ask<AdminUserList>("GET", `${USERS}?q=${encodeURIComponent("OWN")}`);
    expect(items.map(({ name }) => name)).toEqual(["Owner"]);
    expect((await as(ADMIN).ask<AdminUserList>("GET", `${USERS}?q=%25`)).items).toEqual([]);
    expect(await as(ADMIN).refusal("GET", `${USERS}?cursor=AAAA`)).toBe("400 invalid-cursor");
  });

  it("is for admins", async () => {
    expect(await as(MEMBER).refusal("GET", USERS)).toBe("403 forbidden");
    expect(await patch(MEMBER, 4, { role: "admin" })).toBe("403 forbidden");
  });
});

describe("a role", () => {
  it("is an admin's to give, but for an owner's", async () => {
    expect(await patch(ADMIN, MEMBER, { role: "admin" })).toBe("200 undefined");
    expect(await patch(ADMIN, MEMBER, { role: "owner" })).toBe("403 forbidden");
    expect(await patch(ADMIN, OWNER, { role: "member" })).toBe("403 forbidden");
    expect(await patch(ADMIN, OWNER, { quotaBytes: 1 })).toBe("403 forbidden");
    expect(await patch(OWNER, ADMIN, { role: "owner" })).toBe("200 undefined");
    expect(await row(ADMIN)).toMatchObject({ role: "owner" });
  });

  it("is nobody's to change for themselves", async () => {
    expect(await patch(ADMIN, ADMIN, { role: "member" })).toBe("403 forbidden");
    expect(await patch(OWNER, OWNER, { role: "admin" })).toBe("403 forbidden");
    expect(await patch(OWNER, OWNER, { status: "disabled" })).toBe("403 forbidden");
  });

  it("stays with the last owner, even when two demote each other at once", async () => {
    for (let round = 0; round < 10; round++) {
      await platform.stack.db
        .prepare(`UPDATE users SET role = 'owner' WHERE id IN (?, ?)`)
        .bind(id(OWNER), id(OTHER_OWNER))
        .run();
      await Promise.all([patch(OWNER, OTHER_OWNER, { role: "member" }), patch(OTHER_OWNER, OWNER, { role: "member" })]);
      const owners = await platform.stack.db
        .prepare(`SELECT count(*) AS n FROM users WHERE role = 'owner' AND status = 'active'`)
        .first<{ n: number }>();
      expect(owners?.n).toBe(1);
    }
  });

  it("is written down, with what it was", async () => {
    await patch(OWNER, MEMBER, { role: "admin" });
    const event = await platform.stack.db
      .prepare(
        `SELECT actor_id AS actor, details FROM audit_events WHERE action = 'account.role-changed' ORDER BY id DESC LIMIT 1`,
      )
      .first<{ actor: string; details: string }>();
    expect(event).toEqual({ actor: id(OWNER), details: JSON.stringify({ from: "member", to: "admin" }) });
  });
});

describe("locking an account", () => {
  it("ends everything that opened it, at once and for good", async () => {
    expect((await platform.as(MEMBER)("/api/v1/photos")).status).toBe(200);
    expect(await patch(ADMIN, MEMBER, { status: "disabled" })).toBe("200 undefined");
    expect((await as(MEMBER).send("GET", "/api/v1/auth/userinfo")).status).toBe(401);
    expect((await platform.as(MEMBER)("/api/v1/photos")).status).toBe(401);
    expect(await patch(ADMIN, MEMBER, { status: "active" })).toBe("200 undefined");
    expect((await as(MEMBER).send("GET", "/api/v1/auth/userinfo")).status).toBe(401);
  });

  it("does not stop an account from being deleted, or bring it back", async () => {
    await platform.stack.db
      .prepare(`UPDATE users SET status = 'closing', delete_after = 1e15 WHERE id = ?`)
      .bind(id(4))
      .run();
    expect(await patch(ADMIN, 4, { status: "active" })).toBe("403 account-closing");
    expect(await patch(ADMIN, 4, { status: "disabled" })).toBe("403 account-closing");
    expect(await row(4)).toMatchObject({ status: "closing" });
  });
});

describe("limits of an account", () => {
  it("are set, and set back to the installation's, one without the other", async () => {
    const set = (body: object) => as(ADMIN).ask<AdminUser>("PATCH", `${USERS}/${id(MEMBER)}`, body);
    expect((await set({ quotaBytes: 1000, quotaPhotos: 5 })).storage).toMatchObject({
      quotaBytes: 1000,
      quotaPhotos: 5,
    });
    expect((await set({ quotaBytes: null })).storage).toMatchObject({ quotaBytes: null, quotaPhotos: 5 });
    expect(await patch(ADMIN, MEMBER, { quotaBytes: -1 })).toBe("400 invalid-request");
  });

  it("are of somebody there is", async () => {
    const answer = await as(ADMIN).refusal("PATCH", `${USERS}/01900000-0000-7000-8000-000000000000`, { quotaBytes: 1 });
    expect(answer).toBe("404 not-found");
  });
});

describe("a way back for somebody without one", () => {
  const ask = (n: number, target: number) => as(n).refusal("POST", `${USERS}/${id(target)}/sign-in-link`);

  it("is a link that an owner makes: it opens the account once, and the account's history says so", async () => {
    const { url, expiresAt } = await as(OWNER).ask<RecoveryLink>(
      "POST",
      `${USERS}/${id(MEMBER)}/sign-in-link`,
      undefined,
      201,
    );
    expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now());
    expect(new URL(url).searchParams.get("to")).toBe("/settings/sign-in");
    const token = new URL(url).hash.replace("#token=", "");
    const browser = new Browser(platform.stack.url);
    expect(await browser.ask("POST", "/api/v1/auth/link", { token })).toMatchObject({ purpose: "setup" });
    expect(await browser.ask("GET", "/api/v1/auth/userinfo")).toMatchObject({ sub: id(MEMBER) });
    expect(await browser.refusal("POST", "/api/v1/auth/link", { token })).toBe("401 unauthenticated");
    const event = await platform.stack.db
      .prepare(`SELECT actor_id AS actor FROM audit_events WHERE action = 'account.recovery-link' AND subject_id = ?`)
      .bind(id(MEMBER))
      .first();
    expect(event).toEqual({ actor: id(OWNER) });
  });

  it("is told to the verified address", async () => {
    const { db } = platform.stack;
    await db
      .prepare(`UPDATE users SET email = 'm@example.org', email_verified_at = 1 WHERE id = ?`)
      .bind(id(MEMBER))
      .run();
    expect(await ask(OWNER, MEMBER)).toBe("201 undefined");
    const letters = await db.prepare(`SELECT recipient FROM mail_outbox WHERE payload LIKE '%recovery-link%'`).all();
    expect(letters.results).toEqual([{ recipient: "m@example.org" }]);
  });

  it("is an owner's to make, for nobody who owns the installation but themselves, and no locked account", async () => {
    expect(await ask(ADMIN, MEMBER)).toBe("403 forbidden");
    expect(await ask(MEMBER, MEMBER)).toBe("403 forbidden");
    expect(await ask(OWNER, OTHER_OWNER)).toBe("403 forbidden");
    expect(await ask(OWNER, OWNER)).toBe("201 undefined");
    await platform.stack.db.prepare(`UPDATE users SET status = 'disabled' WHERE id = ?`).bind(id(4)).run();
    expect(await ask(OWNER, 4)).toBe("403 forbidden");
    expect(await as(OWNER).refusal("POST", `${USERS}/01900000-0000-7000-8000-000000000000/sign-in-link`)).toBe(
      "404 not-found",
    );
  });
});
