// What a fresh state folder needs before anybody can use it: tables, an owner with a key, and the installed models.
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { uuidv7 } from "uuidv7";
import type { ResolvedModel } from "../models/resolve-models.ts";
import { modelKey } from "../shared/adapters/objects.ts";
import { Scope } from "../shared/contracts/auth.ts";
import { FACE_CONSENT_VERSION } from "../shared/contracts/consent.ts";
import { SETUP_LINK_LIFE_MS } from "../shared/contracts/limits.ts";
import { SEED_GUEST_ID, SEED_GUEST_NAME } from "../shared/contracts/seed-guest.ts";
import { ROOT } from "./worker-configs.ts";

const ALL_SCOPES: readonly Scope[] = Scope.options;

export interface LocalUser {
  readonly id: string;
  readonly name: string;
}

/** Applies what wrangler has not applied yet, and books it where wrangler looks, so both tools may be mixed. */
export async function applyMigrations(db: D1Database): Promise<string[]> {
  await db
    .prepare(
      `CREATE TABLE IF NOT EXISTS d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)`,
    )
    .run();
  const { results } = await db.prepare(`SELECT name FROM d1_migrations`).all<{ name: string }>();
  const applied = new Set(results.map(({ name }) => name));
  const pending = migrationFiles().filter(({ name }) => !applied.has(name));
  for (const { name, statements } of pending) {
    await db.batch([
      ...statements.map((statement) => db.prepare(statement)),
      db.prepare(`INSERT INTO d1_migrations (name) VALUES (?)`).bind(name),
    ]);
  }
  return pending.map(({ name }) => name);
}

export function migrationFiles(): { name: string; statements: string[] }[] {
  const folder = join(ROOT, "migrations");
  return readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .sort()
    .map((name) => ({
      name,
      statements: readFileSync(join(folder, name), "utf8")
        .split("--> statement-breakpoint")
        .map((statement) => statement.trim())
        .filter((statement) => statement !== ""),
    }));
}

/** The first `count` users; missing ones are made. The first is the owner. */
export async function ensureUsers(
  db: D1Database,
  count: number,
  now: number,
): Promise<{ users: LocalUser[]; isFirstStart: boolean }> {
  const { results } = await db
    .prepare(`SELECT id, name FROM users ORDER BY created_at, id LIMIT ?`)
    .bind(count)
    .all<LocalUser>();
  const users = [...results];
  for (let position = users.length; position < count; position++) {
    const user = { id: uuidv7(), name: position === 0 ? "Owner" : `User ${position + 1}` };
    await db
      .prepare(`INSERT INTO users (id, name, role, created_at) VALUES (?, ?, ?, ?)`)
      .bind(user.id, user.name, position === 0 ? "owner" : "member", now + position)
      .run();
    users.push(user);
  }
  return { users, isFirstStart: results.length === 0 };
}

/** The account the seeds' examples act as (workers/gateway/access/local-seed-guest.ts). */
export async function ensureSeedGuest(db: D1Database, now: number): Promise<void> {
  await db
    .prepare(`INSERT INTO users (id, name, role, created_at) VALUES (?, ?, 'member', ?) ON CONFLICT DO NOTHING`)
    .bind(SEED_GUEST_ID, SEED_GUEST_NAME, now)
    .run();
}

/** The users' yes to face recognition, for tooling that measures it. Whoever has spoken, either way, is left alone. */
export async function consentFor(db: D1Database, userIds: readonly string[], now: number): Promise<void> {
  for (const id of userIds) {
    await db.batch([
      db
        .prepare(
          `INSERT INTO consent_records (id, user_id, purpose, decision, version, source, decided_at)
           SELECT ?1, id, 'face-recognition', 'granted', ?3, 'operator', ?4 FROM users WHERE id = ?2 AND face_consent = 'unset'`,
        )
        .bind(uuidv7(), id, FACE_CONSENT_VERSION, now),
      db
        .prepare(
          `UPDATE users SET face_consent = 'granted', face_epoch = face_epoch + 1 WHERE id = ? AND face_consent = 'unset'`,
        )
        .bind(id),
    ]);
  }
}

/** One of the installation's secrets of a state folder: made once, and kept beside what it protects. Local state only. */
export function secretOf(stateDir: string, name: "face-secret" | "identity-secret"): string {
  const path = join(stateDir, name);
  mkdirSync(stateDir, { recursive: true });
  try {
    writeFileSync(path, randomBytes(32).toString("base64url"), { flag: "wx", mode: 0o600 });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cause;
  }
  return readFileSync(path, "utf8");
}

/** A new API key; shown to the caller once, kept as a hash. */
export async function issueApiKey(
  db: D1Database,
  userId: string,
  name: string,
  now: number,
  scopes: readonly Scope[] = ALL_SCOPES,
): Promise<string> {
  const key = `hg_${randomBytes(32).toString("base64url")}`;
  await db
    .prepare(`INSERT INTO api_keys (hash, id, prefix, user_id, name, scopes, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)`)
    .bind(sha256(key), uuidv7(), key.slice(0, 7), userId, name, JSON.stringify(scopes), now)
    .run();
  return key;
}

/** A one-time sign-in link; its secret is in the fragment, which no server or log ever sees. */
export async function issueSignInLink(db: D1Database, userId: string, origin: string, now: number): Promise<string> {
  const token = randomBytes(32).toString("base64url");
  await db
    .prepare(`INSERT INTO sign_in_links (hash, id, purpose, user_id, expires_at) VALUES (?, ?, 'setup', ?, ?)`)
    .bind(sha256(token), uuidv7(), userId, now + SETUP_LINK_LIFE_MS)
    .run();
  return new URL(`/login#token=${token}`, origin).href;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Copies verified weights into the bucket the embedder reads; returns how many were not there yet. */
export async function installModels(bucket: R2Bucket, models: readonly ResolvedModel[]): Promise<number> {
  let installed = 0;
  for (const { record, path } of models) {
    const key = modelKey(record.sha256);
    if (path === null || (await bucket.head(key))?.size === record.bytes) continue;
    await bucket.put(key, readFileSync(path), { sha256: record.sha256 });
    installed++;
  }
  return installed;
}
