// Watches every committed change of a row through triggers, and judges it at once: what may change, who may change it,
// and whether the totals still add up. It sees the same writes whatever statement made them.

import { STAGE_MAX_ATTEMPTS, TOMBSTONE_KEEP_MS, TRASH_KEEP_MS } from "../../shared/contracts/limits.ts";
import type { Lifecycle, StageState } from "../../shared/contracts/photos.ts";
import type { CommitObserver, FakeDatabase } from "./fake-d1.ts";
import type { Violate } from "./invariants.ts";
import type { Process } from "./scheduler.ts";

export interface WatchedPhoto {
  readonly id: string;
  readonly userId: string;
  readonly gen: number;
  readonly lifecycle: Lifecycle;
  readonly rev: number;
  readonly uploadKey: string;
  readonly sha256: string | null;
  readonly bytes: number;
  readonly storedAt: number | null;
  readonly deletedAt: number | null;
  readonly purgedAt: number | null;
  readonly thumbnail: StageState;
  readonly index: StageState;
  readonly thumbnailAttempts: number;
  readonly indexAttempts: number;
  readonly faces: number;
}

/** Columns of a watched photo, in the order of WatchedPhoto. */
const COLUMNS = [
  "id",
  "user_id",
  "gen",
  "lifecycle",
  "rev",
  "upload_key",
  "sha256",
  "bytes",
  "stored_at",
  "deleted_at",
  "purged_at",
  "thumbnail_state",
  "index_state",
  "thumbnail_attempts",
  "index_attempts",
  "faces",
] as const;

type Change =
  | { readonly table: "photos"; readonly id: string; readonly after: WatchedPhoto | null }
  | { readonly table: "faces"; readonly id: string; readonly photoId: string; readonly isPresent: boolean }
  | { readonly table: "users"; readonly id: string; readonly storageBytes: number; readonly photoCount: number };

interface MonitorContext {
  readonly now: () => number;
  /** Whose operation is being executed; null while the simulation itself writes. */
  readonly process: () => Process | null;
  readonly violate: Violate;
  /** Renditions or an original of the photo were destroyed by a disaster. */
  readonly wasDamaged: (photoId: string) => boolean;
}

export class PhotoMonitor implements CommitObserver {
  readonly photos = new Map<string, WatchedPhoto>();
  readonly totals = new Map<string, { storageBytes: number; photoCount: number }>();
  /** Photos that were removed for good and whose tombstone has gone. */
  readonly forgotten = new Set<string>();
  /** Photos that have been in the trash or further at some time. */
  readonly onceDeleted = new Set<string>();
  #faces = new Map<string, string>();
  #buffer: Change[] = [];
  #context: MonitorContext | null = null;

  constructor(database: FakeDatabase) {
    database.observer = this;
    const { sqlite } = database;
    const record = (change: Change) => {
      this.#buffer.push(change);
      return null;
    };
    sqlite.function("watch_photo", { varargs: true }, (...values) =>
      record({ table: "photos", id: String(values[0]), after: toPhoto(values) }),
    );
    sqlite.function("watch_photo_gone", (id) => record({ table: "photos", id: String(id), after: null }));
    sqlite.function("watch_face", (id, photoId, isPresent) =>
      record({ table: "faces", id: String(id), photoId: String(photoId), isPresent: isPresent === 1 }),
    );
    sqlite.function("watch_user", (id, storageBytes, photoCount) =>
      record({ table: "users", id: String(id), storageBytes: Number(storageBytes), photoCount: Number(photoCount) }),
    );
    const photo = COLUMNS.map((column) => `NEW.${column}`).join(", ");
    for (const statement of [
      `CREATE TEMP TRIGGER watch_photo_insert AFTER INSERT ON photos BEGIN SELECT watch_photo(${photo}); END`,
      `CREATE TEMP TRIGGER watch_photo_update AFTER UPDATE ON photos BEGIN SELECT watch_photo(${photo}); END`,
      `CREATE TEMP TRIGGER watch_photo_delete AFTER DELETE ON photos BEGIN SELECT watch_photo_gone(OLD.id); END`,
      `CREATE TEMP TRIGGER watch_face_insert AFTER INSERT ON faces BEGIN SELECT watch_face(NEW.id, NEW.photo_id, 1); END`,
      `CREATE TEMP TRIGGER watch_face_delete AFTER DELETE ON faces BEGIN SELECT watch_face(OLD.id, OLD.photo_id, 0); END`,
      `CREATE TEMP TRIGGER watch_user_insert AFTER INSERT ON users BEGIN SELECT watch_user(NEW.id, NEW.storage_bytes, NEW.photo_count); END`,
      `CREATE TEMP TRIGGER watch_user_update AFTER UPDATE ON users BEGIN SELECT watch_user(NEW.id, NEW.storage_bytes, NEW.photo_count); END`,
    ])
      sqlite.exec(statement);
  }

