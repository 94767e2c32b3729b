// `npm run sizes`: builds what would be deployed and holds each Worker's gzip size against its budget.
// Fails when a budget is exceeded, or when anything of the local build is in a deployed bundle.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { buildWeb } from "../local/build-web.ts";
import { bundleWorker } from "../local/bundle-worker.ts";
import { WORKERS } from "../local/worker-configs.ts";

export interface BundleSize {
  readonly name: string;
  readonly gzipBytes: number;
  readonly budgetBytes: number;
  /** Names of local-only code found in the bundle; must be empty. */
  readonly localCode: readonly string[];
}

/** Code that exists only to make one machine behave like production, by the function that would be bundled. */
const LOCAL_ONLY = {
  "event bridge": "function withR2Events",
  "fault injection": "function withFaults",
  "a guest without a credential": "function seedGuest",
  "hosts of tests": "function withTestHosts",
} as const;

export async function measureBundles(): Promise<BundleSize[]> {
  // The gateway's configuration names the browser app as its assets, and wrangler wants to see them.
  await buildWeb();
  const folder = mkdtempSync(join(tmpdir(), "heliograph-deploy-"));
  try {
    const sizes: BundleSize[] = [];
    for (const { name, config, gzipBudgetBytes } of WORKERS) {
      const outdir = join(folder, name);
      await bundleWorker(config, outdir);
      const files = readdirSync(outdir).filter((file) => /\.(js|wasm)$/.test(file));
      const script = files
        .filter((file) => file.endsWith(".js"))
        .map((file) => readFileSync(join(outdir, file), "utf8"))
        .join("\n");
      sizes.push({
        name,
        gzipBytes: files.reduce((sum, file) => sum + gzipSync(readFileSync(join(outdir, file))).byteLength, 0),
        budgetBytes: gzipBudgetBytes,
        localCode: Object.entries(LOCAL_ONLY)
          .filter(([, needle]) => script.includes(needle))
          .map(([what]) => what),
      });
    }
    return sizes;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const { values: flags } = parseArgs({ options: { json: { type: "boolean", default: false } } });
  const sizes = await measureBundles();
  if (flags.json) process.stdout.write(`${JSON.stringify(sizes)}\n`);
  else
    for (const { name, gzipBytes, budgetBytes } of sizes)
      process.stdout.write(
        `${name.padEnd(24)} ${(gzipBytes / 1000).toFixed(0).padStart(6)} kB gzip of ${(budgetBytes / 1000).toFixed(0).padStart(5)} kB\n`,
      );
  const broken = sizes.filter(
    ({ gzipBytes, budgetBytes, localCode }) => gzipBytes > budgetBytes || localCode.length > 0,
  );
  for (const { name, localCode, gzipBytes, budgetBytes } of broken) {
    process.stderr.write(
      `${name}: ${localCode.length > 0 ? `contains ${localCode.join(" and ")}` : `${gzipBytes} bytes exceed the budget of ${budgetBytes}`}\n`,
    );
  }
  process.exitCode = broken.length === 0 ? 0 : 1;
}
