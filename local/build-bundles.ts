// Bundles of the Workers for this machine, built by wrangler itself and kept under a digest of their sources.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { buildKernelsIfChanged } from "./build-kernels.ts";
import { bundleWorker } from "./bundle-worker.ts";
import { digestOf } from "./digest-sources.ts";
import { ROOT, WORKERS } from "./worker-configs.ts";

const CACHE = join(ROOT, "node_modules/.cache/heliograph");
const SOURCES = [
  "workers/**/*.{ts,toml}",
  "shared/**/*.{ts,json,wasm}",
  "models/lockfile.json",
  "wrangler.toml",
  "package-lock.json",
];

/** Workers bundled at a time: each takes a wrangler of its own, about 200 MB. */
const BUNDLED_AT_ONCE = 2;

/** @returns the folder with one folder per Worker; built at most once per state of the sources */
export async function buildBundles(): Promise<string> {
  // Tests of the tests: bundles somebody has changed on purpose.
  const given = process.env["HELIOGRAPH_BUNDLES"];
  if (given !== undefined) return given;
  await buildKernelsIfChanged();
  const folder = join(CACHE, `bundles-${digestOf(SOURCES)}`);
  if (existsSync(folder)) return folder;
  // wrangler checks that the assets folder exists, although a bundle contains none of it.
  mkdirSync(join(ROOT, "web/dist"), { recursive: true });
  const unfinished = `${folder}.${process.pid}`;
  for (let start = 0; start < WORKERS.length; start += BUNDLED_AT_ONCE) {
    await Promise.all(
      WORKERS.slice(start, start + BUNDLED_AT_ONCE).map(({ name, config }) =>
        bundleWorker(config, join(unfinished, name), ["HELIOGRAPH_LOCAL_BUILD:true"]),
      ),
    );
  }
  if (existsSync(folder)) rmSync(unfinished, { recursive: true });
  else renameSync(unfinished, folder);
  forgetOldBundles();
  return folder;
}

/** Bundles of earlier states of the sources, kept for going back and forth between two branches. */
const KEPT_BUNDLES = 4;

function forgetOldBundles(): void {
  const byAge = readdirSync(CACHE)
    .filter((name) => /^bundles-[0-9a-f]+$/.test(name))
    .map((name) => ({ path: join(CACHE, name), changedAt: statSync(join(CACHE, name)).mtimeMs }))
    .sort((a, b) => b.changedAt - a.changedAt);
  for (const { path } of byAge.slice(KEPT_BUNDLES)) rmSync(path, { recursive: true, force: true });
}
