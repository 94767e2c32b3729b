// One object per resumable upload: where it stands, and who may write to it. It holds no bytes: those are pieces in R2.
// May not: believe in a piece that is not in storage yet, or in two writers.
import { DurableObject } from "cloudflare:workers";
import { errorText, log } from "../../../shared/adapters/log.ts";
import { TUS_FINISH_AFTER_MS, TUS_LEASE_MS } from "../../../shared/contracts/limits.ts";
import { gatewayDeps } from "../deps.ts";
import type { GatewayEnv } from "../env.ts";
import { tendUpload } from "./tend-upload.ts";
import type { TusMetadata, TusOwner, TusPiece, TusStanding, TusUploadRpc } from "./tus-namespace.ts";

const TABLES = `
  CREATE TABLE IF NOT EXISTS upload (
    one INTEGER PRIMARY KEY CHECK (one = 1), user_id TEXT NOT NULL, photo_id TEXT NOT NULL, metadata TEXT,
    touched_at INTEGER NOT NULL, twin_id TEXT);
  CREATE TABLE IF NOT EXISTS pieces (start INTEGER PRIMARY KEY, bytes INTEGER NOT NULL, key TEXT NOT NULL)`;

interface UploadRow extends Record<string, SqlStorageValue> {
  userId: string;
  photoId: string;
  metadata: string | null;
  touchedAt: number;
  twinId: string | null;
}

export class TusUpload extends DurableObject<GatewayEnv> implements TusUploadRpc {
  /** In memory only: who lost it with a restart is held to the offset by commit(), which is what keeps the bytes right. */
  #lease: { readonly token: string; readonly untilMs: number } | null = null;

  async standing(): Promise<TusStanding | null> {
    const row = this.#row();
    if (row === null) return null;
    const { userId, photoId, metadata, touchedAt, twinId } = row;
    return {
      userId,
      photoId,
      touchedAt,
      twinId,
      offset: this.#offset(),
      metadata: metadata === null ? null : (JSON.parse(metadata) as TusMetadata),
    };
  }

  async begin(
    { userId, photoId }: TusOwner,
    metadata: TusMetadata | null,
    nowMs: number,
    tendAfterMs: number,
  ): Promise<void> {
    this.ctx.storage.sql.exec(TABLES);
    this.#sql(
      `INSERT INTO upload (one, user_id, photo_id, metadata, touched_at) VALUES (1, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      userId,
      photoId,
      metadata === null ? null : JSON.stringify(metadata),
      nowMs,
    );
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(nowMs + tendAfterMs);
  }

  async lease(token: string, nowMs: number): Promise<boolean> {
    if (!this.#isFree(token, nowMs)) return false;
    this.#lease = { token, untilMs: nowMs + TUS_LEASE_MS };
    return true;
  }

  async release(token: string): Promise<void> {
    if (this.#lease?.token === token) this.#lease = null;
  }

  async commit(token: string, pieces: readonly TusPiece[], nowMs: number): Promise<boolean> {
    if (this.#row() === null || !this.#isFree(token, nowMs)) return false;
    let offset = this.#offset();
    for (const { start, bytes } of pieces) {
      if (start !== offset || bytes <= 0) return false;
      offset += bytes;
    }
    for (const { start, bytes, key } of pieces)
      this.#sql(`INSERT INTO pieces (start, bytes, key) VALUES (?, ?, ?)`, start, bytes, key);
    this.#sql(`UPDATE upload SET touched_at = ?`, nowMs);
    return true;
  }

  async pieces(): Promise<TusPiece[]> {
    if (!this.#isBegun()) return [];
    return this.#sql<{ start: number; bytes: number; key: string }>(
      `SELECT start, bytes, key FROM pieces ORDER BY start`,
    ).toArray();
  }

  async finishSoon(nowMs: number): Promise<void> {
    await this.ctx.storage.setAlarm(nowMs + TUS_FINISH_AFTER_MS);
  }

  async becomeTwin(twinId: string, nowMs: number): Promise<void> {
    if (!this.#isBegun()) return;
    this.#sql(`DELETE FROM pieces`);
    this.#sql(`UPDATE upload SET twin_id = ?, touched_at = ?`, twinId, nowMs);
  }

  async forget(): Promise<void> {
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  override async alarm(): Promise<void> {
    try {
      const deps = gatewayDeps(this.env);
      const nextMs = await tendUpload(deps, this, deps.variables.tusLifeMs);
      // Forgotten: an object without tables costs nothing.
      if (nextMs !== null) await this.ctx.storage.setAlarm(nextMs);
    } catch (cause) {
      // The platform gives an alarm up after a few failures; the bytes and the room held for them would stay.
      log("warn", "tus-upload-untended", { cause: errorText(cause) });
      await this.ctx.storage.setAlarm(Date.now() + TUS_FINISH_AFTER_MS);
    }
  }

  #isFree(token: string, nowMs: number): boolean {
    return this.#lease === null || this.#lease.token === token || this.#lease.untilMs <= nowMs;
  }

  /** Tables are made by begin() alone: whoever asks about an upload that is over must not make an object of it again. */
  #isBegun(): boolean {
    return this.#sql(`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'pieces'`).toArray().length > 0;
  }

  #row(): UploadRow | null {
    if (!this.#isBegun()) return null;
    const [row] = this.#sql<UploadRow>(
      `SELECT user_id AS userId, photo_id AS photoId, metadata, touched_at AS touchedAt, twin_id AS twinId FROM upload`,
    ).toArray();
    return row ?? null;
  }

  #offset(): number {
    return this.#sql<{ offset: number }>(`SELECT coalesce(max(start + bytes), 0) AS offset FROM pieces`).one().offset;
  }

  #sql<Row extends Record<string, SqlStorageValue>>(
    query: string,
    ...values: SqlStorageValue[]
  ): SqlStorageCursor<Row> {
    return this.ctx.storage.sql.exec<Row>(query, ...values);
  }
}
