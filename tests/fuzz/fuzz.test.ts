// A minute of fuzzing in every test run, always the same one, and everything that fuzzing ever found.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { createFuzzTarget } from "./create-target.ts";
import { FUZZ_TARGETS, type FuzzTargetName } from "./fuzz-target.ts";
import { Random } from "./random.ts";
import { runFuzz } from "./run-fuzz.ts";

/** Runs that take about five seconds each: a number, not a time, so that a slow machine does the same. */
const ITERATIONS: Readonly<Record<FuzzTargetName, number>> = {
  jpeg: 6000,
  png: 20_000,
  headers: 60_000,
  exif: 30_000,
};
const SEED = 3;
const TIMEOUT_MS = 180_000;
/** How often each old finding is run, each time in other pieces. */
const REPEATS = 20;
const FINDINGS = join(import.meta.dirname, "findings");

const old = existsSync(FINDINGS) ? readdirSync(FINDINGS).filter((name) => name.endsWith(".bin")) : [];

beforeAll(() => {
  // ExifReader warns of what it thinks of hostile files, thousands of times.
  vi.spyOn(console, "warn").mockImplementation(() => {});
});

describe.each(FUZZ_TARGETS)("%s, fuzzed", (name) => {
  it(
    "keeps its promises",
    async () => {
      const target = await createFuzzTarget(name);
      const most = ITERATIONS[name];
      const report = await runFuzz(target, { seed: SEED, shouldStop: (iteration) => iteration >= most });
      // Base64, because a log is all that remains of a run elsewhere.
      const told = report.findings.map(({ kind, message, input }) => {
        return `${kind}: ${message} (${input.length} bytes: ${Buffer.from(input).toString("base64")})`;
      });
      expect(told).toEqual([]);
      expect(report.signatures).toBeGreaterThan(100);
    },
    TIMEOUT_MS,
  );

  it("has none of its old faults", async () => {
    const target = await createFuzzTarget(name);
    for (const file of old.filter((candidate) => candidate.startsWith(`${name}-`))) {
      const input = new Uint8Array(readFileSync(join(FINDINGS, file)));
      expect(file).toContain(createHash("sha256").update(input).digest("hex").slice(0, 12));
      for (let n = 0; n < REPEATS; n++) await target.run(input, new Random(n));
    }
  }, 60_000);
});
