// The ingest protocol's real functions under thousands of seeded schedules with faults. Longer runs: npm run simulate.
import { describe, expect, it } from "vitest";
import { INVARIANTS } from "./invariants.ts";
import { MUTANTS } from "./mutants.ts";
import regressions from "./regressions.json";
import { runSchedules } from "./run-workers.ts";

const SCHEDULES = 1000;
const LONG_MS = 300_000;

describe("the ingest protocol", () => {
  it(`holds ${Object.keys(INVARIANTS).length} invariants in ${SCHEDULES} schedules`, { timeout: LONG_MS }, async () => {
    const { schedules, failures, counts } = await runSchedules({ firstSeed: 1, schedules: SCHEDULES, workers: 1 });
    expect(failures).toEqual([]);
    expect(schedules).toBe(SCHEDULES);
    // A simulation in which nothing goes wrong proves nothing.
    expect(counts["fault: d1 answer lost"]).toBeGreaterThan(100);
    expect(counts["fault: runtime restarted"]).toBeGreaterThan(100);
    expect(counts["sweep: enqueue-thumbnail"]).toBeGreaterThan(100);
    expect(counts["person: acknowledged"]).toBeGreaterThan(1000);
  });

  // A seed is a schedule of today's code: it moves when an operation is added. What lasts is the mutant that puts the mistake
  // back; `npm run simulate -- --mutants` searches until it is noticed.
  it.each(regressions)("holds them again: $found", { timeout: LONG_MS }, async ({ seed, mutant }) => {
    expect(MUTANTS.map(({ name }) => name)).toContain(mutant);
    expect((await runSchedules({ firstSeed: seed, schedules: 1, workers: 1 })).failures).toEqual([]);
  });
});

describe("the simulation", () => {
  it("runs the same schedule for the same seed", { timeout: LONG_MS }, async () => {
    const [first, second, other] = [
      await runSchedules({ firstSeed: 7, schedules: 40, workers: 1 }),
      await runSchedules({ firstSeed: 7, schedules: 40, workers: 1 }),
      await runSchedules({ firstSeed: 8, schedules: 40, workers: 1 }),
    ];
    expect(second.digest).toBe(first.digest);
    expect(second.counts).toEqual(first.counts);
    expect(other.digest).not.toBe(first.digest);
  });

  it.each([
    ["nothing is swept", "acknowledged-upload-kept"],
    ["the last report wins", "progress-exact"],
    ["the answer does not wait for R2", "acknowledged-upload-kept"],
  ])("notices that %s", { timeout: LONG_MS }, async (mutant, invariant) => {
    const { failures } = await runSchedules({ firstSeed: 1, schedules: 300, workers: 1, mutant, stopsAtFirst: true });
    expect(failures[0]?.invariant).toBe(invariant);
  });

  it("has a mutant for each mistake once, and a reason for each it cannot notice", () => {
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
    expect(MUTANTS.length).toBeGreaterThanOrEqual(25);
    for (const { survives } of MUTANTS) if (survives !== undefined) expect(survives).toMatch(/^(Cost|Latency) only: /);
  });
});
