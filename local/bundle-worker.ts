// One Worker bundled by wrangler itself, without deploying anything.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { QUIET_WRANGLER, ROOT } from "./worker-configs.ts";

const run = promisify(execFile);

/** @param defines build-time names, e.g. `HELIOGRAPH_LOCAL_BUILD:true`; those of the configuration hold otherwise */
export async function bundleWorker(config: string, outdir: string, defines: readonly string[] = []): Promise<void> {
  const wrangler = join(ROOT, "node_modules/wrangler/bin/wrangler.js");
  const flags = defines.flatMap((define) => ["--define", define]);
  try {
    await run(
      process.execPath,
      [wrangler, "deploy", "--dry-run", "--outdir", outdir, "-c", join(ROOT, config), ...flags],
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
