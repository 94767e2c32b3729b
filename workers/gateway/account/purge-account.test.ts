// An account's end against every crash: each call of D1, R2 or a Durable Object fails in its turn, and the sweep begins again.
import { getTableConfig, SQLiteTable } from "drizzle-orm/sqlite-core";
import { describe, expect, it } from "vitest";
import { migrationFiles } from "../../../local/local-state.ts";
import { Subrequests } from "../../../shared/adapters/subrequests.ts";
import { DERIVATIVE_GRACE_MS } from "../../../shared/contracts/limits.ts";
import { accountsDue, isForgotten } from "../../../shared/db/account/closing-statements.ts";
import * as identitySchema from "../../../shared/db/identity/schema.ts";
import * as schema from "../../../shared/db/schema.ts";
import { FakeDatabase } from "../../../tests/simulation/fake-d1.ts";
import { FakeBucket } from "../../../tests/simulation/fake-r2.ts";
import type { Call } from "../../../tests/simulation/scheduler.ts";
import { PURGE_LEAST_CALLS, type PurgeDeps, purgeAccount } from "./purge-account.ts";

const NOW = 1_800_000_000_000;
const LEAVER = "00000000-0000-7000-8000-00000000000a";
const STAYER = "00000000-0000-7000-8000-00000000000b";
const ADDRESS: Readonly<Record<string, string>> = { [LEAVER]: "leaver@example.org", [STAYER]: "stayer@example.org" };
const migrations = migrationFiles().flatMap(({ statements }) => statements);
const tables = [...Object.values(schema), ...Object.values(identitySchema)]
  .filter((value) => value instanceof SQLiteTable)
  .map((table) => getTableConfig(table));

class Crash extends Error {}

/** Two accounts with a row in every table, and objects; the call numbered `crashAt` fails, before or after it is made. */
function world() {
  const database = new FakeDatabase(migrations);
  const bucket = new FakeBucket(
    () => NOW,
    (asked) => Math.min(asked, 2),
  );
  let calls = 0;
  let crashAt = Number.POSITIVE_INFINITY;
  let crashesAfter = false;
  const call: Call = async (_kind, _label, execute) => {
    const isCrash = ++calls === crashAt;
    if (isCrash && !crashesAfter) throw new Crash();
    const result = execute();
    if (isCrash) throw new Crash();
    return result;
  };
  const kept = new Map([LEAVER, STAYER].map((id) => [`u:${id}`, new Set(["hub", "people"])]));
  const erasing = (what: string) => ({
    getByName: (name: string) => ({
      erase: () =>
        call(
          "rpc",
          () => "erase",
          () => void kept.get(name)?.delete(what),
        ),
    }),
  });
  let now = NOW;
  const deps = {
    db: database.binding(call),
    bucket: bucket.binding(call),
    hubs: erasing("hub"),
    people: erasing("people"),
    newId: () => "00000000-0000-7000-8000-0000000000ff",
    now: () => now,
  } as unknown as PurgeDeps;
  database.sqlite.exec("PRAGMA foreign_keys = off");
  for (const [i, userId] of [LEAVER, STAYER].entries()) {
    for (const { name, columns } of tables) {
      if (name === "users") continue;
      const madeUp = (column: string, type: string): string | number => {
        if (/user_id$|subject_id|actor_id|invited_by|accepted_by/.test(column)) return userId;
        if (/^email$|recipient/.test(column)) return ADDRESS[userId] ?? "";
        if (column === "lifecycle") return "stored";
        if (column === "kind") return "service";
        if (column === "batch_id") return `batches-id-${i}`;
        if (column === "purged_at" || column === "accepted_at") return column === "accepted_at" ? NOW : (null as never);
        if (column === "payload" || column === "details") return JSON.stringify({ about: userId });
        if (column === "cursor") return `originals/${userId}/x/1`;
        if (/integer|real/.test(type)) return 1;
        return `${name}-${column}-${i}`;
      };
      const named = columns.map((column) => ({ name: column.name, value: madeUp(column.name, column.getSQLType()) }));
      database
        .statement(
          `INSERT INTO ${name} (${named.map((column) => column.name).join(", ")}) VALUES (${named.map(() => "?").join(", ")})`,
        )
        .run(...named.map(({ value }) => value));
    }
    database.sqlite.exec(`INSERT INTO users (id, name, role, email, status, delete_after, created_at)
      VALUES ('${userId}', 'Somebody', '${i === 0 ? "member" : "owner"}', '${ADDRESS[userId]}', '${i === 0 ? "closing" : "active"}', ${i === 0 ? NOW - 1 : "NULL"}, 1)`);
  }
  const put = async () => {
    for (const userId of [LEAVER, STAYER])
      for (const prefix of ["originals", "derived", "crops", "keys"])
        for (let n = 0; n < 3; n++) await deps.bucket.put(`${prefix}/${userId}/${n}/1`, new Uint8Array(1));
  };
  const dump = () =>
    JSON.stringify([
      tables.map(({ name }) => [name, database.rows(`SELECT * FROM ${name}`)]),
      [...bucket.objects.keys()],
      [...kept].map(([name, objects]) => [name, [...objects]]),
    ]);
  return {
    put,
    dump,
    kept,
    database,
    bucket,
    db: deps.db,
    pass: (ms: number) => {
      now += ms;
    },
    takeCalls: () => {
      const made = calls;
      calls = 0;
      return made;
    },
    crash(at: number, after: boolean) {
      calls = 0;
      crashAt = at;
      crashesAfter = after;
    },
    /** One sweep's worth of it; a crash is another's to make up for. */
    async run(budget = 60): Promise<void> {
      try {
        for (const account of await accountsDue(deps.db, now, "", 10))
          await purgeAccount(deps, account, new Subrequests(budget));
      } catch (cause) {
        if (!(cause instanceof Crash)) throw cause;
      }
    },
  };
}

