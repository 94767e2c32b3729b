// `npm run dev`: one `wrangler dev` over all Workers, with tables, an owner, models and the browser app in place.
// Needs no account, network or env file. Ctrl-C stops everything.
import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions } from "wrangler";
import { DEFAULT_WEIGHTS_DIR, defaultModelsDir, resolveModels } from "../models/resolve-models.ts";
import type { Scope } from "../shared/contracts/auth.ts";
import { buildWeb } from "./build-web.ts";
import { ensureDevVars } from "./dev-vars.ts";
import {
  applyMigrations,
  ensureSeedGuest,
  ensureUsers,
  installModels,
  issueApiKey,
  issueSignInLink,
} from "./local-state.ts";
import { QUIET_WRANGLER, ROOT, WORKERS } from "./worker-configs.ts";

/** Seconds between sweeps: wrangler dev never runs a cron by itself. */
const SWEEP_EVERY_SECONDS = 15;
/** Age (ms) at which the sweep doubts a message; short, because a restart loses every local queue. */
const STALE_AFTER_MS = 30_000;
/** Longest start (ms) we wait for: a cold machine bundles five Workers. */
const READY_WITHIN_MS = 120_000;

/** What the key of the first start may do: everything with photos and people, nothing with accounts. */
const FIRST_KEY_SCOPES: readonly Scope[] = ["photo.read", "photo.write", "person.read", "person.merge", "account.read"];

const { values: flags } = parseArgs({
  options: {
    port: { type: "string", default: "8787" },
    /** Where R2, D1 and Durable Objects are kept. */
    state: { type: "string", default: join(ROOT, ".wrangler/state") },
    offline: { type: "boolean", default: false },
  },
});
const stateDir = resolve(flags.state);
const port = Number(flags.port);
const origin = `http://localhost:${port}`;

const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

say("Heliograph: building the browser app …");
await buildWeb();
say("Heliograph: looking for face models …");
const models = await resolveModels({
  weightsDir: DEFAULT_WEIGHTS_DIR,
  modelsDir: defaultModelsDir(),
  offline: flags.offline,
  onProgress: ({ name, bytes }, received) => {
    if (process.stderr.isTTY)
      process.stderr.write(`\r  ${name} ${Math.round((received / bytes) * 100)} %${received === bytes ? "\n" : ""}`);
  },
});
for (const { record, problem } of models)
  if (problem !== undefined) say(`  ${record.name} is not installed: ${problem}`);

ensureDevVars();
const entrance = await prepareState();
const wrangler = spawn(
  process.execPath,
  [
    join(ROOT, "node_modules/wrangler/bin/wrangler.js"),
    "dev",
    "--local",
    ...WORKERS.flatMap(({ config }) => ["-c", config]),
    "--port",
    String(port),
    "--persist-to",
    stateDir,
    "--inspector-port",
    "0",
    // Warnings would only say that crons do not run by themselves, which is seen to below.
    "--log-level",
    "error",
    "--show-interactive-dev-session=false",
    "--define",
    "HELIOGRAPH_LOCAL_BUILD:true",
    "--var",
    `SWEEP_STALE_AFTER_MS:${STALE_AFTER_MS}`,
    // Plain calls from this machine may use the seeds' routes, as their documentation shows them.
    "--var",
    "SEED_GUEST:on",
  ],
  {
    cwd: ROOT,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...QUIET_WRANGLER, FORCE_COLOR: process.stderr.isTTY ? "1" : "0" },
  },
);
wrangler.on("exit", (code) => process.exit(code ?? 0));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => wrangler.kill(signal));

await untilReady();
await sweep("@restart");
setInterval(() => void sweep("*/5 * * * *"), SWEEP_EVERY_SECONDS * 1000);
announce();

/** Tables, owner and weights go in before wrangler opens the same state folder. */
async function prepareState(): Promise<{ signInUrl: string; apiKey: string | null }> {
  const { workerOptions } = unstable_getMiniflareWorkerOptions(join(ROOT, WORKERS[0].config));
  const { d1Databases, r2Buckets } = workerOptions as { d1Databases?: unknown; r2Buckets?: unknown };
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      cf: false,
      // The layout wrangler keeps below --persist-to.
      resourcePersistencePath: join(stateDir, "v3"),
      workers: [
        {
          name: "prepare",
          modules: true,
          script: "export default {}",
          compatibilityDate: "2026-11-17",
          d1Databases,
          r2Buckets,
        },
      ],
    } as never),
  );
  try {
    const db = (await miniflare.getD1Database("DB", "prepare")) as unknown as D1Database;
    await applyMigrations(db);
    const now = Date.now();
    const { users, isFirstStart } = await ensureUsers(db, 1, now);
    const owner = users[0];
    if (owner === undefined) throw new Error("the owner could not be made");
    await ensureSeedGuest(db, now);
    await installModels((await miniflare.getR2Bucket("BUCKET", "prepare")) as unknown as R2Bucket, models);
    return {
      signInUrl: await issueSignInLink(db, owner.id, origin, now),
      apiKey: isFirstStart ? await issueApiKey(db, owner.id, "first start", now, FIRST_KEY_SCOPES) : null,
    };
  } finally {
    await miniflare.dispose();
  }
}

async function untilReady(): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const isReady = await fetch(`${origin}/health/live`).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady) return;
    if (Date.now() > deadline)
      throw new Error(`the platform did not answer on ${origin} within ${READY_WITHIN_MS / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function sweep(cron: string): Promise<void> {
  await fetch(`${origin}/cdn-cgi/handler/scheduled?cron=${encodeURIComponent(cron)}`).catch(() => {});
}

function announce(): void {
  const { signInUrl, apiKey } = entrance;
  say(`
Heliograph is running at ${origin}

  Sign in (once, within a day):
    ${signInUrl}
${
  apiKey === null
    ? ""
    : `
  API key (shown only now):
    ${apiKey}

  Try it:
    curl -H "Authorization: Bearer ${apiKey}" -F file=@photo.jpg ${origin}/api/v1/photos
`
}
Ctrl-C stops it. Everything is kept in ${stateDir}; delete that folder to start over.
`);
}
