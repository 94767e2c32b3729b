// Bundles of the four Workers for this machine, built by wrangler itself and kept under a digest of their sources.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { QUIET_WRANGLER, ROOT, WORKERS } from "./worker-configs.ts";

const run = promisify(execFile);
const CACHE = join(ROOT, "node_modules/.cache/heliograph");
const SOURCES = [
  "workers/**/*.{ts,toml}",
  "shared/**/*.{ts,json,wasm}",
  "models/lockfile.json",
  "wrangler.toml",
  "package-lock.json",
];

/** @returns the folder with one folder per Worker; built at most once per state of the sources */
export async function buildBundles(): Promise<string> {
  const folder = join(CACHE, `bundles-${digestOf(SOURCES)}`);
  if (existsSync(folder)) return folder;
  // wrangler checks that the assets folder exists, although a bundle contains none of it.
  mkdirSync(join(ROOT, "web/dist"), { recursive: true });
  const unfinished = `${folder}.${process.pid}`;
  for (const pair of [WORKERS.slice(0, 2), WORKERS.slice(2)]) {
    await Promise.all(pair.map(({ name, config }) => buildOne(config, join(unfinished, name))));
  }
  if (existsSync(folder)) rmSync(unfinished, { recursive: true });
  else renameSync(unfinished, folder);
  return folder;
}

async function buildOne(config: string, outdir: string): Promise<void> {
  const wrangler = join(ROOT, "node_modules/wrangler/bin/wrangler.js");
  try {
    await run(
      process.execPath,
      [
        wrangler,
        "deploy",
        "--dry-run",
        "--outdir",
        outdir,
        "-c",
        join(ROOT, config),
        "--define",
        "HELIOGRAPH_LOCAL_BUILD:true",
      ],
      {
        cwd: ROOT,
        env: { ...process.env, ...QUIET_WRANGLER },
      },
    );
  } catch (cause) {
    const { stdout = "", stderr = "" } = cause as { stdout?: string; stderr?: string };
    throw new Error(`wrangler could not bundle ${config}:\n${stdout}${stderr}`, { cause });
  }
}

/** SHA-256 over names and contents of all files that match. */
export function digestOf(patterns: readonly string[]): string {
  const hash = createHash("sha256");
  const files = globSync(patterns as string[], {
    cwd: ROOT,
    exclude: (name) => name.includes("node_modules") || name.includes("dist"),
  }).sort();
  for (const file of files) {
    if (/\.test\.ts$/.test(file)) continue;
    hash
      .update(file)
      .update("\0")
      .update(readFileSync(join(ROOT, file)))
      .update("\0");
  }
  return hash.digest("hex").slice(0, 16);
}
