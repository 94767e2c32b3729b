// Both reconciles of the sweep, with more users than one run may visit.
import { describe, expect, it } from "vitest";
import { manyUsers, userIdOf } from "../../tests/fixtures/many-users.ts";
import { NOW } from "../../tests/fixtures/stored-photo.ts";
import { RECONCILED_PER_RUN } from "./reconcile-changed.ts";
import { reconcileHubs } from "./reconcile-hubs.ts";
import { reconcilePeople } from "./reconcile-people.ts";

const RUN_MS = 5 * 60_000;
const USERS = 2.5 * RECONCILED_PER_RUN;

describe.each(["hubs", "people"])("reconciling %s", (which) => {
  function world(count: number, refuses: (userId: string) => boolean = () => false) {
    const account = manyUsers(count);
    let now = NOW;
    const visited: string[] = [];
    let underWay = 0;
    let most = 0;
    const reconcile = async (userId: string) => {
      visited.push(userId);
      most = Math.max(most, ++underWay);
      await Promise.resolve();
      underWay--;
      if (refuses(userId)) throw new Error("injected: out of memory");
    };
    const deps = { db: account.db, now: () => now, hubs: namespaceOf(reconcile), people: namespaceOf(reconcile) };
    return {
      ...account,
      wait: (ms: number) => {
        now += ms;
      },
      /** @returns the users visited by one run */
      async run() {
        await (which === "hubs" ? reconcileHubs(deps as never) : reconcilePeople(deps as never));
        return visited.splice(0);
      },
      most: () => most,
    };
  }

  it("gets round to everybody in as many runs as it takes, a few at once", async () => {
    const { run, wait, takeCalls, most } = world(USERS);
    const seen: string[] = [];
    for (let i = 0; i < 3; i++) {
      const visited = await run();
      expect(visited.length).toBeLessThanOrEqual(RECONCILED_PER_RUN);
      expect(takeCalls()).toBeLessThanOrEqual(3);
      seen.push(...visited);
      wait(RUN_MS);
    }
    expect(seen).toEqual(Array.from({ length: USERS }, (_, n) => userIdOf(n)));
    expect(most()).toBeGreaterThan(1);
    expect(most()).toBeLessThanOrEqual(6);
  });

  it("begins again at the end, and forgets nobody who changed while others had their turn", async () => {
    const { run, rows, wait } = world(USERS);
    await run();
    // The first has had their turn; the round takes so long that their change is older than a run looks back.
    rows(`UPDATE photos SET changed_at = ${NOW + 1} WHERE user_id = '${userIdOf(0)}'`);
    for (let i = 0; i < 2; i++) {
      wait(4 * RUN_MS);
      await run();
    }
    expect(await run()).toContain(userIdOf(0));
  });

  it("visits all there are each time, while one run is enough", async () => {
    const { run } = world(7);
    expect(await run()).toHaveLength(7);
    expect(await run()).toHaveLength(7);
  });

  it("goes on past users whose object fails, and does not begin with them again", async () => {
    const { run } = world(USERS, (userId) => userId < userIdOf(150));
    expect(await run()).toHaveLength(RECONCILED_PER_RUN);
    expect(await run()).toHaveLength(RECONCILED_PER_RUN);
    expect((await run()).at(-1)).toBe(userIdOf(USERS - 1));
  });
});

function namespaceOf(reconcile: (userId: string) => Promise<void>) {
  return { getByName: () => ({ reconcile }) };
}
