// A user with one of everything, and what would betray them: every id, every name and address of theirs, every picture.
import { createHash } from "node:crypto";
import { uuidv7 } from "uuidv7";
import { secretOf } from "../../local/local-state.ts";
import { readModelLockfile } from "../../models/lockfile.ts";
import { activeModels, modelId } from "../../shared/contracts/models.ts";
import type { Photo } from "../../shared/contracts/photos.ts";
import { pictureOf, storeFaces } from "../fixtures/made-up-library.ts";
import { pngPhoto } from "../fixtures/png-photo.ts";
import { createBatch, manifestFile, postForm, type TestPlatform, untilEnded } from "../fixtures/test-platform.ts";
import type { TestCredentials } from "./test-credentials.ts";

const PHOTOS = 3;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

export interface Tenant {
  readonly userId: string;
  /** In every text of theirs, and nowhere else. */
  readonly canary: string;
  /** One id of each kind, by the name routes give the parameter. */
  readonly ids: Readonly<Record<string, string>>;
}

/** Fills user `n` of the platform. Distinct `n` have distinct pictures. */
export async function fillTenant(platform: TestPlatform, make: TestCredentials, n: number): Promise<Tenant> {
  const { db, bucket } = platform.stack;
  const userId = platform.stack.users[n]?.id ?? "";
  const call = platform.as(n);
  const canary = `canary${n}x${uuidv7().replaceAll("-", "").slice(-12)}`;
  await db
    .prepare(`UPDATE users SET name = ?2, email = ?3, email_verified_at = 1 WHERE id = ?1`)
    .bind(userId, canary, `${canary}@photos.example`)
    .run();

  const photos: string[] = [];
  for (let i = 0; i < PHOTOS; i++) {
    const posted = (await (
      await postForm(call, `${canary} ${i}.png`, pngPhoto(64, 48, n * PHOTOS + i + 1))
    ).json()) as Photo;
    photos.push((await untilEnded(call, posted.id)).id);
  }
  const pending = pngPhoto(32, 32, 100 + n);
  const batch = await createBatch(call, canary, [manifestFile(`${canary} pending.png`, pending)]);
  await call(`/api/v1/photos/${photos[2]}`, { method: "DELETE" });

  const epoch = await db
    .prepare(`SELECT face_epoch AS epoch FROM users WHERE id = ?`)
    .bind(userId)
    .first<{ epoch: number }>();
  const faces = await storeFaces(
    {
      db,
      bucket,
      secret: secretOf(platform.stateDir, "face-secret"),
      modelId: modelId(activeModels(readModelLockfile()).embedder),
    },
    { userId, epoch: epoch?.epoch ?? 1 },
    [0, 1].map((i) => ({ photo: photos[i] ?? "", vector: pictureOf(n, n * 8 + i) })),
  );
  const [personId, otherPersonId, passkeyId, grantId, invitationId, versionId] = Array.from({ length: 6 }, () =>
    uuidv7(),
  );
  const clientId = `client-${uuidv7()}`;
  const now = Date.now();
  const person = (id: string | undefined, name: string) =>
    db
      .prepare(
        `INSERT INTO people (id, user_id, name, made_by, created_at, changed_at) VALUES (?1, ?2, ?3, 'human', ?4, ?4)`,
      )
      .bind(id, userId, name, now);
  await db.batch([
    person(personId, `${canary} somebody`),
    person(otherPersonId, `${canary} other person`),
    ...faces.map((id, i) =>
      db
        .prepare(`UPDATE faces SET person_id = ?2, assigned_by = 'human' WHERE id = ?1`)
        .bind(id, i === 0 ? personId : otherPersonId),
    ),
    db
      .prepare(
        `INSERT INTO passkeys (id, user_id, credential_id, public_key, transports, name, is_synced, created_at)
         VALUES (?1, ?2, ?3, 'AAAA', '[]', ?4, 0, ?5)`,
      )
      .bind(passkeyId, userId, `credential-${canary}`, `${canary} passkey`, now),
    db
      .prepare(
        `INSERT INTO oauth_clients (id, user_id, name, kind, redirect_uris, scopes, created_at)
         VALUES (?1, ?2, ?3, 'service', '[]', '["photo.read"]', ?4)`,
      )
      .bind(clientId, userId, `${canary} service`, now),
    db
      .prepare(
        `INSERT INTO oauth_grants (id, client_id, user_id, scopes, generation, rotated_at, authenticated_at, created_at, expires_at)
         VALUES (?1, ?2, ?3, '["photo.read"]', 1, ?4, ?4, ?4, ?5)`,
      )
      .bind(grantId, clientId, userId, now, now + 1e9),
    db
      .prepare(
        `INSERT INTO invitations (id, hash, email, role, invited_by, created_at, expires_at)
         VALUES (?1, ?2, ?3, 'member', ?4, ?5, ?6)`,
      )
      .bind(invitationId, `hash-${canary}`, `${canary}@invited.example`, userId, now, now + 1e9),
    db
      .prepare(
        `INSERT INTO versions (id, user_id, photo_id, gen, kind, ops, format, state, created_at, changed_at)
         VALUES (?1, ?2, ?3, 1, 'transform', 'w_32', 'png', 'failed', ?4, ?4)`,
      )
      .bind(versionId, userId, photos[0], now),
    db
      .prepare(
        `INSERT INTO audit_events (id, at, action, subject_id, actor_id, via, user_agent, details)
         VALUES (?1, ?2, 'account.changed', ?3, ?3, 'session', ?4, ?5)`,
      )
      .bind(uuidv7(), now, userId, `${canary} browser`, JSON.stringify({ from: `${canary} before` })),
  ]);
  // A decision in the history, by the door that writes it.
  await call(`/api/v1/people/${personId}`, {
    method: "PATCH",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: `${canary} person` }),
  });
  await make.session(userId);
  const one = async (sql: string) => (await db.prepare(sql).bind(userId).first<{ id: string }>())?.id ?? "";
  return {
    userId,
    canary,
    ids: {
      photoId: photos[0] ?? "",
      deletedPhotoId: photos[2] ?? "",
      pendingPhotoId: await one(`SELECT id FROM photos WHERE user_id = ? AND lifecycle = 'uploading'`),
      batchId: batch.batchId,
      faceId: faces[0] ?? "",
      personId: personId ?? "",
      otherPersonId: otherPersonId ?? "",
      passkeyId: passkeyId ?? "",
      grantId: grantId ?? "",
      clientId,
      invitationId: invitationId ?? "",
      versionId: versionId ?? "",
      sessionId: await one(`SELECT id FROM sessions WHERE user_id = ?`),
      keyId: await one(`SELECT id FROM api_keys WHERE user_id = ?`),
    },
  };
}

