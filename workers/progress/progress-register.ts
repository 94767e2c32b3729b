// The hub's memory: one register per photo, where the highest `rev` wins whatever order reports come in.
// Counters are counted, never incremented, so a lost or repeated report can delay them but not bend them.
import { BATCH_MAX_EXPECTED, DELTA_MAX_PHOTOS, ETA_MIN_SAMPLES } from "../../shared/contracts/limits.ts";
import { type Lifecycle, photoStatus, type StageState } from "../../shared/contracts/photos.ts";
import {
  type HubReport,
  PHASE_LABELS,
  type Phase,
  type PhotoReport,
  type ProgressCounters,
  type ProgressDelta,
  type ProgressSnapshot,
  type StageCounters,
} from "../../shared/contracts/progress.ts";

/** The slice of a Durable Object's SqlStorage that the register uses. */
export interface Sql {
  exec(query: string, ...bindings: (string | number | null)[]): { toArray(): Record<string, unknown>[] };
}

/** Window (ms) over which the rate is measured. */
const RATE_WINDOW_MS = 30_000;
/** How long (ms) a polling client should wait while something moves, and when nothing does. */
const POLL_BUSY_MS = 1000;
const POLL_IDLE_MS = 10_000;

const TABLES = [
  `CREATE TABLE IF NOT EXISTS photo (id TEXT PRIMARY KEY, rev INTEGER NOT NULL, lifecycle TEXT NOT NULL, thumbnail TEXT NOT NULL, idx TEXT NOT NULL,
     seq INTEGER NOT NULL, thumbnail_at INTEGER, index_at INTEGER)`,
  `CREATE INDEX IF NOT EXISTS photo_seq ON photo (seq)`,
  `CREATE INDEX IF NOT EXISTS photo_states ON photo (lifecycle, thumbnail, idx)`,
  `CREATE INDEX IF NOT EXISTS photo_thumbnail_at ON photo (thumbnail_at)`,
  `CREATE INDEX IF NOT EXISTS photo_index_at ON photo (index_at)`,
  `CREATE TABLE IF NOT EXISTS batch (id TEXT PRIMARY KEY, rev INTEGER NOT NULL, expected INTEGER NOT NULL, closed INTEGER NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS member (batch_id TEXT NOT NULL, photo_id TEXT NOT NULL, PRIMARY KEY (batch_id, photo_id)) WITHOUT ROWID`,
  `CREATE INDEX IF NOT EXISTS member_photo ON member (photo_id)`,
  `CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL)`,
];

