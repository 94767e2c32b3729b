// Watches every committed change of a row through triggers, and judges it at once: what may change, who may change it,
// and whether the totals still add up. It sees the same writes whatever statement made them.

import type { FaceConsentState } from "../../shared/contracts/consent.ts";
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
  readonly indexModelId: string | null;
  readonly isWaitingForConsent: boolean;
}

/** What the user said about faces, and whose key is in force. */
export interface WatchedConsent {
  readonly state: FaceConsentState;
  readonly epoch: number;
  readonly modelId: string | null;
}

/** What the database says an account holds, and may hold. */
export interface WatchedTotals {
  readonly storageBytes: number;
  readonly photoCount: number;
  readonly reservedBytes: number;
  readonly reservedPhotos: number;
  readonly quotaBytes: number | null;
  readonly quotaPhotos: number | null;
}

interface WatchedFace {
  readonly photoId: string;
  readonly boxX: number;
  readonly isHuman: boolean;
  /** False for the built-in default's observation, which is no face. */
  readonly isClaimed: boolean;
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
  "index_model_id",
  "index_reason",
] as const;

/** SQL: a human's word stands behind a face. */
const IS_HUMAN = (row: string): string =>
  `(${row}.origin = 'drawn' OR ${row}.assigned_by IS 'human' OR ${row}.is_dismissed)`;
/** Distance of two faces' left edges below which they are the same face of a photo, seen by two models. */
const SAME_PLACE = 0.05;

type Change =
  | { readonly table: "photos"; readonly id: string; readonly after: WatchedPhoto | null }
  | { readonly table: "faces"; readonly id: string; readonly face: WatchedFace; readonly isPresent: boolean }
  | {
      readonly table: "face_vectors";
      readonly faceId: string;
      readonly userId: string;
      readonly modelId: string;
      readonly epoch: number;
      readonly isPresent: boolean;
    }
  | {
      readonly table: "users";
      readonly id: string;
      readonly storageBytes: number;
      readonly photoCount: number;
      readonly reservedBytes: number;
      readonly reservedPhotos: number;
      readonly quotaBytes: number | null;
      readonly quotaPhotos: number | null;
      readonly consent: WatchedConsent;
    };

interface MonitorContext {
  readonly now: () => number;
  /** Whose operation is being executed; null while the simulation itself writes. */
  readonly process: () => Process | null;
  readonly violate: Violate;
  /** Renditions or an original of the photo were destroyed by a disaster. */
  readonly wasDamaged: (photoId: string) => boolean;
  /** Another model than this one is installed by now. */
  readonly isOutdated: (modelId: string | null) => boolean;
}

