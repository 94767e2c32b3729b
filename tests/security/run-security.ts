// `npm run test:security`: the lists of attacks, counted. With --mutants, each control is taken away and its list must notice.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { allPassed, printLists, runTestLists } from "../run-test-lists.ts";
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
    const fuzz = join(folder, "fuzz.json");
    const lists = await runTestLists(
      Object.fromEntries(names.map((name) => [name, LISTS[name]])),
      {
        HELIOGRAPH_FUZZ_REQUESTS: flags.requests,
        HELIOGRAPH_FUZZ_SEED: flags.seed,
        HELIOGRAPH_FUZZ_REPORT: fuzz,
      },
      flags.json,
    );
    const report = {
      lists,
      fuzz: names.includes("ACCESS") ? (JSON.parse(readFileSync(fuzz, "utf8")) as unknown) : null,
    };
    if (flags.json) process.stdout.write(`${JSON.stringify(report)}\n`);
    else printLists(lists);
    return allPassed(lists) ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
