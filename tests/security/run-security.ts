// `npm run test:security`: the lists of attacks, counted. With --mutants, each control is taken away and its list must notice.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../../local/worker-configs.ts";
import { tryMutants } from "./try-mutants.ts";

const HELP = `npm run test:security -- [options]
  --json          one JSON document on stdout instead of a table
  --requests N    random requests of the fuzz (default 100000)
  --seed S        of the fuzz (default: random; printed)
  --list NAME     one list only: ${"AUTH, TOKENS, ACCESS, UPLOAD, WS, WEB"}
  --mutants       instead: remove each control in turn and see that its tests fail
`;

/** Which files make up a list of attacks. */
const LISTS = {
  AUTH: ["tests/security/auth"],
  TOKENS: ["shared/tokens/"],
  ACCESS: ["tests/security/access"],
  UPLOAD: ["tests/security/upload", "tests/hostile/"],
  WS: ["tests/security/ws"],
  WEB: ["tests/security/web"],
} as const;
type ListName = keyof typeof LISTS;

interface TestFile {
  readonly name: string;
  readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  readonly status: string;
  readonly message: string;
}

const { values: flags } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    requests: { type: "string", default: "100000" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
    list: { type: "string" },
    mutants: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (flags.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const isList = (name: string): name is ListName => name in LISTS;
const names = (Object.keys(LISTS) as ListName[]).filter((name) => flags.list === undefined || name === flags.list);
if (names.length === 0 || (flags.list !== undefined && !isList(flags.list))) {
  process.stderr.write(HELP);
  process.exit(2);
}
process.exit(flags.mutants ? await tryMutants(flags.json, flags.list?.toLowerCase()) : await runLists());

async function runLists(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "heliograph-security-"));
  try {
    const results = join(folder, "results.json");
    const fuzz = join(folder, "fuzz.json");
    await vitest([...names.flatMap((name) => LISTS[name])], results, {
      HELIOGRAPH_FUZZ_REQUESTS: flags.requests,
      HELIOGRAPH_FUZZ_SEED: flags.seed,
      HELIOGRAPH_FUZZ_REPORT: fuzz,
    });
    const files = (JSON.parse(readFileSync(results, "utf8")) as { testResults: TestFile[] }).testResults;
    const lists = Object.fromEntries(names.map((name) => [name, countList(files, LISTS[name])]));
    const report = {
      lists,
      fuzz: names.includes("ACCESS") ? (JSON.parse(readFileSync(fuzz, "utf8")) as unknown) : null,
    };
    if (flags.json) process.stdout.write(`${JSON.stringify(report)}\n`);
    else
      for (const [name, { passed, failed, skipped }] of Object.entries(lists))
        process.stdout.write(`${name.padEnd(8)} ${passed} passed, ${failed} failed, ${skipped} skipped\n`);
    // A list without tests is a list nobody wrote.
    return Object.values(lists).every(({ passed, failed }) => passed > 0 && failed === 0) ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Never rejects: what failed is in the results. */
function vitest(filters: readonly string[], results: string, env: Record<string, string>): Promise<void> {
  const child = spawn(
    process.execPath,
    [join(ROOT, "node_modules/vitest/vitest.mjs"), "run", ...filters, "--reporter=json", `--outputFile=${results}`],
    { cwd: ROOT, env: { ...process.env, ...env }, stdio: ["ignore", "ignore", flags.json ? "ignore" : "inherit"] },
  );
  return new Promise((resolve) => child.on("exit", () => resolve()));
}

function countList(files: readonly TestFile[], prefixes: readonly string[]) {
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