  reset(context: MonitorContext): void {
    this.#context = context;
    this.#buffer = [];
    this.#faces.clear();
    for (const known of [this.photos, this.totals, this.forgotten, this.onceDeleted]) known.clear();
  }

  rolledBack(): void {
    this.#buffer.length = 0;
  }

  committed(): void {
    if (this.#buffer.length === 0) return;
    const changes = this.#buffer;
    this.#buffer = [];
    const context = this.#context;
    const users = new Set<string>();
    for (const change of changes) {
      if (change.table === "photos") {
        const before = this.photos.get(change.id) ?? null;
        if (change.after === null) this.photos.delete(change.id);
        else this.photos.set(change.id, change.after);
        if (change.after?.lifecycle === "deleted") this.onceDeleted.add(change.id);
        if (context !== null) this.#judge(context, before, change.after);
        const userId = change.after?.userId ?? before?.userId;
        if (userId !== undefined) users.add(userId);
      } else if (change.table === "faces") {
        if (change.isPresent) this.#faces.set(change.id, change.photoId);
        else this.#faces.delete(change.id);
      } else {
        this.totals.set(change.id, { storageBytes: change.storageBytes, photoCount: change.photoCount });
        users.add(change.id);
      }
    }
    if (context === null) return;
    for (const userId of users) this.#recount(context, userId);
    this.#judgeFaces(context);
  }

  /** One committed change of one row. */
  #judge(context: MonitorContext, before: WatchedPhoto | null, after: WatchedPhoto | null): void {
    const process = context.process();
    const by = process?.name ?? "the simulation";
    const photo = after ?? before;
    if (photo === null || process === null) return;
    const { violate } = context;
    if (process.actor !== null && photo.userId !== process.actor)
      violate("users-apart", `${by} of ${process.actor} changed photo ${photo.id} of ${photo.userId}`);
    if (after === null) {
      if (before !== null) this.#judgeForgetting(context, before, by);
      return;
    }
    if (after.thumbnailAttempts > STAGE_MAX_ATTEMPTS || after.indexAttempts > STAGE_MAX_ATTEMPTS)
      violate("ended-stays-ended", `${by}: attempts of ${after.id} exceed the cap`);
    if (after.lifecycle !== "deleted" && after.sha256 !== null) {
      for (const other of this.photos.values()) {
        if (
          other.id !== after.id &&
          other.userId === after.userId &&
          other.sha256 === after.sha256 &&
          other.lifecycle !== "deleted"
        )
          violate("no-duplicates", `${by}: ${after.id} and ${other.id} hold the same content`);
      }
    }
    for (const other of this.photos.values()) {
      if (other.id !== after.id && other.userId === after.userId && other.uploadKey === after.uploadKey)
        violate("no-duplicates", `${by}: two photos under ${after.uploadKey}`);
    }
    if (before === null && this.forgotten.has(after.id))
      violate("deleted-stays-deleted", `${by} made the removed photo ${after.id} again`);
    if (before !== null) this.#judgeTransition(context, before, after, process);
  }

