// The only description of the database. Every table is prefixed by a user, so users can be spread over databases.
// Times are milliseconds since 1970 (UTC). Migrations are generated from this file by drizzle-kit; triggers that
// keep a user's totals exact live in a custom migration beside them (see STORAGE.md). Who may sign in is identity/schema.ts.
import { sql } from "drizzle-orm";
import { index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

export const users = sqliteTable(
  "users",
  {
    id: text().primaryKey(),
    name: text().notNull(),
    role: text({ enum: ["owner", "admin", "member"] }).notNull(),
    /** Lower case; null until the user gave one. Belongs to one account at most. */
    email: text(),
    /** When a link sent to `email` was opened; until then the address signs nobody in. */
    emailVerifiedAt: integer("email_verified_at"),
    /** disabled: an admin locked it · closing: its owner deletes it, and may still change their mind. */
    status: text({ enum: ["active", "disabled", "closing"] })
      .notNull()
      .default("active"),
    /** When a closing account is deleted for good. */
    deleteAfter: integer("delete_after"),
    /** Set once everything but this row is gone; the row goes when a sweep has found nothing left. */
    purgedAt: integer("purged_at"),
    /** scrypt with its parameters and salt, in PHC form; null without a password. */
    passwordHash: text("password_hash"),
    /** Limits of this account; null takes the installation's. */
    quotaBytes: integer("quota_bytes"),
    quotaPhotos: integer("quota_photos"),
    /** Bytes of all originals we hold for the user, trash included. Kept by triggers. */
    storageBytes: integer("storage_bytes").notNull().default(0),
    /** Photos in the library (stored, not deleted). Kept by triggers. */
    photoCount: integer("photo_count").notNull().default(0),
    /** Bytes and photos that were admitted and have not arrived. Kept by triggers; counts against the quota. */
    reservedBytes: integer("reserved_bytes").notNull().default(0),
    reservedPhotos: integer("reserved_photos").notNull().default(0),
    /** What the user said about face recognition. Unset: the installation's default decides. */
    faceConsent: text("face_consent", { enum: ["unset", "granted", "withdrawn"] })
      .notNull()
      .default("unset"),
    /** Bumped by every grant and withdrawal: names the key vectors are under, and outdates work begun before. */
    faceEpoch: integer("face_epoch").notNull().default(0),
    /** The model whose vectors people and search are made of; the others are on their way in or out. */
    faceModelId: text("face_model_id"),
    createdAt: integer("created_at").notNull(),
  },
  (t) => [
    uniqueIndex("users_email").on(t.email),
    index("users_closing").on(t.deleteAfter).where(sql`status = 'closing'`),
  ],
);

export const batches = sqliteTable(
  "batches",
  {
    id: text().primaryKey(),
    userId: text("user_id").notNull(),
    clientBatchId: text("client_batch_id").notNull(),
    /** Files the client declared. */
    declared: integer().notNull(),
    /** Set when the batch closed: its denominator is then what arrived. */
    closedAt: integer("closed_at"),
    createdAt: integer("created_at").notNull(),
    /** Last manifest call. */
    touchedAt: integer("touched_at").notNull(),
    rev: integer().notNull().default(1),
  },
  (t) => [
    uniqueIndex("batches_client").on(t.userId, t.clientBatchId),
    index("batches_open").on(t.closedAt, t.touchedAt),
  ],
);

/** One row per manifest entry: which photo it became, or why it was rejected. */
export const batchFiles = sqliteTable(
  "batch_files",
  {
    batchId: text("batch_id").notNull(),
    /** SHA-256 (hex) over the entry's name, size, mtime and digest. */
    fileKey: text("file_key").notNull(),
    userId: text("user_id").notNull(),
    photoId: text("photo_id"),
    /** Error code of a rejected entry. */
    rejected: text(),
  },
  (t) => [primaryKey({ columns: [t.batchId, t.fileKey] }), index("batch_files_by_photo").on(t.photoId)],
);

export const photos = sqliteTable(
  "photos",
  {
    id: text().primaryKey(),
    userId: text("user_id").notNull(),
    /** Generation of the bytes; every key in R2 carries it. */
    gen: integer().notNull().default(1),
    lifecycle: text({ enum: ["uploading", "stored", "abandoned", "deleted"] }).notNull(),
    /** Bumped by every change in the same statement; the only ordering anybody uses. */
    rev: integer().notNull().default(1),
    /** The client's own name for this upload: idempotency. */
    uploadKey: text("upload_key").notNull(),

    filename: text().notNull(),
    mime: text().notNull(),
    bytes: integer().notNull(),
    sha256: text(),
    width: integer(),
    height: integer(),
    takenAt: text("taken_at"),
    camera: text(),
    latitude: real(),
    longitude: real(),
    favourite: integer({ mode: "boolean" }).notNull().default(false),
    /** Base64. */
    thumbhash: text(),
    faces: integer().notNull().default(0),

    thumbnailState: text("thumbnail_state", { enum: ["pending", "running", "done", "skipped", "failed"] })
      .notNull()
      .default("pending"),
    thumbnailReason: text("thumbnail_reason"),
    thumbnailMs: integer("thumbnail_ms"),
    thumbnailAttempts: integer("thumbnail_attempts").notNull().default(0),
    thumbnailLeaseUntil: integer("thumbnail_lease_until").notNull().default(0),

    indexState: text("index_state", { enum: ["pending", "running", "done", "skipped", "failed"] })
      .notNull()
      .default("pending"),
    indexReason: text("index_reason"),
    indexMs: integer("index_ms"),
    indexAttempts: integer("index_attempts").notNull().default(0),
    indexLeaseUntil: integer("index_lease_until").notNull().default(0),
    indexModelId: text("index_model_id"),

    createdAt: integer("created_at").notNull(),
    /** When R2 first confirmed the bytes. */
    storedAt: integer("stored_at"),
    deletedAt: integer("deleted_at"),
    /** When bytes, derivatives and faces were removed for good; the row stays as a tombstone. */
    purgedAt: integer("purged_at"),
    changedAt: integer("changed_at").notNull(),
    /** Bumped to end every signed address of the photo: it is part of what is signed. */
    linkRev: integer("link_rev").notNull().default(0),
    /** Last time the sweep put the photo back into a queue. */
    nudgedAt: integer("nudged_at").notNull().default(0),
  },
  (t) => [
    uniqueIndex("photos_upload_key").on(t.userId, t.uploadKey),
    uniqueIndex("photos_content").on(t.userId, t.sha256).where(sql`sha256 IS NOT NULL AND lifecycle <> 'deleted'`),
    index("photos_newest").on(t.userId, t.createdAt, t.id),
    index("photos_unfinished")
      .on(t.changedAt)
      .where(
        sql`lifecycle IN ('uploading', 'stored') AND (thumbnail_state IN ('pending', 'running') OR index_state IN ('pending', 'running'))`,
      ),
    index("photos_by_user").on(t.userId, t.id),
    index("photos_changed").on(t.userId, t.changedAt, t.id),
    index("photos_trash").on(t.deletedAt).where(sql`lifecycle = 'deleted'`),
    index("photos_without_consent").on(t.userId, t.id).where(sql`index_reason = 'no-consent'`),
    index("photos_by_model").on(t.userId, t.indexModelId).where(sql`index_state = 'done'`),
    index("photos_purged").on(t.purgedAt).where(sql`purged_at IS NOT NULL`),
  ],
);

/** What a user decided about the processing of biometric data, kept as evidence. Append-only; survives withdrawal. */
export const consentRecords = sqliteTable(
  "consent_records",
  {
    id: text().primaryKey(),
    userId: text("user_id").notNull(),
    purpose: text({ enum: ["face-recognition"] }).notNull(),
    decision: text({ enum: ["granted", "withdrawn"] }).notNull(),
    /** Version of the sentence that was shown. */
    version: integer().notNull(),
    source: text({ enum: ["user", "operator"] }).notNull(),
    decidedAt: integer("decided_at").notNull(),
  },
  (t) => [index("consent_records_by_user").on(t.userId, t.decidedAt)],
);

/** A face in a photo: where it is and whom it belongs to. Its id outlives a change of model; its vector does not. */
export const faces = sqliteTable(
  "faces",
  {
    id: text().primaryKey(),
    userId: text("user_id").notNull(),
    photoId: text("photo_id").notNull(),
    gen: integer().notNull(),
    /** The model that last looked at it. */
    modelId: text("model_id").notNull(),
    origin: text({ enum: ["detected", "drawn"] })
      .notNull()
      .default("detected"),
    /** Fractions (0–1) of the photo as seen. */
    boxX: real("box_x").notNull(),
    boxY: real("box_y").notNull(),
    boxWidth: real("box_width").notNull(),
    boxHeight: real("box_height").notNull(),
    /** JSON: five [x, y] pairs, fractions; empty for a drawn face in which no landmarks were found. */
    landmarks: text().notNull(),
    score: real().notNull(),
    quality: real().notNull(),
    personId: text("person_id"),
    /** Who put the face there; a human's word is never undone by a machine. Null while nobody did. */
    assignedBy: text("assigned_by", { enum: ["machine", "human"] }),
    /** A human said that this is no face, or nobody worth knowing: it is out of every queue. */
    isDismissed: integer("is_dismissed", { mode: "boolean" }).notNull().default(false),
    createdAt: integer("created_at").notNull(),
  },
  (t) => [index("faces_by_photo").on(t.photoId, t.gen), index("faces_by_user").on(t.userId, t.personId)],
);

/** A face as one model sees it. A biometric identifier: encrypted under the user's key, in no route, log or export. */
export const faceVectors = sqliteTable(
  "face_vectors",
  {
    faceId: text("face_id")
      .notNull()
      .references(() => faces.id, { onDelete: "cascade" }),
    modelId: text("model_id").notNull(),
    userId: text("user_id").notNull(),
    photoId: text("photo_id").notNull(),
    /** The user's epoch whose key it is under. */
    epoch: integer().notNull(),
    /** Base64 of version, nonce, ciphertext and tag (see shared/adapters/face-vault.ts). */
    sealed: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.faceId, t.modelId] }),
    index("face_vectors_by_user").on(t.userId, t.modelId, t.faceId),
    index("face_vectors_by_photo").on(t.photoId),
  ],
);

