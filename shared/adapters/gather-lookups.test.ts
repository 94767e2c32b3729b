import { describe, expect, it, vi } from "vitest";
import { LookupGatherer } from "./gather-lookups.ts";

const DB = {} as D1Database;
const leave = () => {};

const sleep = (waiting: { wake: () => void }) =>
  new Promise<void>((resolve) => {
    waiting.wake = resolve;
  });

/** Rows that change: each query reads them when it begins, and ends when it is let. */
function changingRows(park = sleep) {
  const rows = new Map<string, string>();
  const queries: { keys: readonly string[]; end: (failure?: Error) => void }[] = [];
  const gatherer = new LookupGatherer<string, string>((_db, keys) => {
    const found = keys.map((key) => rows.get(key) ?? null);
    return new Promise((resolve, reject) => {
      queries.push({ keys, end: (failure) => (failure === undefined ? resolve(found) : reject(failure)) });
    });
  }, park);
  const find = (key: string) => gatherer.find(DB, key, leave);
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { rows, queries, find, settle };
}

describe("lookups at the same time", () => {
  it("are one query for all who came while the one before was under way", async () => {
    const { rows, queries, find, settle } = changingRows();
    rows.set("a", "A").set("b", "B");
    const first = find("a");
    const others = ["b", "a", "nobody"].map(find);
    queries[0]?.end();
    expect(await first).toBe("A");
    await settle();
    queries[1]?.end();
    expect(await Promise.all(others)).toEqual(["B", "A", null]);
    expect(queries.map(({ keys }) => keys)).toEqual([["a"], ["b", "a", "nobody"]]);
  });

  it("see what was changed before they asked, however many asked before", async () => {
    const { rows, queries, find, settle } = changingRows();
    rows.set("a", "signed");
    const before = find("a");
    rows.delete("a");
    const after = find("a");
    queries[0]?.end();
    await settle();
    queries[1]?.end();
    expect([await before, await after]).toEqual(["signed", null]);
  });

  it("fail together, and not for the next", async () => {
    const { rows, queries, find, settle } = changingRows();
    rows.set("a", "A");
    const first = find("a");
    const [second, third] = [find("a"), find("a")];
    const outcomes = Promise.allSettled([first, second, third]);
    queries[0]?.end(new Error("the database is away"));
    await settle();
    queries[1]?.end(new Error("and again"));
    expect((await outcomes).map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    const fourth = find("a");
    queries[2]?.end();
    expect(await fourth).toBe("A");
  });

  it("go on by themselves when whoever was to ask for them is gone", async () => {
    vi.useFakeTimers();
    const { rows, queries, find } = changingRows();
    rows.set("a", "A");
    // Its request was ended: it never settles.
    void find("a");
    const left = find("a");
    await vi.advanceTimersByTimeAsync(1000);
    vi.useRealTimers();
    queries[1]?.end();
    expect(await left).toBe("A");
  });

  it("go on by themselves when whoever asked for them too is gone before the answer", async () => {
    vi.useFakeTimers();
    const { rows, queries, find } = changingRows();
    rows.set("a", "A").set("b", "B");
    const first = find("a");
    // The first of them asks for both, and is ended on the way.
    const [, left] = [find("a"), find("b")];
    queries[0]?.end();
    await first;
    await vi.advanceTimersByTimeAsync(1000);
    vi.useRealTimers();
    expect(queries.map(({ keys }) => keys)).toEqual([["a"], ["a", "b"], ["b"]]);
    queries[2]?.end();
    expect(await left).toBe("B");
  });

  it("lose no turn with somebody who left while waiting", async () => {
    const parked: string[] = [];
    const { rows, queries, find, settle } = changingRows((waiting) => {
      parked.push("");
      // The first who waits is ended with its request: whatever it is told, it does nothing any more.
      return parked.length === 1 ? new Promise(() => {}) : sleep(waiting);
    });
    rows.set("a", "A").set("b", "B");
    const first = find("a");
    void find("a");
    const left = find("b");
    queries[0]?.end();
    await first;
    await settle();
    queries[1]?.end();
    expect(await left).toBe("B");
  });
});