export class ProgressRegister {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
    for (const statement of TABLES) sql.exec(statement);
  }

  /** Order of changes as clients see it. */
  get seq(): number {
    return this.meta("seq") ?? 0;
  }

  meta(key: string): number | null {
    return this.#number(`SELECT value FROM meta WHERE key = ?`, key);
  }

  setMeta(key: string, value: number): void {
    this.#sql.exec(
      `INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
      key,
      value,
    );
  }

  /**
   * Takes what is newer than what is known; true when anything was. `now` in ms. Only "news" is a sample of the rate: what
   * D1 has known for long did not finish now.
   */
  apply(report: Pick<HubReport, "photos" | "batches">, now: number, age: "news" | "known" = "news"): boolean {
    const before = this.seq;
    let seq = before;
    for (const photo of report.photos) {
      const isNewer =
        this.#sql
          .exec(
            `INSERT INTO photo (id, rev, lifecycle, thumbnail, idx, seq, thumbnail_at, index_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, CASE ?4 WHEN 'done' THEN ?7 END, CASE ?5 WHEN 'done' THEN ?7 END)
             ON CONFLICT (id) DO UPDATE SET rev = excluded.rev, lifecycle = excluded.lifecycle, thumbnail = excluded.thumbnail, idx = excluded.idx, seq = excluded.seq,
               thumbnail_at = CASE excluded.thumbnail WHEN 'done' THEN coalesce(thumbnail_at, excluded.thumbnail_at) END,
               index_at = CASE excluded.idx WHEN 'done' THEN coalesce(index_at, excluded.index_at) END
             WHERE excluded.rev > rev RETURNING 1`,
            photo.id,
            photo.rev,
            photo.lifecycle,
            photo.thumbnail,
            photo.index,
            seq + 1,
            age === "news" ? now : null,
          )
          .toArray().length > 0;
      const changed = this.#joinBatches(photo, isNewer, seq + 1) || isNewer;
      if (changed) seq++;
    }
    for (const batch of report.batches) {
      const changed = this.#sql
        .exec(
          `INSERT INTO batch (id, rev, expected, closed) VALUES (?1, ?2, ?3, ?4)
           ON CONFLICT (id) DO UPDATE SET rev = excluded.rev, expected = excluded.expected, closed = excluded.closed
           WHERE excluded.rev > rev RETURNING 1`,
          batch.id,
          batch.rev,
          Math.min(batch.expected, BATCH_MAX_EXPECTED),
          batch.closed ? 1 : 0,
        )
        .toArray();
      if (changed.length > 0) seq++;
    }
    if (seq !== before) this.setMeta("seq", seq);
    return seq !== before;
  }

  /**
   * The batches of a photo are those of its newest rev. At the same rev batches may only be added: a photo made a moment
   * ago is first known without its batch.
   */
  #joinBatches(photo: PhotoReport, isNewer: boolean, seq: number): boolean {
    const batchIds = JSON.stringify(photo.batchIds);
    if (isNewer) {
      this.#sql.exec(
        `DELETE FROM member WHERE photo_id = ? AND batch_id NOT IN (SELECT value FROM json_each(?))`,
        photo.id,
        batchIds,
      );
    }
    const joined = this.#sql
      .exec(
        `INSERT INTO member (batch_id, photo_id) SELECT value, ?1 FROM json_each(?2)
         WHERE EXISTS (SELECT 1 FROM photo WHERE id = ?1 AND rev = ?3) ON CONFLICT DO NOTHING RETURNING 1`,
        photo.id,
        batchIds,
        photo.rev,
      )
      .toArray();
    if (joined.length === 0) return false;
    if (!isNewer) this.#sql.exec(`UPDATE photo SET seq = ? WHERE id = ?`, seq, photo.id);
    return true;
  }

  /**
   * Forgets the photos of an id range that D1 no longer has, given those it does have. `upToSeq` is the order of changes
   * when D1 was asked: what was reported later is newer than the answer and stays. True when anything was forgotten.
   */
  forgetUnseen(
    range: { afterId: string; upToId: string | null },
    seenIds: readonly string[],
    upToSeq: number,
  ): boolean {
    const gone = this.#sql
      .exec(
        `DELETE FROM photo WHERE id > ?1 AND (?2 IS NULL OR id <= ?2) AND seq <= ?3
           AND id NOT IN (SELECT value FROM json_each(?4)) RETURNING id`,
        range.afterId,
        range.upToId,
        upToSeq,
        JSON.stringify(seenIds),
      )
      .toArray();
    if (gone.length === 0) return false;
    this.#sql.exec(
      `DELETE FROM member WHERE photo_id IN (SELECT value FROM json_each(?))`,
      JSON.stringify(gone.map(({ id }) => id)),
    );
    this.setMeta("seq", this.seq + 1);
    return true;
  }

  hasBatch(batchId: string): boolean {
    return this.#number(`SELECT 1 FROM batch WHERE id = ?`, batchId) !== null;
  }

  snapshot(batchId: string | null, now: number): ProgressSnapshot {
    const counters = this.counters(batchId, now);
    return {
      v: 1,
      kind: "snapshot",
      seq: this.seq,
      batch: batchId as ProgressSnapshot["batch"],
      ...counters,
      server_time: new Date(now).toISOString(),
      poll_after_ms: counters.phase === "done" ? POLL_IDLE_MS : POLL_BUSY_MS,
    };
  }

  /** Changes after `since`, oldest first, at most one frame's worth; `more` when another frame must follow. */
  delta(batchId: string | null, since: number, now: number): { frame: ProgressDelta; more: boolean } {
    const rows = this.#sql
      .exec(
        `SELECT id, rev, lifecycle, thumbnail, idx, seq FROM photo WHERE seq > ?1 AND (?2 IS NULL OR id IN (SELECT photo_id FROM member WHERE batch_id = ?2))
         ORDER BY seq LIMIT ?3`,
        since,
        batchId,
        DELTA_MAX_PHOTOS + 1,
      )
      .toArray() as unknown as {
      id: string;
      rev: number;
      lifecycle: Lifecycle;
      thumbnail: StageState;
      idx: StageState;
      seq: number;
    }[];
    const more = rows.length > DELTA_MAX_PHOTOS;
    const named = more ? rows.slice(0, DELTA_MAX_PHOTOS) : rows;
    return {
      more,
      frame: {
        v: 1,
        kind: "delta",
        prev: since,
        seq: more ? (named.at(-1)?.seq ?? since) : this.seq,
        photos: named.map(({ id, rev, lifecycle, thumbnail, idx }) => ({
          id: id as ProgressDelta["photos"][number]["id"],
          status: photoStatus({ lifecycle, thumbnail, index: idx }),
          rev,
        })),
        counters: this.counters(batchId, now),
      },
    };
  }

  /** Photos changed after `since`: what a resuming client would have to be told. */
  backlog(since: number): number {
    return this.#number(`SELECT count(*) FROM photo WHERE seq > ?`, since) ?? 0;
  }

  counters(batchId: string | null, now: number): ProgressCounters {
    const groups = this.#sql
      .exec(
        batchId === null
          ? `SELECT lifecycle, thumbnail, idx, count(*) AS n FROM photo WHERE ?1 IS NULL GROUP BY lifecycle, thumbnail, idx`
          : `SELECT lifecycle, thumbnail, idx, count(*) AS n FROM member JOIN photo ON photo.id = member.photo_id WHERE member.batch_id = ?1 GROUP BY lifecycle, thumbnail, idx`,
        batchId,
      )
      .toArray() as unknown as { lifecycle: Lifecycle; thumbnail: StageState; idx: StageState; n: number }[];
    const stored = groups.filter((group) => group.lifecycle === "stored");
    const received = sum(stored.map((group) => group.n));
    const expected = received + this.#outstanding(batchId);
    const thumbnail = stageCounters(
      stored.map(({ thumbnail: state, n }) => ({ state, n })),
      expected,
    );
    const index = stageCounters(
      stored.map(({ idx: state, n }) => ({ state, n })),
      expected,
    );
    const rate = { thumbnail: this.#rate("thumbnail_at", now), index: this.#rate("index_at", now) };
    const phase = phaseOf(thumbnail, index);
    return {
      phase,
      label: PHASE_LABELS[phase],
      expected,
      received,
      thumbnail,
      index,
      rate: { thumbnail: rate.thumbnail.perSecond, index: rate.index.perSecond },
      eta_s: phase === "done" ? null : longest(eta(thumbnail, rate.thumbnail), eta(index, rate.index)),
    };
  }

  /** Photos declared by open batches that are neither here nor deleted. */
  #outstanding(batchId: string | null): number {
    return (
      this.#number(
        `SELECT coalesce(sum(max(0, expected - settled)), 0) FROM (
           SELECT batch.expected AS expected, (SELECT count(*) FROM member JOIN photo ON photo.id = member.photo_id
             WHERE member.batch_id = batch.id AND photo.lifecycle IN ('stored', 'deleted')) AS settled
           FROM batch WHERE batch.closed = 0 AND (?1 IS NULL OR batch.id = ?1))`,
        batchId,
      ) ?? 0
    );
  }

  #rate(column: "thumbnail_at" | "index_at", now: number): Rate {
    const [row] = this.#sql
      .exec(`SELECT count(*) AS n, min(${column}) AS first FROM photo WHERE ${column} > ?`, now - RATE_WINDOW_MS)
      .toArray() as { n: number; first: number | null }[];
    const samples = row?.n ?? 0;
    if (samples < 2 || row?.first == null) return { samples, perSecond: 0 };
    const seconds = Math.max(0.25, (now - row.first) / 1000);
    return { samples, perSecond: Math.round((samples / seconds) * 10) / 10 };
  }

  #number(query: string, ...bindings: (string | number | null)[]): number | null {
    const [row] = this.#sql.exec(query, ...bindings).toArray();
    const value = row === undefined ? null : Object.values(row)[0];
    return typeof value === "number" ? value : null;
  }
}

interface Rate {
  readonly samples: number;
  readonly perSecond: number;
}

function stageCounters(groups: readonly { state: StageState; n: number }[], total: number): StageCounters {
  const count = (state: StageState) => sum(groups.filter((group) => group.state === state).map((group) => group.n));
  return { total, done: count("done"), skipped: count("skipped"), failed: count("failed") };
}

/** Photos whose stage has ended; failed and skipped count as finished. */
function finished(stage: StageCounters): number {
  return stage.done + stage.skipped + stage.failed;
}

/** "Processing" while thumbnails are not all terminal; then "Indexing" while the index is not; then done. */
export function phaseOf(thumbnail: StageCounters, index: StageCounters): Phase {
  if (finished(thumbnail) < thumbnail.total) return "processing";
  return finished(index) < index.total ? "indexing" : "done";
}

/** Seconds to the end of a stage, rounded up; null without enough samples; 0 when nothing remains. */
function eta(stage: StageCounters, rate: Rate): number | null {
  const remaining = stage.total - finished(stage);
  if (remaining === 0) return 0;
  return rate.samples < ETA_MIN_SAMPLES || rate.perSecond === 0 ? null : Math.ceil(remaining / rate.perSecond);
}

function longest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.max(a, b);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