/** What is left of the other account must be all of it. */
const timesIn = (dump: string, text: string): number => dump.split(text).length - 1;
const stayersPart = (dump: string): number => timesIn(dump, STAYER);

function expectGone(of: ReturnType<typeof world>): void {
  const [event, ...others] = of.database.rows(`SELECT * FROM audit_events WHERE subject_id = ?1`, LEAVER);
  expect(others).toEqual([]);
  expect(event).toMatchObject({
    action: "account.purged",
    actor_id: null,
    network: null,
    user_agent: null,
    details: "{}",
  });
  of.database.sqlite.exec(`DELETE FROM audit_events WHERE subject_id = '${LEAVER}'`);
  of.kept.delete(`u:${LEAVER}`);
  expect(timesIn(of.dump(), LEAVER)).toBe(0);
  expect(timesIn(of.dump(), ADDRESS[LEAVER] ?? "")).toBe(0);
}

async function untilGone(of: ReturnType<typeof world>, budget?: number): Promise<void> {
  for (let sweeps = 0; sweeps < 40; sweeps++) {
    await of.run(budget);
    of.pass(DERIVATIVE_GRACE_MS);
  }
}

describe("an account's end", () => {
  it("leaves one event of it, in no table, object or Durable Object anything else, and others untouched", async () => {
    const there = world();
    await there.put();
    const before = there.dump();
    expect(timesIn(before, LEAVER)).toBeGreaterThan(35);
    await untilGone(there);
    expect(there.kept.get(`u:${LEAVER}`)?.size).toBe(0);
    expect(there.kept.get(`u:${STAYER}`)?.size).toBe(2);
    expect(stayersPart(there.dump())).toBe(stayersPart(before));
    expect(await isForgotten(there.db, LEAVER)).toBe(true);
    expect(await isForgotten(there.db, STAYER)).toBe(false);
    expectGone(there);
  });

  it("comes about whichever call of it fails, before or after it was made", async () => {
    const counted = world();
    await counted.put();
    counted.takeCalls();
    await counted.run();
    counted.pass(DERIVATIVE_GRACE_MS);
    await counted.run();
    const calls = counted.takeCalls();
    expect(calls).toBeGreaterThan(20);
    for (const after of [false, true])
      for (let at = 1; at <= calls; at++) {
        const there = world();
        await there.put();
        const before = stayersPart(there.dump());
        there.crash(at, after);
        await untilGone(there);
        expect(stayersPart(there.dump()), `call ${at}`).toBe(before);
        expectGone(there);
      }
  }, 120_000);

  it("goes on where there were no calls left", async () => {
    const there = world();
    await there.put();
    for (let sweeps = 0; sweeps < 20; sweeps++) await there.run(PURGE_LEAST_CALLS);
    expect(there.database.rows(`SELECT purged_at FROM users WHERE id = ?1`, LEAVER)[0]?.["purged_at"]).not.toBeNull();
    await untilGone(there, PURGE_LEAST_CALLS);
    expectGone(there);
  });

  it("waits for what was begun before: late rows and bytes put it off", async () => {
    const there = world();
    await there.put();
    await there.run();
    there.pass(DERIVATIVE_GRACE_MS - 1);
    await there.run();
    expect(await isForgotten(there.db, LEAVER)).toBe(false);
    await there.bucket
      .binding(async (_kind, _label, execute) => execute())
      .put(`derived/${LEAVER}/9/1`, new Uint8Array(1));
    there.pass(1);
    await there.run();
    expect(await isForgotten(there.db, LEAVER)).toBe(false);
    there.pass(DERIVATIVE_GRACE_MS);
    await there.run();
    expectGone(there);
  });

  it("does not begin before its day, nor for an account that was taken back", async () => {
    const there = world();
    await there.put();
    const before = there.dump();
    there.database.sqlite.exec(`UPDATE users SET delete_after = ${NOW + 1} WHERE id = '${LEAVER}'`);
    await there.run();
    there.database.sqlite.exec(`UPDATE users SET status = 'active', delete_after = NULL WHERE id = '${LEAVER}'`);
    await untilGone(there);
    expect(timesIn(there.dump(), LEAVER)).toBe(timesIn(before, LEAVER));
  });

  it("waits for an owner while others would be without one, but not for owners who leave as well", async () => {
    const there = world();
    await there.put();
    const before = there.dump();
    const role = (id: string, role: string, status: string) =>
      there.database.sqlite.exec(`UPDATE users SET role = '${role}', status = '${status}' WHERE id = '${id}'`);
    role(LEAVER, "owner", "closing");
    role(STAYER, "member", "active");
    await untilGone(there);
    expect(timesIn(there.dump(), LEAVER)).toBe(timesIn(before, LEAVER));
    role(STAYER, "owner", "closing");
    await untilGone(there);
    expectGone(there);
  });
});
