// `npm run ship`: one command from a checkout to a running deployment. Every step may be repeated: what exists is kept.
// `--dry-run` prints the steps and runs none of them. Needs `wrangler login` (or CLOUDFLARE_API_TOKEN) and nothing else.
import { execFile, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { uuidv7 } from "uuidv7";
import { buildWeb } from "../local/build-web.ts";
import { QUIET_WRANGLER, ROOT, SECRETS, WORKERS } from "../local/worker-configs.ts";
import { DEFAULT_WEIGHTS_DIR, defaultModelsDir, resolveModels } from "../models/resolve-models.ts";
import { modelKey, ORIGINALS_PREFIX } from "../shared/adapters/objects.ts";
import { SETUP_LINK_LIFE_MS } from "../shared/contracts/limits.ts";
import { measureBundles } from "./bundle-sizes.ts";

const run = promisify(execFile);
const BUCKET = "heliograph-photos";
const DATABASE = "heliograph";
const QUEUES = [
  "photo-events",
  "photo-events-dlq",
  "photo-index",
  "photo-index-dlq",
  "photo-renders",
  "photo-renders-dlq",
  "image-news",
  "image-news-dlq",
] as const;
const NO_DATABASE_ID = "00000000-0000-0000-0000-000000000000";

interface Step {
  readonly what: string;
  readonly wrangler: readonly string[];
  /** Words of wrangler that mean "it is there already". */
  readonly exists?: RegExp;
}

const PROVISION: readonly Step[] = [
  { what: "Create the bucket", wrangler: ["r2", "bucket", "create", BUCKET], exists: /already (exists|own)/i },
  ...QUEUES.map((queue) => ({
    what: `Create the queue ${queue}`,
    wrangler: ["queues", "create", queue],
    exists: /already (exists|taken)/i,
  })),
  { what: "Create the database", wrangler: ["d1", "create", DATABASE], exists: /already exists/i },
];

const EVENT_RULE: Step = {
  what: "Let R2 announce uploads (and nothing else: derivatives must not loop)",
  wrangler: [
    "r2",
    "bucket",
    "notification",
    "create",
    BUCKET,
    "--event-type",
    "object-create",
    "--queue",
    "photo-events",
    "--prefix",
    ORIGINALS_PREFIX,
  ],
  exists: /already|overlap|conflict/i,
};

const MIGRATE: Step = {
  what: "Apply migrations",
  wrangler: ["d1", "migrations", "apply", "DB", "--remote", "-c", "wrangler.toml"],
};

/** The hub and the people index first, because the others bind to their classes; the gateway last, because it binds to the thumbnailer and lets people in. */
const DEPLOY: readonly Step[] = [
  "heliograph-progress",
  "heliograph-people",
  "heliograph-thumbnailer",
  "heliograph-embedder",
  "heliograph-transformer",
  "heliograph-importer",
  "heliograph-gateway",
].map((name) => {
  const worker = WORKERS.find((candidate) => candidate.name === name);
  if (worker === undefined) throw new Error(`no Worker is called ${name}`);
  return { what: `Deploy ${name}`, wrangler: ["deploy", "-c", worker.config] };
});

const { values: flags } = parseArgs({
  options: {
    "dry-run": { type: "boolean", default: false },
    /** Replaces the secret that protects face data: what is sealed so far becomes unreadable. */
    "new-face-secret": { type: "boolean", default: false },
    /** A new sign-in link for the owner, who has signed in before: for one who lost every other way in. */
    "owner-link": { type: "boolean", default: false },
    /** Replaces the secret tokens are derived from: programs sign in again, providers' secrets are entered again. */
    "new-identity-secret": { type: "boolean", default: false },
  },
});

if (flags["dry-run"]) await printPlan();
else await ship();

async function printPlan(): Promise<void> {
  const steps = [
    ...PROVISION.map(describe),
    `Write the database's id into ${WORKERS.length} wrangler.toml files`,
    describe(MIGRATE),
    "Resolve face models (npm run models) and put each into the bucket under models/",
    ...DEPLOY.map(describe),
    ...SECRETS.map(
      ({ name, holders }) => `Make ${name}, if there is none (wrangler secret put ${name} for ${holders.join(", ")})`,
    ),
    describe(EVENT_RULE),
    "Make the owner, if there is none, and print a one-time sign-in link while nobody has claimed it",
  ];
  for (const [i, step] of steps.entries()) process.stdout.write(`${String(i + 1).padStart(2)}. ${step}\n`);
  process.stdout.write("\nBundles (wrangler deploy --dry-run):\n");
  for (const { name, gzipBytes, budgetBytes } of await measureBundles())
    process.stdout.write(
      `    ${name.padEnd(24)} ${Math.round(gzipBytes / 1000)} kB gzip of ${budgetBytes / 1000} kB\n`,
    );
}

function describe({ what, wrangler }: Step): string {
  return `${what}\n    wrangler ${wrangler.join(" ")}`;
}

async function ship(): Promise<void> {
  await buildWeb();
  for (const step of PROVISION) await take(step);
  writeDatabaseId(await databaseId());
  await take(MIGRATE);
  for (const { record, path, problem } of await resolveModels({
    weightsDir: DEFAULT_WEIGHTS_DIR,
    modelsDir: defaultModelsDir(),
    offline: false,
  })) {
    if (path === null) process.stderr.write(`${record.name} is not installed: ${problem}\n`);
    else
      await take({
        what: `Install ${record.name}`,
        wrangler: ["r2", "object", "put", `${BUCKET}/${modelKey(record.sha256)}`, "--file", path, "--remote"],
      });
  }
  // What is deployed already gets what is new before its next version needs it.
  for (const secret of SECRETS) if (await isDeployed(secret)) await ensureSecret(secret);
  let gatewayUrl = "";
  for (const step of DEPLOY) gatewayUrl = /https:\/\/\S+\.workers\.dev/.exec(await take(step))?.[0] ?? gatewayUrl;
  for (const secret of SECRETS) await ensureSecret(secret);
  await take(EVENT_RULE);
  if (!/^\s*PUBLIC_ORIGIN\s*=/m.test(readFileSync(join(ROOT, "wrangler.toml"), "utf8")))
    process.stdout.write(
      `PUBLIC_ORIGIN is not set: no mail is sent. Set it under [vars] of wrangler.toml, e.g. "${gatewayUrl}", and ship again.\n`,
    );
  const link = await makeOwnersLink(gatewayUrl);
  process.stdout.write(
    link === null
      ? `Running at ${gatewayUrl}. It has an owner; npm run ship -- --owner-link makes a new sign-in link.\n`
      : `Sign in (once, within a day): ${link}\n`,
  );
}

async function isDeployed({ holders }: (typeof SECRETS)[number]): Promise<boolean> {
  const states = await Promise.all(
    WORKERS.filter(({ name }) => holders.includes(name)).map(({ name, config }) =>
      take({ what: `Look for ${name}`, wrangler: ["deployments", "list", "-c", config, "--json"] }).then(
        () => true,
        () => false,
      ),
    ),
  );
  return states.every((state) => state);
}

async function take({ what, wrangler, exists }: Step): Promise<string> {
  process.stderr.write(`${what} …\n`);
  try {
    const { stdout } = await run(process.execPath, [join(ROOT, "node_modules/wrangler/bin/wrangler.js"), ...wrangler], {
      cwd: ROOT,
      env: { ...process.env, ...QUIET_WRANGLER },
    });
    return stdout;
  } catch (cause) {
    const { stdout = "", stderr = "" } = cause as { stdout?: string; stderr?: string };
    if (exists?.test(stdout + stderr)) return stdout;
    throw new Error(`wrangler ${wrangler.join(" ")} failed:\n${stdout}${stderr}`, { cause });
  }
}

/**
 * One secret for all its holders, made here and never shown. It cannot be read back: where only some have it, nobody but
 * its keeper can give it to the others.
 */
async function ensureSecret({ name, holders: holderNames }: (typeof SECRETS)[number]): Promise<void> {
  const flag = replacingFlag(name);
  const holders = WORKERS.filter((worker) => holderNames.includes(worker.name));
  const lacking = [];
  for (const holder of holders) {
    const listed = await take({
      what: `Look for ${name} of ${holder.name}`,
      wrangler: ["secret", "list", "-c", holder.config, "--format", "json"],
    });
    if (!(JSON.parse(listed) as { name: string }[]).some((secret) => secret.name === name)) lacking.push(holder);
  }
  if (lacking.length === 0 && !flags[flag]) return;
  if (lacking.length < holders.length && !flags[flag])
    throw new Error(
      `${lacking.map((worker) => worker.name).join(", ")} lacks ${name}, which others have. Give it the same one ` +
        `(wrangler secret put), or, while nobody has data under it, run npm run ship -- --${flag}`,
    );
  const secret = randomBytes(32).toString("base64url");
  for (const holder of holders) await putSecret(holder, name, secret);
}

function replacingFlag(secret: (typeof SECRETS)[number]["name"]): "new-face-secret" | "new-identity-secret" {
  return secret === "FACE_SECRET" ? "new-face-secret" : "new-identity-secret";
}

/** By stdin: what is in the arguments of a process is for all to see. */
function putSecret(worker: (typeof WORKERS)[number], name: string, secret: string): Promise<void> {
  process.stderr.write(`Give ${worker.name} its ${name} …\n`);
  const wrangler = join(ROOT, "node_modules/wrangler/bin/wrangler.js");
  const child = spawn(process.execPath, [wrangler, "secret", "put", name, "-c", worker.config], {
    cwd: ROOT,
    env: { ...process.env, ...QUIET_WRANGLER },
    stdio: ["pipe", "ignore", "inherit"],
  });
  child.stdin.end(secret);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) =>
      code === 0 ? resolve() : reject(new Error(`wrangler secret put ${name} -c ${worker.config} ended with ${code}`)),
    );
  });
}