export class PhotoMonitor implements CommitObserver {
  readonly photos = new Map<string, WatchedPhoto>();
  readonly totals = new Map<string, WatchedTotals>();
  /** Photos that were removed for good and whose tombstone has gone. */
  readonly forgotten = new Set<string>();
  /** Photos that have been in the trash or further at some time. */
  readonly onceDeleted = new Set<string>();
  readonly consents = new Map<string, WatchedConsent>();
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
    sqlite.function("watch_face", (id, photoId, boxX, isHuman, score, isPresent) =>
      record({
        table: "faces",
        id: String(id),
        face: { photoId: String(photoId), boxX: Number(boxX), isHuman: isHuman === 1, isClaimed: Number(score) > 0 },
        isPresent: isPresent === 1,
      }),
    );
    sqlite.function("watch_vector", (faceId, userId, modelId, epoch, isPresent) =>
      record({
        table: "face_vectors",
        faceId: String(faceId),
        userId: String(userId),
        modelId: String(modelId),
        epoch: Number(epoch),
        isPresent: isPresent === 1,
      }),
    );
    sqlite.function("watch_user", { varargs: true }, (...values) => {
      const [id, state, epoch, modelId, storageBytes, photoCount, reservedBytes, reservedPhotos, ...quotas] = values;
      const [quotaBytes, quotaPhotos] = quotas.map((quota) => (quota == null ? null : Number(quota)));
      return record({
        table: "users",
        id: String(id),
        storageBytes: Number(storageBytes),
        photoCount: Number(photoCount),
        reservedBytes: Number(reservedBytes),
        reservedPhotos: Number(reservedPhotos),
        quotaBytes: quotaBytes ?? null,
        quotaPhotos: quotaPhotos ?? null,
        consent: {
          state: state as FaceConsentState,
          epoch: Number(epoch),
          modelId: modelId === null ? null : String(modelId),
        },
      });
    });
    const user = [
      ...["id", "face_consent", "face_epoch", "face_model_id", "storage_bytes", "photo_count", "reserved_bytes"],
      ...["reserved_photos", "quota_bytes", "quota_photos"],
    ]
      .map((column) => `NEW.${column}`)
      .join(", ");
    const photo = COLUMNS.map((column) => `NEW.${column}`).join(", ");
    for (const statement of [
      `CREATE TEMP TRIGGER watch_photo_insert AFTER INSERT ON photos BEGIN SELECT watch_photo(${photo}); END`,
      `CREATE TEMP TRIGGER watch_photo_update AFTER UPDATE ON photos BEGIN SELECT watch_photo(${photo}); END`,
      `CREATE TEMP TRIGGER watch_photo_delete AFTER DELETE ON photos BEGIN SELECT watch_photo_gone(OLD.id); END`,
      `CREATE TEMP TRIGGER watch_face_insert AFTER INSERT ON faces BEGIN SELECT watch_face(NEW.id, NEW.photo_id, NEW.box_x, ${IS_HUMAN("NEW")}, NEW.score, 1); END`,
      `CREATE TEMP TRIGGER watch_face_delete AFTER DELETE ON faces BEGIN SELECT watch_face(OLD.id, OLD.photo_id, OLD.box_x, ${IS_HUMAN("OLD")}, OLD.score, 0); END`,
      `CREATE TEMP TRIGGER watch_vector_insert AFTER INSERT ON face_vectors BEGIN SELECT watch_vector(NEW.face_id, NEW.user_id, NEW.model_id, NEW.epoch, 1); END`,
      `CREATE TEMP TRIGGER watch_vector_update AFTER UPDATE ON face_vectors BEGIN SELECT watch_vector(NEW.face_id, NEW.user_id, NEW.model_id, NEW.epoch, 1); END`,
      `CREATE TEMP TRIGGER watch_vector_delete AFTER DELETE ON face_vectors BEGIN SELECT watch_vector(OLD.face_id, OLD.user_id, OLD.model_id, OLD.epoch, 0); END`,
      `CREATE TEMP TRIGGER watch_user_insert AFTER INSERT ON users BEGIN SELECT watch_user(${user}); END`,
      `CREATE TEMP TRIGGER watch_user_update AFTER UPDATE ON users BEGIN SELECT watch_user(${user}); END`,
    ])
      sqlite.exec(statement);
  }

  reset(context: MonitorContext): void {
    this.#context = context;
    this.#buffer = [];
    this.#faces.clear();
    for (const known of [this.photos, this.totals, this.consents, this.forgotten, this.onceDeleted]) known.clear();
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
    const heldBefore = new Map<string, WatchedTotals | null>();
    const recovered = new Set<string>();
    for (const change of changes) {
      if (change.table === "photos") {
        const before = this.photos.get(change.id) ?? null;
        if (before === null && change.after?.lifecycle === "stored") recovered.add(change.after.userId);
        if (change.after === null) this.photos.delete(change.id);
        else this.photos.set(change.id, change.after);
        if (change.after?.lifecycle === "deleted") this.onceDeleted.add(change.id);
        if (context !== null) this.#judge(context, before, change.after);
        const userId = change.after?.userId ?? before?.userId;
        if (userId !== undefined) users.add(userId);
      } else if (change.table === "faces") {
        if (change.isPresent) this.#faces.set(change.id, change.face.photoId);
        else this.#faces.delete(change.id);
      } else if (change.table === "users") {
        const before = this.consents.get(change.id);
        this.consents.set(change.id, change.consent);
        if (context !== null) this.#judgeSwitch(context, change.id, before, change.consent);
        heldBefore.set(change.id, heldBefore.get(change.id) ?? this.totals.get(change.id) ?? null);
        this.totals.set(change.id, change);
        users.add(change.id);
      }
    }
    if (context === null) return;
    for (const userId of users) this.#recount(context, userId);
    // What a disaster has taken and the sweep makes again is bytes that are there: nobody could refuse them.
    for (const [userId, before] of heldBefore) if (!recovered.has(userId)) this.#judgeQuota(context, userId, before);
    this.#judgeFaces(context);
    this.#judgeVectors(context, changes);
    this.#judgeFaceIds(context, changes);
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
    { now, violate, wasDamaged, isOutdated }: MonitorContext,
    before: WatchedPhoto,
    after: WatchedPhoto,
    { name: by }: Process,
  ): void {
    const { id } = after;
    const { quotaBytes = null, quotaPhotos = null } = this.totals.get(after.userId) ?? {};
    const hasQuota = quotaBytes !== null || quotaPhotos !== null;
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
    // Late bytes of an upload nobody was told is stored, for which there is no room any more.
    const isRefused = before.storedAt === null && after.storedAt === null && after.purgedAt !== null && hasQuota;
    if (
      before.lifecycle !== "deleted" &&
      after.lifecycle === "deleted" &&
      by !== "trash" &&
      by !== "purge" &&
      !isRefused
    )
      violate("acknowledged-upload-kept", `${by} deleted ${id}, which nobody asked for`);
    if (before.purgedAt === null && after.purgedAt !== null && by !== "purge" && !isRefused) {
      const isDue =
        before.lifecycle === "deleted" && before.deletedAt !== null && now() - before.deletedAt >= TRASH_KEEP_MS;
      if (!isDue) violate("acknowledged-upload-kept", `${by} purged ${id} (${before.lifecycle}), which was not due`);
    }
    const isBegun = after.index === "running" && after.indexAttempts > before.indexAttempts;
    if (isBegun && this.consents.get(after.userId)?.state !== "granted")
      violate("no-vector-after-withdrawal", `${by} began to look at ${id} without consent`);
    if (before.thumbnail === "done" && after.thumbnail !== "done" && !wasDamaged(id))
      violate("ended-stays-ended", `${by}: thumbnails of ${id} went from done to ${after.thumbnail}`);
    if (before.index === "done" && after.index !== "done")
      this.#judgeReopening({ violate, isOutdated }, before, after, by);
  }

  /** Only a withdrawal takes an index back, and only a change of model has it made again. */
  #judgeReopening(
    { violate, isOutdated }: Pick<MonitorContext, "violate" | "isOutdated">,
    before: WatchedPhoto,
    after: WatchedPhoto,
    by: string,
  ): void {
    const isWithdrawn = this.consents.get(after.userId)?.state !== "granted" && after.index === "skipped";
    // A face drawn with one model in a photo indexed by the other brings the photo back as well.
    const isAgain = after.index === "pending" && (by === "draw" || (by === "sweep" && isOutdated(before.indexModelId)));
    if (!isWithdrawn && !isAgain)
      violate("ended-stays-ended", `${by}: the index of ${after.id} went from done to ${after.index}`);
  }

  /** A vector is written under its owner's key of now, or not at all. */
  #judgeVectors({ violate, process }: MonitorContext, changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.table !== "face_vectors") continue;
      const consent = this.consents.get(change.userId);
      if (!change.isPresent) {
        const isServing = change.modelId === consent?.modelId && this.#faces.has(change.faceId);
        if (isServing && process()?.name === "photo-index")
          violate("model-change-ends", `the index stage removed a vector of ${change.modelId}, which serves`);
        continue;
      }
      if (consent?.state !== "granted" || consent.epoch !== change.epoch)
        violate(
          "no-vector-after-withdrawal",
          `${process()?.name} wrote a vector of epoch ${change.epoch}; ${change.userId} is ${consent?.state} in epoch ${consent?.epoch}`,
        );
    }
  }

  /** A model that serves is followed by another only when that has seen every face it can. */
  #judgeSwitch(
    { violate, process }: MonitorContext,
    userId: string,
    before: WatchedConsent | undefined,
    after: WatchedConsent,
  ): void {
    if (
      before !== undefined &&
      (after.epoch < before.epoch || (after.state !== before.state && after.epoch === before.epoch))
    )
      violate(
        "no-vector-after-withdrawal",
        `${process()?.name}: from ${before.state} in epoch ${before.epoch} to ${after.state} in ${after.epoch}`,
      );
    if (before?.modelId == null || after.modelId === null || before.modelId === after.modelId) return;
    for (const photo of this.photos.values())
      if (
        photo.userId === userId &&
        photo.lifecycle === "stored" &&
        photo.thumbnail === "done" &&
        photo.index === "done" &&
        photo.indexModelId !== after.modelId
      )
        violate("model-change-ends", `${process()?.name} switched ${userId} before ${photo.id} was through`);
  }

  /** The index stage neither removes what a human said, nor gives a face that it sees again another id. */
  #judgeFaceIds({ violate, process }: MonitorContext, changes: readonly Change[]): void {
    if (process()?.name !== "photo-index") return;
    const faces = changes.filter((change) => change.table === "faces").filter(({ face }) => face.isClaimed);
    for (const gone of faces.filter(({ isPresent }) => !isPresent)) {
      if (gone.face.isHuman) violate("faces-keep-ids", `face ${gone.id}, a human's, was removed by the index stage`);
      const heir = faces.find(
        ({ isPresent, face }) =>
          isPresent && face.photoId === gone.face.photoId && Math.abs(face.boxX - gone.face.boxX) < SAME_PLACE,
      );
      if (heir !== undefined) violate("faces-keep-ids", `face ${gone.id} of ${gone.face.photoId} became ${heir.id}`);
    }
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
    let reservedBytes = 0;
    let reservedPhotos = 0;
    for (const photo of this.photos.values()) {
      if (photo.userId !== userId) continue;
      if (photo.storedAt !== null && photo.purgedAt === null) storageBytes += photo.bytes;
      if (photo.lifecycle === "stored") photoCount++;
      if (photo.lifecycle !== "uploading" || photo.storedAt !== null) continue;
      reservedBytes += photo.bytes;
      reservedPhotos++;
    }
    const kept = this.totals.get(userId);
    const shown = JSON.stringify([kept?.storageBytes, kept?.photoCount, kept?.reservedBytes, kept?.reservedPhotos]);
    const counted = JSON.stringify([storageBytes, photoCount, reservedBytes, reservedPhotos]);
    if (shown !== counted)
      violate(
        "totals-exact",
        `${process()?.name}: ${userId} has ${shown} (bytes, photos, both reserved) by the totals, ${counted} by the rows`,
      );
  }

  /** Nothing grows past its limit. What was there before a limit was lowered stays. */
  #judgeQuota({ violate, process }: MonitorContext, userId: string, before: WatchedTotals | null): void {
    const after = this.totals.get(userId);
    if (after === undefined || before === null) return;
    const bytes = after.storageBytes + after.reservedBytes;
    const photos = after.photoCount + after.reservedPhotos;
    if (bytes > (after.quotaBytes ?? bytes) && bytes > before.storageBytes + before.reservedBytes)
      violate("quota-kept", `${process()?.name}: ${userId} grew to ${bytes} bytes of ${after.quotaBytes}`);
    if (photos > (after.quotaPhotos ?? photos) && photos > before.photoCount + before.reservedPhotos)
      violate("quota-kept", `${process()?.name}: ${userId} grew to ${photos} photos of ${after.quotaPhotos}`);
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
    indexModelId,
    indexReason,
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
    indexModelId,
    isWaitingForConsent: indexReason === "no-consent",
  } as WatchedPhoto;
}
