// `npm run test:transforms`: everything about pictures in any form, counted by list, and 100,000 random addresses.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { allPassed, printLists, runTestLists } from "../run-test-lists.ts";

const HELP = `npm run test:transforms -- [options]
  --json        one JSON document on stdout instead of a table
  --urls N      random addresses of the fuzz (default 100000)
  --seed S      of the fuzz (default: random; printed)
`;

/** Which files make up a list. */
const LISTS = {
  PIXELS: [
    "shared/codecs/pixels/",
    "shared/kernels/smart-crop",
    "shared/kernels/transform-geometry",
    "workers/transformer/",
  ],
  DITHER: [
    "shared/codecs/dither",
    "shared/codecs/write-indexed-png",
    "shared/kernels/diffusion-methods",
    "shared/kernels/gif-encode",
    "shared/kernels/palettes",
    "shared/kernels/threshold-maps",
  ],
  DIALECTS: ["shared/contracts/transforms/", "workers/gateway/routes/dialects"],
  DELIVERY: ["workers/gateway/render/", "workers/gateway/byte-range"],
  SEEDS: ["workers/gateway/images/"],
  IMPORT: ["workers/importer/"],
  TUS: ["workers/gateway/tus/"],
  ADDRESSES: ["tests/transforms/"],
} as const;

const { values: flags } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    urls: { type: "string", default: "100000" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
    help: { type: "boolean", default: false },
  },
});
if (flags.help) {
  process.stdout.write(HELP);
  process.exit(0);
}

const folder = mkdtempSync(join(tmpdir(), "heliograph-transforms-"));
try {
  const fuzz = join(folder, "fuzz.json");
  const lists = await runTestLists(
    LISTS,
    { HELIOGRAPH_URLS: flags.urls, HELIOGRAPH_FUZZ_SEED: flags.seed, HELIOGRAPH_FUZZ_REPORT: fuzz },
    flags.json,
  );
  const report = { lists, fuzz: JSON.parse(readFileSync(fuzz, "utf8")) as unknown };
  if (flags.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  else {
    printLists(lists);
    process.stdout.write(`${JSON.stringify(report.fuzz)}\n`);
  }
  process.exitCode = allPassed(lists) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