async function databaseId(): Promise<string> {
  const listed = JSON.parse(await take({ what: "Find the database's id", wrangler: ["d1", "list", "--json"] })) as {
    uuid: string;
    name: string;
  }[];
  const found = listed.find(({ name }) => name === DATABASE);
  if (found === undefined) throw new Error(`the account lists no database called ${DATABASE}`);
  return found.uuid;
}

function writeDatabaseId(id: string): void {
  for (const { config } of WORKERS) {
    const path = join(ROOT, config);
    const text = readFileSync(path, "utf8");
    const current = /^database_id = "([^"]+)"/m.exec(text)?.[1];
    if (current === id) continue;
    if (current !== NO_DATABASE_ID)
      throw new Error(`${config} already names another database (${current}); refusing to replace it`);
    writeFileSync(path, text.replace(/^database_id = "[^"]+"/m, `database_id = "${id}"`));
  }
}

/**
 * Makes the owner where there is none, and a link for one who cannot sign in yet (or whose operator asks for it): an owner's link
 * in the log of every deployment would be a key under the mat. Values are ids, hashes and numbers made here: nothing of a person's goes into the SQL text.
 */
async function makeOwnersLink(origin: string): Promise<string | null> {
  const token = randomBytes(32).toString("base64url");
  const hash = createHash("sha256").update(token).digest("hex");
  const now = Date.now();
  const isUnclaimed = `email_verified_at IS NULL AND password_hash IS NULL
    AND NOT EXISTS (SELECT 1 FROM passkeys WHERE user_id = users.id) AND NOT EXISTS (SELECT 1 FROM identities WHERE user_id = users.id)`;
  const sql = `INSERT INTO users (id, name, role, created_at) SELECT '${uuidv7()}', 'Owner', 'owner', ${now} WHERE NOT EXISTS (SELECT 1 FROM users WHERE role = 'owner');
    INSERT INTO sign_in_links (hash, id, purpose, user_id, expires_at)
      SELECT '${hash}', '${uuidv7()}', 'setup', id, ${now + SETUP_LINK_LIFE_MS} FROM (SELECT * FROM users WHERE role = 'owner' ORDER BY created_at LIMIT 1) AS users
      WHERE ${flags["owner-link"] ? "true" : isUnclaimed} RETURNING hash;`;
  const answer = await take({
    what: "Make the owner's sign-in link",
    wrangler: ["d1", "execute", DATABASE, "--remote", "--yes", "--json", "--command", sql],
  });
  return answer.includes(hash) ? new URL(`/login#token=${token}`, origin).href : null;
}
