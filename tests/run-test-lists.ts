// Test files by list, run once by vitest and counted per list: what `npm run test:security` and `test:transforms` print.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { ROOT } from "../local/worker-configs.ts";

interface TestFile {
  readonly name: string;
  readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  readonly status: string;
  readonly message: string;
}

export interface ListCount {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failures: readonly string[];
}

/**
 * @param lists prefixes of test files, by the list's name
 * @param env read by the tests
 * @param quiet says nothing while it runs
 */
export async function runTestLists(
  lists: Readonly<Record<string, readonly string[]>>,
  env: Readonly<Record<string, string>>,
  quiet: boolean,
): Promise<Record<string, ListCount>> {
  const folder = mkdtempSync(join(tmpdir(), "heliograph-lists-"));
  try {
    const results = join(folder, "results.json");
    await vitest(Object.values(lists).flat(), results, env, quiet);
    const files = (JSON.parse(readFileSync(results, "utf8")) as { testResults: TestFile[] }).testResults;
    return Object.fromEntries(Object.entries(lists).map(([name, prefixes]) => [name, countList(files, prefixes)]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function printLists(lists: Readonly<Record<string, ListCount>>): void {
  for (const [name, { passed, failed, skipped }] of Object.entries(lists))
    process.stdout.write(`${name.padEnd(10)} ${passed} passed, ${failed} failed, ${skipped} skipped\n`);
}

/** A list without tests is a list nobody wrote. */
export function allPassed(lists: Readonly<Record<string, ListCount>>): boolean {
  return Object.values(lists).every(({ passed, failed }) => passed > 0 && failed === 0);
}

/** Never rejects: what failed is in the results. */
function vitest(
  filters: readonly string[],
  results: string,
  env: Readonly<Record<string, string>>,
  quiet: boolean,
): Promise<void> {
  const child = spawn(
    process.execPath,
    [join(ROOT, "node_modules/vitest/vitest.mjs"), "run", ...filters, "--reporter=json", `--outputFile=${results}`],
    { cwd: ROOT, env: { ...process.env, ...env }, stdio: ["ignore", "ignore", quiet ? "ignore" : "inherit"] },
  );
  return new Promise((resolve) => child.on("exit", () => resolve()));
}

function countList(files: readonly TestFile[], prefixes: readonly string[]): ListCount {
  const mine = files.filter(({ name }) => prefixes.some((prefix) => relative(ROOT, name).startsWith(prefix)));
  const tests = mine.flatMap(({ assertionResults }) => assertionResults);
  const having = (status: string) => tests.filter((test) => test.status === status);
  // A file that broke before its first test has none that failed.
  const broken = mine.filter(({ status, assertionResults }) => status === "failed" && assertionResults.length === 0);
  return {
    passed: having("passed").length,
    failed: having("failed").length + broken.length,
    skipped: having("skipped").length + having("pending").length,
    failures: [
      ...having("failed").map(({ fullName }) => fullName),
      ...broken.map(({ name, message }) => `${name}: ${message}`),
    ],
  };
}
