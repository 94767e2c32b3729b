// The counter of attempts as it runs: exact under parallel attempts, sliding, and empty again when the time is over.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestPlatform, type TestPlatform } from "../../../tests/fixtures/test-platform.ts";
import type { AttemptCounterRpc, AttemptVerdict } from "./attempt-namespace.ts";

let platform: TestPlatform;
beforeAll(async () => {
  platform = await openTestPlatform({});
});
afterAll(() => platform.close());

async function counter(name: string): Promise<AttemptCounterRpc> {
  const namespace = await platform.stack.miniflare.getDurableObjectNamespace("ATTEMPTS", "heliograph-gateway");
  return namespace.get(namespace.idFromName(name)) as unknown as AttemptCounterRpc;
}

describe("a counter of attempts", () => {
  it("lets exactly as many pass as it may, of a hundred in parallel", async () => {
    const one = await counter("parallel");
    const now = Date.now();
    const verdicts = await Promise.all(Array.from({ length: 100 }, () => one.count(7, 60_000, now)));
    expect(verdicts.filter(({ isAllowed }) => isAllowed)).toHaveLength(7);
  });

  it("says when there is room again: when the oldest attempt falls out, and one at a time", async () => {
    const one = await counter("sliding");
    const start = Date.now();
    expect(await one.count(2, 60_000, start)).toEqual({ isAllowed: true });
    expect(await one.count(2, 60_000, start + 10_000)).toEqual({ isAllowed: true });
    expect(await one.count(2, 60_000, start + 20_000)).toEqual({
      isAllowed: false,
      retryAfterMs: 40_000,
      isFirst: true,
    });
    expect(await one.count(2, 60_000, start + 59_999)).toEqual({ isAllowed: false, retryAfterMs: 1, isFirst: false });
    expect(await one.count(2, 60_000, start + 60_000)).toEqual({ isAllowed: true });
    expect(await one.count(2, 60_000, start + 60_001)).toEqual({
      isAllowed: false,
      retryAfterMs: 9_999,
      isFirst: true,
    });
  });

  it("is not prolonged by attempts it refuses", async () => {
    const one = await counter("flood");
    const start = Date.now();
    await one.count(1, 60_000, start);
    for (let i = 0; i < 20; i++) await one.count(1, 60_000, start + 1000 + i);
    expect(await one.count(1, 60_000, start + 60_000)).toEqual({ isAllowed: true });
  });

  it("takes one attempt back, and forgets all of them", async () => {
    const one = await counter("forgiving");
    const now = Date.now();
    const allowed = async (): Promise<AttemptVerdict["isAllowed"]> => (await one.count(3, 60_000, now)).isAllowed;
    expect([await allowed(), await allowed(), await allowed(), await allowed()]).toEqual([true, true, true, false]);
    await one.uncount();
    expect([await allowed(), await allowed()]).toEqual([true, false]);
    await one.clear();
    expect([await allowed(), await allowed(), await allowed(), await allowed()]).toEqual([true, true, true, false]);
  });
});
