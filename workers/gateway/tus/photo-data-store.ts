// What the tus library calls a data store, for one request: the upload's id is the photo's, its length the room held for it, its
// offset what is in storage. May not: look at an upload of anybody but the caller.
import type { Readable } from "node:stream";
import { DataStore, Upload } from "@tus/server";
import { uploadPieceKey } from "../../../shared/adapters/objects.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import { PhotoId, type UserId } from "../../../shared/contracts/ids.ts";
import { TUS_PART_BYTES, TUS_ROOM_RENEW_MS } from "../../../shared/contracts/limits.ts";
import { findPhoto } from "../../../shared/db/photos/library-queries.ts";
import type { PhotoRow } from "../../../shared/db/photos/photo-row.ts";
import { keepRoom, readRoom } from "../../../shared/db/photos/upload-statements.ts";
import type { GatewayDeps } from "../deps.ts";
import { describeNoRoom } from "../describe-no-room.ts";
import { settleRefusal } from "../settle-refusal.ts";
import { announceUpload } from "./announce-upload.ts";
import { endUpload, finishUpload } from "./finish-upload.ts";
import {
  type TusMetadata,
  type TusPiece,
  type TusStanding,
  type TusUploadRpc,
  tusUploadName,
} from "./tus-namespace.ts";
import { parseUploadChecksum } from "./upload-checksum.ts";
import { UploadLease } from "./upload-lease.ts";
import { writePieces } from "./write-pieces.ts";

export class PhotoDataStore extends DataStore {
  override extensions = ["creation", "creation-with-upload", "checksum", "expiration", "termination"];
  readonly lease: UploadLease;
  /** The photo that has the bytes, once one has. */
  finishedAs: string | null = null;
  readonly #deps: GatewayDeps;
  readonly #userId: UserId;
  readonly #headers: Headers;
  #row: PhotoRow | null = null;