  #judgeTransition(
    { now, violate, wasDamaged }: MonitorContext,
    before: WatchedPhoto,
    after: WatchedPhoto,
    { name: by }: Process,
  ): void {
    const { id } = after;
    const moved =
      before.lifecycle !== after.lifecycle ||
      before.thumbnail !== after.thumbnail ||
      before.index !== after.index ||
      before.purgedAt !== after.purgedAt;
    if (after.rev < before.rev)
      violate("progress-exact", `${by}: rev of ${id} went from ${before.rev} to ${after.rev}`);
    if (moved && after.rev === before.rev) violate("progress-exact", `${by}: ${id} changed without a new rev`);
    if (before.lifecycle === "deleted" && after.lifecycle !== "deleted" && by !== "restore")
      violate("deleted-stays-deleted", `${by} brought ${id} back`);
    if (before.lifecycle === "stored" && (after.lifecycle === "uploading" || after.lifecycle === "abandoned"))
      violate("acknowledged-upload-kept", `${by} says that the bytes of ${id} never came`);
    if (before.purgedAt !== null && (after.purgedAt === null || after.lifecycle !== "deleted"))
      violate("deleted-stays-deleted", `${by} brought purged ${id} back`);
    if (before.lifecycle !== "deleted" && after.lifecycle === "deleted" && by !== "trash" && by !== "purge")
      violate("acknowledged-upload-kept", `${by} deleted ${id}, which nobody asked for`);
    if (before.purgedAt === null && after.purgedAt !== null && by !== "purge") {
      const isDue =
        before.lifecycle === "deleted" && before.deletedAt !== null && now() - before.deletedAt >= TRASH_KEEP_MS;
      if (!isDue) violate("acknowledged-upload-kept", `${by} purged ${id} (${before.lifecycle}), which was not due`);
    }
    if (before.thumbnail === "done" && after.thumbnail !== "done" && !wasDamaged(id))
      violate("ended-stays-ended", `${by}: thumbnails of ${id} went from done to ${after.thumbnail}`);
    if (before.index === "done" && after.index !== "done")
      violate("ended-stays-ended", `${by}: the index of ${id} went from done to ${after.index}`);
  }

  #judgeForgetting({ now, violate }: MonitorContext, before: WatchedPhoto, by: string): void {
    if (before.purgedAt === null || now() - before.purgedAt < TOMBSTONE_KEEP_MS)
      violate("acknowledged-upload-kept", `${by} removed the row of ${before.id} (${before.lifecycle})`);
    this.forgotten.add(before.id);
  }

  /** The database keeps the totals by itself; here they are added up from nothing. */
  #recount({ violate, process }: MonitorContext, userId: string): void {
    let storageBytes = 0;
    let photoCount = 0;
    for (const photo of this.photos.values()) {
      if (photo.userId !== userId) continue;
      if (photo.storedAt !== null && photo.purgedAt === null) storageBytes += photo.bytes;
      if (photo.lifecycle === "stored") photoCount++;
    }
    const kept = this.totals.get(userId);
    if (kept?.storageBytes !== storageBytes || kept.photoCount !== photoCount)
      violate(
        "totals-exact",
        `${process()?.name}: ${userId} has ${kept?.storageBytes} bytes in ${kept?.photoCount} photos by the totals, ${storageBytes} in ${photoCount} by the rows`,
      );
  }

  #judgeFaces({ violate, process }: MonitorContext): void {
    for (const [faceId, photoId] of this.#faces) {
      const photo = this.photos.get(photoId);
      if (photo !== undefined && photo.purgedAt !== null)
        violate(
          "deleted-stays-deleted",
          `${process()?.name}: face ${faceId} of purged photo ${photoId} is in the database`,
        );
    }
  }
}

function toPhoto(values: readonly unknown[]): WatchedPhoto {
  const [
    id,
    userId,
    gen,
    lifecycle,
    rev,
    uploadKey,
    sha256,
    bytes,
    storedAt,
    deletedAt,
    purgedAt,
    thumbnail,
    index,
    thumbnailAttempts,
    indexAttempts,
    faces,
  ] = values;
  return {
    id,
    userId,
    gen,
    lifecycle,
    rev,
    uploadKey,
    sha256,
    bytes,
    storedAt,
    deletedAt,
    purgedAt,
    thumbnail,
    index,
    thumbnailAttempts,
    indexAttempts,
    faces,
  } as WatchedPhoto;
}
