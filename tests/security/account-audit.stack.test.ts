// Who may read which part of the audit log: people their own, without the names and networks of admins; admins all of it.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AuditPage } from "../../shared/contracts/audit.ts";
import { FACE_CONSENT_VERSION } from "../../shared/contracts/consent.ts";
import { AUDIT_KEEP_MS } from "../../shared/contracts/limits.ts";
import { type Caller, openTestPlatform, type TestPlatform } from "../fixtures/test-platform.ts";

let platform: TestPlatform;
let owner: Caller;
let member: Caller;
let ownerId = "";
let memberId = "";
let otherId = "";
let serial = 0;

beforeAll(async () => {
  platform = await openTestPlatform({ users: 3, consent: false });
  [owner, member] = [platform.as(0), platform.as(1)];
  [ownerId, memberId, otherId] = platform.stack.users.map(({ id }) => id) as [string, string, string];
  await platform.stack.db.prepare(`DELETE FROM audit_events`).run();
});
afterAll(() => platform.close());

async function add(event: {
  action: string;
  subject: string | null;
  actor: string | null;
  at?: number;
}): Promise<string> {
  const id = `01900000-0000-7000-8000-${String(++serial).padStart(12, "0")}`;
  await platform.stack.db
    .prepare(
      `INSERT INTO audit_events (id, at, action, subject_id, actor_id, via, network, user_agent, details)
       VALUES (?, ?, ?, ?, ?, 'session', '192.0.2.0/24', 'Mozilla/5.0', '{"why":"test"}')`,
    )
    .bind(id, event.at ?? Date.now(), event.action, event.subject, event.actor)
    .run();
  return id;
}
const read = async (call: Caller, path: string): Promise<AuditPage> => {
  const response = await call(path);
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  return AuditPage.parse(await response.json());
};
const idsOf = ({ items }: AuditPage) => items.map(({ id }) => id);

describe("the audit log", () => {
  it("shows people what was done to them and by them, newest first, and nothing else", async () => {
    const mine = await add({ action: "passkey.added", subject: memberId, actor: memberId });
    await add({ action: "passkey.added", subject: otherId, actor: otherId });
    await add({ action: "settings.changed", subject: null, actor: ownerId });
    const byAdmin = await add({ action: "account.quota-changed", subject: memberId, actor: ownerId });
    const page = await read(member, "/api/v1/account/audit");
    expect(idsOf(page)).toEqual([byAdmin, mine]);
    expect(page.items[0]).toMatchObject({
      subject: { id: memberId, name: "User 2" },
      actor: { id: null, name: "an admin" },
      network: null,
      device: null,
      details: { why: "test" },
    });
    expect(page.items[1]).toMatchObject({ actor: { id: memberId, name: "User 2" }, network: "192.0.2.0/24" });
    expect(JSON.stringify(page)).not.toContain(ownerId);
  });

  it("shows admins everything, of one user or one kind where they ask", async () => {
    expect((await read(owner, "/api/v1/admin/audit")).items).toHaveLength(4);
    const ofMember = await read(owner, `/api/v1/admin/audit?user=${memberId}`);
    expect(ofMember.items).toHaveLength(2);
    expect(ofMember.items[0]).toMatchObject({ actor: { id: ownerId, name: "Owner" }, network: "192.0.2.0/24" });
    expect((await read(owner, "/api/v1/admin/audit?action=settings.changed")).items).toHaveLength(1);
    expect((await member("/api/v1/admin/audit")).status).toBe(403);
    expect((await owner("/api/v1/admin/audit?action=nonsense")).status).toBe(400);
    expect((await owner("/api/v1/admin/audit?user=1")).status).toBe(400);
  });

  it("comes in pages that miss nothing and repeat nothing, and takes no cursor of another's making", async () => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: AuditPage = await read(
        owner,
        `/api/v1/admin/audit?limit=1${cursor === null ? "" : `&cursor=${cursor}`}`,
      );
      seen.push(...idsOf(page));
      cursor = page.cursor;
    } while (cursor !== null);
    expect(seen).toEqual(idsOf(await read(owner, "/api/v1/admin/audit")));
    // A cursor is a place, no permission: with an admin's, people still see their own.
    const page = await read(owner, "/api/v1/admin/audit?limit=1");
    expect((await read(member, `/api/v1/account/audit?cursor=${page.cursor}`)).items).toHaveLength(1);
    for (const wrong of ["x", "W10", "WyJhdWRpdCIsMV0", "a".repeat(200)])
      expect(await (await member(`/api/v1/account/audit?cursor=${wrong}`)).json()).toMatchObject({
        code: "invalid-cursor",
      });
  });

  it("keeps a word about faces, once for each change", async () => {
    const say = (granted: boolean) =>
      member("/api/v1/consent/faces", {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(granted ? { granted, version: FACE_CONSENT_VERSION } : { granted }),
      });
    for (const granted of [true, true, false, false]) expect((await say(granted)).status).toBe(200);
    const { items } = await read(member, "/api/v1/account/audit");
    expect(items.slice(0, 2).map(({ action, via }) => [action, via])).toEqual([
      ["consent.withdrawn", "api-key"],
      ["consent.granted", "api-key"],
    ]);
    expect(items).toHaveLength(4);
  });

  it("forgets what is older than it may keep", async () => {
    const old = await add({
      action: "sign-out",
      subject: memberId,
      actor: memberId,
      at: Date.now() - AUDIT_KEEP_MS - 1,
    });
    const young = await add({
      action: "sign-out",
      subject: memberId,
      actor: memberId,
      at: Date.now() - AUDIT_KEEP_MS + 600_000,
    });
    await platform.stack.sweep();
    const ids = idsOf(await read(member, "/api/v1/account/audit"));
    expect(ids).not.toContain(old);
    expect(ids).toContain(young);
  });
});