  constructor(deps: GatewayDeps, userId: UserId, headers: Headers) {
    super();
    this.#deps = deps;
    this.#userId = userId;
    this.#headers = headers;
    this.lease = new UploadLease((id) => this.#upload(id), deps.now);
  }

  override getExpiration(): number {
    return this.#deps.variables.tusLifeMs;
  }

  /** @returns the id of the upload: the photo's */
  async announce(metadata: TusMetadata): Promise<string> {
    this.#row = await announceUpload(this.#deps, this.#userId, this.#headers, metadata);
    return this.#row.id;
  }

  override async create(upload: Upload): Promise<Upload> {
    if (this.#row?.lifecycle === "uploading") await this.#begin(this.#row, upload.metadata ?? null);
    return upload;
  }

  override async getUpload(id: string): Promise<Upload> {
    const row = await this.#find(id);
    if (row.lifecycle === "stored") return this.#whole(row, row.id);
    const standing = await this.#upload(id).standing();
    if (standing === null && row.lifecycle === "abandoned") throw over();
    if (standing?.twinId != null) return this.#whole(row, standing.twinId);
    // Its last request ended between the bytes and the photo: whoever asks next makes it so, and learns what came of it.
    if (standing?.offset === row.bytes) return this.#whole(row, await this.#finish(row));
    return describe(row, standing?.offset ?? 0, standing);
  }

  override async write(body: Readable, id: string, offset: number): Promise<number> {
    // It was whole, or became a photo, as its request asked where it stands: there is nothing to add.
    if (this.finishedAs !== null) return offset;
    const row = await this.#roomFor(this.#row ?? (await this.#find(id)));
    const upload = this.#upload(id);
    // A creation may meet a file that is here already, or on its way; its body is then of no use.
    if (row.lifecycle === "stored") return this.#whole(row, row.id).offset;
    const stands = (await upload.standing())?.offset ?? 0;
    if (stands !== offset) return stands;
    const checksum = parseUploadChecksum(this.#headers.get("upload-checksum"));
    const bodyBytes = this.#bodyBytes(row, offset);
    await this.#begin(row, null);
    const owner = { userId: row.userId, photoId: row.id, gen: row.gen };
    const newOffset = await writePieces(
      {
        bucket: this.#deps.bucket,
        keyOf: (startBytes) => uploadPieceKey(owner, startBytes, this.lease.token),
        inspect: (prefix) => this.#inspect(row, upload, prefix),
        commit: (pieces) => this.#commit(upload, pieces),
        onBytes: () => this.lease.renew(),
      },
      { body, startBytes: offset, bodyBytes, checksum },
    );
    if (newOffset === row.bytes) await this.#finish(row);
    return newOffset;
  }

  override async remove(id: string): Promise<void> {
    const row = this.#row ?? (await this.#find(id));
    await endUpload(this.#deps, row);
    await this.#upload(id).forget();
  }

  #upload(id: string): TusUploadRpc {
    if (!PhotoId.safeParse(id).success) throw new AppError("not-found", "There is no such upload.");
    return this.#deps.tusUploads.getByName(tusUploadName({ userId: this.#userId, photoId: id }));
  }

  async #find(id: string): Promise<PhotoRow> {
    const isId = PhotoId.safeParse(id).success;
    const row = isId ? await findPhoto(this.#deps.db, id, this.#userId) : null;
    if (row === null) throw new AppError("not-found", "There is no such upload.");
    if (row.lifecycle === "deleted") throw new AppError("photo-deleted", "The photo is in the trash.");
    this.#row = row;
    return row;
  }

  /** Not a byte is taken that no room is held for. */
  async #roomFor(row: PhotoRow): Promise<PhotoRow> {
    const { db, now } = this.#deps;
    if (row.lifecycle === "uploading" && now() - row.changedAt < TUS_ROOM_RENEW_MS) return row;
    const kept = (await keepRoom(db, row.id, row.userId, now())) ?? (await this.#find(row.id));
    if (kept.lifecycle !== "abandoned") return kept;
    throw new AppError("quota-exceeded", describeNoRoom(row.bytes, await readRoom(db, row.userId)));
  }

  async #begin(row: PhotoRow, metadata: TusMetadata | null): Promise<void> {
    const tendAfterMs = Math.min(TUS_ROOM_RENEW_MS, this.getExpiration());
    await this.#upload(row.id).begin({ userId: row.userId, photoId: row.id }, metadata, this.#deps.now(), tendAfterMs);
  }

  #bodyBytes(row: PhotoRow, offset: number): number {
    const header = this.#headers.get("content-length");
    if (header === null || !/^\d{1,15}$/.test(header))
      throw new AppError("length-required", "The body came without a length.");
    const bytes = Number(header);
    if (offset + bytes !== row.bytes && bytes % TUS_PART_BYTES !== 0)
      throw new AppError(
        "part-size-unequal",
        `The chunk has ${bytes} bytes; all chunks but the last must be a multiple of ${TUS_PART_BYTES}.`,
      );
    return bytes;
  }

  async #inspect(row: PhotoRow, upload: TusUploadRpc, prefix: Uint8Array): Promise<void> {
    const inspection = this.#deps.inspect(prefix);
    if (inspection.kind === "image") return;
    const refusal = new AppError(inspection.code, inspection.detail);
    await settleRefusal(this.#deps, row, refusal);
    await endUpload(this.#deps, row);
    await upload.forget();
    throw refusal;
  }

  async #commit(upload: TusUploadRpc, pieces: readonly TusPiece[]): Promise<void> {
    if (await upload.commit(this.lease.token, pieces, this.#deps.now())) return;
    // They do not count and never will. Where this fails, the sweep takes them.
    await this.#deps.bucket.delete(pieces.map(({ key }) => key)).catch(() => {});
    throw new AppError("offset-conflict", "Another request has written to this upload meanwhile.");
  }

  async #finish(row: PhotoRow): Promise<string> {
    const upload = this.#upload(row.id);
    this.lease.newLock(row.id);
    await this.lease.lock();
    try {
      await upload.finishSoon(this.#deps.now());
      this.finishedAs = await this.lease.during(finishUpload(this.#deps, upload, row));
      return this.finishedAs;
    } finally {
      await this.lease.unlock();
    }
  }

  #whole(row: PhotoRow, photoId: string): Upload {
    this.finishedAs = photoId;
    return describe(row, row.bytes, null);
  }
}

function describe(row: PhotoRow, offset: number, standing: TusStanding | null): Upload {
  return new Upload({
    id: row.id,
    size: row.bytes,
    offset,
    metadata: { ...(standing?.metadata ?? { filename: row.filename, filetype: row.mime }) },
    // The library counts an upload's life from here: from when something last came of it.
    creation_date: new Date(standing?.touchedAt ?? Date.now()).toISOString(),
  });
}

function over(): AppError {
  return new AppError("upload-expired", "Nobody went on with this upload in time, or it was ended.");
}
