// npm run simulate -- [--schedules N] [--seed S] [--workers W] [--json] [--trace] [--mutants [NAME]]
// Exit code 1 when an invariant was violated, or a mutant survived without a written reason.
import { parseArgs } from "node:util";
import { migrationFiles } from "../../local/local-state.ts";
import { splitCounts } from "./coverage.ts";
import { INVARIANTS } from "./invariants.ts";
import { MUTANTS, type Mutant } from "./mutants.ts";
import { openStores } from "./platform.ts";
import { runSchedules, type Totals } from "./run-workers.ts";
import { runSchedule } from "./schedule.ts";

const { values } = parseArgs({
  options: {
    schedules: { type: "string" },
    seed: { type: "string", default: "1" },
    workers: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
    trace: { type: "boolean", default: false },
    mutants: { type: "boolean", default: false },
    only: { type: "string" },
  },
});
const firstSeed = Number(values.seed);
const workers = Number(values.workers);

/** Schedules from which every expected decision must have occurred. */
const COVERAGE_NEEDS_SCHEDULES = 10_000;
const MUTANT_SEEDS = 3000;

if (values.trace) process.exitCode = await trace();
else if (values.mutants) process.exitCode = await tryMutants(Number(values.schedules ?? MUTANT_SEEDS));
else process.exitCode = await simulate(Number(values.schedules ?? 2000));

async function simulate(schedules: number): Promise<number> {
  const startedAt = performance.now();
  const totals = await runSchedules({
    firstSeed,
    schedules,
    workers,
    onProgress: (done) => progress(`${done} of ${schedules} schedules, ${rate(done, startedAt)}/s`),
  });
  const { faultCounts, coverage, unseen } = splitCounts(totals.counts);
  const perSecond = rate(totals.schedules, startedAt);
  endProgress();
  if (values.json) {
    console.log(
      JSON.stringify(
        {
          schedules: totals.schedules,
          violations: totals.violations,
          perSecond,
          firstSeed,
          digest: totals.digest,
          failures: totals.failures,
          faultCounts,
          coverage,
          unseen,
        },
        null,
        2,
      ),
    );
  } else {
    console.log(
      `${totals.schedules} schedules from seed ${firstSeed}, ${perSecond}/s: ${totals.violations} violate an invariant`,
    );
    printFailures(totals);
    if (unseen.length > 0 && schedules >= COVERAGE_NEEDS_SCHEDULES) console.log(`Not seen: ${unseen.join(" · ")}`);
  }
  const isTame = unseen.length > 0 && schedules >= COVERAGE_NEEDS_SCHEDULES;
  return totals.violations > 0 || isTame ? 1 : 0;
}

async function tryMutants(maxSeeds: number): Promise<number> {
  const table = [];
  for (const mutant of MUTANTS.filter(({ name }) => values.only === undefined || name.includes(values.only))) {
    const { failures, schedules } = await search(mutant, maxSeeds);
    const [first] = failures;
    const row = {
      mutant: mutant.name,
      killedBy: first?.invariant ?? null,
      firstSeed: first?.seed ?? null,
      seedsTried: schedules,
      reason: first === undefined ? (mutant.survives ?? null) : null,
    };
    table.push(row);
    if (!values.json)
      console.log(
        `${row.killedBy === null ? (row.reason === null ? "SURVIVES" : "survives") : "killed"}  ${row.mutant}: ${row.killedBy === null ? (row.reason ?? "no reason given") : `${row.killedBy}, seed ${row.firstSeed}`} (${row.seedsTried} tried)`,
      );
    else progress(row.mutant);
  }
  endProgress();
  const killed = table.filter(({ killedBy }) => killedBy !== null).length;
  const unjustified = table.filter(({ killedBy, reason }) => killedBy === null && reason === null);
  if (values.json)
    console.log(
      JSON.stringify(
        { mutants: table.length, killed, unjustified: unjustified.map(({ mutant }) => mutant), table },
        null,
        2,
      ),
    );
  else
    console.log(
      `${killed} of ${table.length} killed, ${table.length - killed - unjustified.length} survive for a written reason, ${unjustified.length} without one`,
    );
  return unjustified.length > 0 ? 1 : 0;
}

async function search({ name, seed }: Mutant, maxSeeds: number): Promise<Totals> {
  const options = { workers, mutant: name, stopsAtFirst: true };
  if (seed !== undefined) {
    const known = await runSchedules({ ...options, firstSeed: seed, schedules: 1 });
    if (known.violations > 0) return known;
  }
  return await runSchedules({ ...options, firstSeed, schedules: maxSeeds });
}

/** Every step of one schedule, to read. */
async function trace(): Promise<number> {
  const { log } = console;
  for (const level of ["log", "warn", "error"] as const) console[level] = () => {};
  const result = await runSchedule(openStores(migrationFiles().flatMap(({ statements }) => statements)), firstSeed, {
    isTraced: true,
  });
  log(result.trace.join("\n"));
  for (const { invariant, detail } of result.violations) log(`\n${invariant}: ${INVARIANTS[invariant]}\n  ${detail}`);
  return result.violations.length > 0 ? 1 : 0;
}

function printFailures({ failures }: Totals): void {
  for (const { seed, invariant, detail } of failures) console.log(`  seed ${seed}  ${invariant}: ${detail}`);
  const [first] = failures;
  if (first !== undefined) console.log(`Read it with: npm run simulate -- --seed ${first.seed} --trace`);
}

function rate(schedules: number, startedAt: number): number {
  return Math.round((schedules / (performance.now() - startedAt)) * 1000);
}

function progress(line: string): void {
  process.stderr.write(`\r\u001b[K${line}`);
}

function endProgress(): void {
  process.stderr.write("\r\u001b[K");
}