/** Every id and text of the user's that the database holds now, and their canary. Not their secrets' hashes: those are asked for by nobody. */
export async function tracesOf(db: D1Database, tenant: Tenant): Promise<Set<string>> {
  const tables = await db
    .prepare(
      `SELECT m.name AS name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c
       WHERE m.type = 'table' AND c.name = 'user_id'`,
    )
    .all<{ name: string }>();
  const traces = new Set([tenant.userId, tenant.canary]);
  for (const { name } of tables.results) {
    const { results } = await db.prepare(`SELECT * FROM "${name}" WHERE user_id = ?`).bind(tenant.userId).all();
    for (const row of results)
      for (const value of Object.values(row))
        for (const id of idsWithin(String(value))) if (!isEverybodys(id)) traces.add(id);
  }
  return traces;
}

/** The UUIDs in a text. */
export function idsWithin(text: string): string[] {
  return [...text.matchAll(UUID)].map(([id]) => id);
}

/** Made-up ids of the tests themselves. */
function isEverybodys(id: string): boolean {
  return id.startsWith("01900000-0000-7000-8000-");
}

/** SHA-256 (hex) of every object the user has in the bucket. */
export async function pictureDigests(bucket: R2Bucket, tenant: Tenant): Promise<Set<string>> {
  const digests = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await bucket.list(cursor === undefined ? {} : { cursor });
    for (const { key } of page.objects) {
      if (!key.includes(tenant.userId)) continue;
      const object = await bucket.get(key);
      if (object !== null)
        digests.add(
          createHash("sha256")
            .update(new Uint8Array(await object.arrayBuffer()))
            .digest("hex"),
        );
    }
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor !== undefined);
  return digests;
}
