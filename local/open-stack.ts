// The whole platform in one workerd, without wrangler's proxies: what tests, benches and scripts run against.
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions } from "wrangler";
import { DEFAULT_WEIGHTS_DIR, defaultModelsDir, resolveModels } from "../models/resolve-models.ts";
import type { FaultRates } from "../shared/adapters/local-faults.ts";
import type { FaceRecognitionDefault } from "../shared/contracts/consent.ts";
import { buildBundles } from "./build-bundles.ts";
import {
  applyMigrations,
  consentFor,
  ensureUsers,
  installModels,
  issueApiKey,
  issueSignInLink,
  type LocalUser,
  secretOf,
} from "./local-state.ts";
import { HOLDERS_OF_FACE_SECRET, HOLDERS_OF_IDENTITY_SECRET, ROOT, WORKERS } from "./worker-configs.ts";

export interface StackOptions {
  /** 0 chooses a free one. */
  readonly port: number;
  readonly stateDir: string;
  readonly fresh: boolean;
  readonly users: number;
  /** False leaves the bucket without weights: the built-in default is used. */
  readonly models: boolean;
  /** The users have said yes to face recognition; false leaves them unasked. */
  readonly consent: boolean;
  /** What the installation presets for users who have not spoken. */
  readonly faceRecognition: FaceRecognitionDefault;
  readonly faults: Partial<FaultRates>;
  /** Seconds between sweeps; 0 never sweeps by itself. */
  readonly sweepEverySeconds: number;
  readonly staleAfterMs: number;
  /** Multiplies every limit of attempts: tools that sign in a thousand times raise it. */
  readonly attemptLimitFactor: number;
  /** More variables of the gateway. */
  readonly gatewayVariables: Readonly<Record<string, string>>;
  /** Variables of the importer: where names are looked up, and hosts that a test runs itself. */
  readonly importerVariables: Readonly<Record<string, string>>;
}

export const STACK_DEFAULTS: Omit<StackOptions, "stateDir"> = {
  port: 0,
  fresh: false,
  users: 1,
  models: true,
  consent: true,
  faceRecognition: "ask",
  faults: {},
  sweepEverySeconds: 10,
  staleAfterMs: 20_000,
  attemptLimitFactor: 1,
  gatewayVariables: {},
  importerVariables: {},
};

export interface Stack {
  readonly url: string;
  readonly users: readonly (LocalUser & { readonly apiKey: string })[];
  readonly signInUrl: string;
  readonly db: D1Database;
  readonly bucket: R2Bucket;
  readonly miniflare: Miniflare;
  /** Runs the cron sweep now; `afterRestart` presumes every queue to be empty. */
  sweep(afterRestart?: boolean): Promise<void>;
  close(): Promise<void>;
}

export async function openStack(options: StackOptions): Promise<Stack> {
  if (options.fresh) rmSync(options.stateDir, { recursive: true, force: true });
  const bundles = await buildBundles();
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port: options.port,
      cf: false,
      logRequests: false,
      resourcePersistencePath: options.stateDir,
      workers: WORKERS.map(({ name, config }) => workerOptions(name, config, bundles, options)),
    } as never),
  );
  const url = (await miniflare.ready).href.replace(/\/$/, "");
  const db = (await miniflare.getD1Database("DB", "heliograph-gateway")) as unknown as D1Database;
  const bucket = (await miniflare.getR2Bucket("BUCKET", "heliograph-gateway")) as unknown as R2Bucket;
  await applyMigrations(db);
  const now = Date.now();
  const { users } = await ensureUsers(db, options.users, now);
  if (options.consent)
    await consentFor(
      db,
      users.map(({ id }) => id),
      now,
    );
  const withKeys = [];
  for (const user of users) withKeys.push({ ...user, apiKey: await issueApiKey(db, user.id, "stack", now) });
  const owner = users[0];
  if (owner === undefined) throw new Error("a stack has at least one user");
  if (options.models)
    await installModels(
      bucket,
      await resolveModels({ weightsDir: DEFAULT_WEIGHTS_DIR, modelsDir: defaultModelsDir(), offline: true }),
    );

  const gateway = await miniflare.getWorker("heliograph-gateway");
  const sweep = async (afterRestart = false): Promise<void> => {
    await gateway.scheduled({ cron: afterRestart ? "@restart" : "*/5 * * * *" });
  };
  // Local queues live in memory only: whatever was in them when the last process ended is found again here.
  await sweep(true);
  let isSweeping = false;
  const timer =
    options.sweepEverySeconds > 0
      ? setInterval(() => {
          if (isSweeping) return;
          isSweeping = true;
          sweep()
            .catch(() => {})
            .finally(() => {
              isSweeping = false;
            });
        }, options.sweepEverySeconds * 1000)
      : null;
  return {
    url,
    users: withKeys,
    signInUrl: await issueSignInLink(db, owner.id, url, now),
    db,
    bucket,
    miniflare,
    sweep,
    async close() {
      if (timer !== null) clearInterval(timer);
      await miniflare.dispose();
    },
  };
}

function workerOptions(name: string, config: string, bundles: string, options: StackOptions) {
  const { workerOptions: fromConfig } = unstable_getMiniflareWorkerOptions(join(ROOT, config));
  const folder = join(bundles, name);
  const files = readdirSync(folder)
    .filter((file) => /\.(js|wasm)$/.test(file))
    .sort((a) => (a === "index.js" ? -1 : 1));
  // One machine is every test's network: the platform's shield would only measure that.
  const {
    modulesRules: _rules,
    rootPath: _root,
    ratelimits: _shields,
    ...kept
  } = fromConfig as Record<string, unknown>;
  return {
    ...kept,
    name,
    modulesRoot: folder,
    modules: files.map((file) => ({
      type: file.endsWith(".wasm") ? "CompiledWasm" : "ESModule",
      path: join(folder, file),
      contents: readFileSync(join(folder, file)),
    })),
    bindings: {
      ...(kept.bindings as Record<string, unknown>),
      LOCAL_FAULTS: JSON.stringify(options.faults),
      SWEEP_STALE_AFTER_MS: String(options.staleAfterMs),
      FACE_RECOGNITION: options.faceRecognition,
      ATTEMPT_LIMIT_FACTOR: String(options.attemptLimitFactor),
      ...(name === "heliograph-gateway" ? options.gatewayVariables : {}),
      ...(name === "heliograph-importer" ? options.importerVariables : {}),
      ...(HOLDERS_OF_FACE_SECRET.includes(name) ? { FACE_SECRET: secretOf(options.stateDir, "face-secret") } : {}),
      ...(HOLDERS_OF_IDENTITY_SECRET.includes(name)
        ? { IDENTITY_SECRET: secretOf(options.stateDir, "identity-secret") }
        : {}),
    },
  };
}
