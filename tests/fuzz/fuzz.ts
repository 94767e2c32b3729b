// `npm run fuzz -- --minutes 5 --target jpeg`: fuzzes in threads, writes what it finds to tests/fuzz/findings/, exits 1 for any.
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { FUZZ_TARGETS, type FuzzTargetName } from "./fuzz-target.ts";
import type { FuzzFinding } from "./run-fuzz.ts";
import { watchWorker } from "./watch-worker.ts";

const HELP = `npm run fuzz -- [options]
  --target NAME   ${FUZZ_TARGETS.join(", ")} (default: all of them, one after another)
  --minutes N     per target (default 1)
  --seed S        the same seed and number of runs find the same things (default: random)
  --threads N     seeds S, S + 1, … in parallel (default 1)
What it finds is run again by npm test. Commit a finding only if none of its bytes are of the corpus: make one that fails alike.
`;

const { values: flags } = parseArgs({
  options: {
    target: { type: "string" },
    minutes: { type: "string", default: "1" },
    seed: { type: "string" },
    threads: { type: "string", default: "1" },
    help: { type: "boolean", default: false },
  },
});
if (flags.help) {
  process.stdout.write(HELP);
  process.exit(0);
}

const FINDINGS = join(import.meta.dirname, "findings");
const isTarget = (name: string): name is FuzzTargetName => (FUZZ_TARGETS as readonly string[]).includes(name);
const wanted = flags.target === undefined ? FUZZ_TARGETS : [flags.target].filter(isTarget);
if (wanted.length === 0) throw new Error(`Expected a target of ${FUZZ_TARGETS.join(", ")}. Got ${flags.target}.`);
const firstSeed = flags.seed === undefined ? Date.now() % 2 ** 31 : Number(flags.seed);

let found = 0;
for (const target of wanted) {
  const cpuBefore = process.cpuUsage();
  const reports = await Promise.all(
    Array.from({ length: Number(flags.threads) }, async (_, thread) => {
      return await watchWorker({ target, seed: firstSeed + thread, minutes: Number(flags.minutes) });
    }),
  );
  const { user, system } = process.cpuUsage(cpuBefore);
  const iterations = reports.reduce((total, report) => total + report.iterations, 0);
  const signatures = Math.max(...reports.map((report) => report.signatures));
  const findings = reports.flatMap((report) => report.findings);
  const cpuMinutes = ((user + system) / 60e6).toFixed(1);
  console.log(
    `${target}: seed ${firstSeed}, ${iterations} runs, ${signatures} different outcomes, ${cpuMinutes} CPU minutes, ` +
      `${findings.length} findings`,
  );
  for (const finding of findings) console.log(`  ${finding.kind}: ${finding.message}\n    ${keep(target, finding)}`);
  found += findings.length;
}
process.exit(found > 0 ? 1 : 0);

function keep(target: FuzzTargetName, { input }: FuzzFinding): string {
  mkdirSync(FINDINGS, { recursive: true });
  const name = `${target}-${createHash("sha256").update(input).digest("hex").slice(0, 12)}.bin`;
  writeFileSync(join(FINDINGS, name), input);
  return relative(process.cwd(), join(FINDINGS, name));
}