/** A person: faces that belong together, named or not. Merged people stay as rows that point at the survivor. */
export const people = sqliteTable(
  "people",
  {
    id: text().primaryKey(),
    userId: text("user_id").notNull(),
    name: text(),
    isHidden: integer("is_hidden", { mode: "boolean" }).notNull().default(false),
    /** The face a human chose; null lets the best one stand for the person. */
    coverFaceId: text("cover_face_id"),
    /** ISO date. */
    birthday: text(),
    /** Who made it. A machine's unnamed person may be dissolved by a re-cluster, a human's never. */
    madeBy: text("made_by", { enum: ["machine", "human"] }).notNull(),
    mergedInto: text("merged_into"),
    createdAt: integer("created_at").notNull(),
    changedAt: integer("changed_at").notNull(),
  },
  (t) => [index("people_by_user").on(t.userId, t.mergedInto)],
);

/** Every human decision about people, newest last, with what it takes to reverse it. */
export const peopleActions = sqliteTable(
  "people_actions",
  {
    id: text().primaryKey(),
    userId: text("user_id").notNull(),
    kind: text().notNull(),
    /** The Idempotency-Key it came with, or its own id. */
    requestKey: text("request_key").notNull(),
    /** JSON: what a history page shows. */
    summary: text({ mode: "json" }).notNull(),
    /** JSON: the touched rows before and after. */
    changes: text({ mode: "json" }).notNull(),
    createdAt: integer("created_at").notNull(),
    undoneAt: integer("undone_at"),
  },
  (t) => [
    uniqueIndex("people_actions_request").on(t.userId, t.requestKey),
    index("people_actions_by_user").on(t.userId, t.createdAt, t.id),
  ],
);

