// Takes one control away at a time, in the bundle the tests run, and sees whether its tests notice. Whatever they do not notice
// is no control, or has no test.
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildBundles } from "../../local/build-bundles.ts";
import { ROOT } from "../../local/worker-configs.ts";
import { CONTROL_MUTANTS, type ControlMutant } from "./control-mutants.ts";

/** @param list only the mutants whose tests begin so; undefined takes all */
export async function tryMutants(asJson: boolean, list: string | undefined): Promise<number> {
  const bundles = await buildBundles();
  const outcomes = [];
  const before = new Map<string, ReadonlySet<string>>();
  for (const mutant of CONTROL_MUTANTS.filter(
    ({ tests }) => list === undefined || tests.some((test) => test.startsWith(list)),
  )) {
    const tests = [...mutant.tests, mutant.only ?? ""].join(" ");
    const passing = before.get(tests) ?? (await runTests(mutant, bundles)).passed;
    before.set(tests, passing);
    const outcome = await tryMutant(bundles, mutant, passing);
    outcomes.push({ control: mutant.control, outcome });
    if (!asJson) process.stdout.write(`${outcome.padEnd(9)} without ${mutant.control}\n`);
  }
  const killed = outcomes.filter(({ outcome }) => outcome === "noticed").length;
  if (asJson) process.stdout.write(`${JSON.stringify({ controls: outcomes.length, noticed: killed, outcomes })}\n`);
  else process.stdout.write(`${killed} of ${outcomes.length} missing controls noticed\n`);
  return killed === outcomes.length ? 0 : 1;
}

/** @param passing tests that pass while the control is there */
async function tryMutant(
  bundles: string,
  mutant: ControlMutant,
  passing: ReadonlySet<string>,
): Promise<"noticed" | "unnoticed" | "stale"> {
  const folder = mkdtempSync(join(tmpdir(), "heliograph-mutant-"));
  try {
    cpSync(bundles, folder, { recursive: true });
    const path = join(folder, mutant.worker ?? "heliograph-gateway", "index.js");
    const source = readFileSync(path, "utf8");
    const changed = source.replace(mutant.find, mutant.replacement);
    if (changed === source) return "stale";
    writeFileSync(path, changed);
    const { passed, failed } = await runTests(mutant, folder);
    if ([...passing].some((test) => failed.has(test))) return "noticed";
    // Nothing ran: the mutant broke the platform, which shows nothing about the control.
    return passed.size === 0 ? "stale" : "unnoticed";
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What passed and what failed; tests whose platform did not start are neither. */
async function runTests(
  { tests, only }: ControlMutant,
  bundles: string,
): Promise<{ passed: Set<string>; failed: Set<string> }> {
  const folder = mkdtempSync(join(tmpdir(), "heliograph-mutant-results-"));
  try {
    const results = join(folder, "results.json");
    const child = spawn(
      process.execPath,
      [
        join(ROOT, "node_modules/vitest/vitest.mjs"),
        "run",
        "--project",
        "stack",
        ...tests.map((name) => `tests/security/${name}`),
        ...(only === undefined ? [] : ["-t", only]),
        "--reporter=json",
        `--outputFile=${results}`,
      ],
      {
        cwd: ROOT,
        env: { ...process.env, HELIOGRAPH_BUNDLES: bundles, HELIOGRAPH_FUZZ_REQUESTS: "300" },
        stdio: "ignore",
      },
    );
    await new Promise((resolve) => child.on("exit", resolve));
    const { testResults } = JSON.parse(readFileSync(results, "utf8")) as {
      testResults: { assertionResults: { status: string; fullName: string }[] }[];
    };
    const all = testResults.flatMap(({ assertionResults }) => assertionResults);
    const having = (wanted: string) =>
      new Set(all.filter(({ status }) => status === wanted).map(({ fullName }) => fullName));
    return { passed: having("passed"), failed: having("failed") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