/** "Not the same person": two people, the lower id first. Remembered for ever, or until undone. */
export const peopleSeparations = sqliteTable(
  "people_separations",
  {
    userId: text("user_id").notNull(),
    personA: text("person_a").notNull(),
    personB: text("person_b").notNull(),
    actionId: text("action_id").notNull(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.personA, t.personB] })],
);

/** "This is not them": a face and a person it may not be given to by a machine. */
export const faceExclusions = sqliteTable(
  "face_exclusions",
  {
    userId: text("user_id").notNull(),
    faceId: text("face_id")
      .notNull()
      .references(() => faces.id, { onDelete: "cascade" }),
    personId: text("person_id").notNull(),
    actionId: text("action_id").notNull(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.faceId, t.personId] })],
);

/** What an Idempotency-Key was first used for: the same key with other bytes is a mistake, whatever became of the photo. */
export const idempotencyKeys = sqliteTable(
  "idempotency_keys",
  {
    userId: text("user_id").notNull(),
    key: text().notNull(),
    sha256: text().notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.key] }), index("idempotency_keys_age").on(t.createdAt)],
);

/** A picture made of a photo that somebody wanted to keep: a transform by name, made by the transformer, stored beside the photo. */
export const versions = sqliteTable(
  "versions",
  {
    id: text().primaryKey(),
    userId: text("user_id").notNull(),
    photoId: text("photo_id").notNull(),
    gen: integer().notNull(),
    kind: text({ enum: ["transform", "dither"] }).notNull(),
    /** Canonical options of the address, without a name: the whole of what is made. */
    ops: text().notNull(),
    format: text({ enum: ["jpg", "png", "webp", "avif", "gif"] }).notNull(),
    /** pending → running → done | failed(reason); a claim is a lease, as of a photo's stages. */
    state: text({ enum: ["pending", "running", "done", "failed"] })
      .notNull()
      .default("pending"),
    reason: text(),
    attempts: integer().notNull().default(0),
    leaseUntil: integer("lease_until").notNull().default(0),
    width: integer(),
    height: integer(),
    bytes: integer(),
    createdAt: integer("created_at").notNull(),
    changedAt: integer("changed_at").notNull(),
  },
  (t) => [
    uniqueIndex("versions_of_photo").on(t.photoId, t.gen, t.format, t.ops),
    index("versions_by_user").on(t.userId, t.kind, t.createdAt, t.id),
    index("versions_unfinished").on(t.changedAt).where(sql`state IN ('pending', 'running')`),
  ],
);

/** Keys signed addresses are made with; the secret is derived from the id, and is in no table. Ending one ends its addresses. */
export const urlKeys = sqliteTable(
  "url_keys",
  {
    /** Eight characters, as it stands in the address. */
    id: text().primaryKey(),
    userId: text("user_id").notNull(),
    createdAt: integer("created_at").notNull(),
    /** No new address is signed with it; those there are stay good. */
    retiredAt: integer("retired_at"),
    /** Its addresses open nothing any more. */
    revokedAt: integer("revoked_at"),
  },
  (t) => [index("url_keys_by_user").on(t.userId, t.createdAt)],
);

/** Where the resumable sweep goes on. */
export const sweepCursors = sqliteTable("sweep_cursors", {
  name: text().primaryKey(),
  cursor: text(),
  updatedAt: integer("updated_at").notNull(),
});
