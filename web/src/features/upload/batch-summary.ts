// What a batch looks like to a person: each row's state in one word, and the sums. Pure.
import type { Photo, PhotoStatus } from "../../../../shared/contracts/photos.ts";
import type { Cause } from "../../plain-words.ts";
import type { BatchState, RowUpdate } from "./engine/engine-protocol.ts";

export const ROW_STATES = [
  "waiting",
  "checking",
  "duplicate",
  "uploading",
  "stored",
  "processing",
  "indexing",
  "done",
  "paused",
  "attention",
  "missing",
  "cancelled",
] as const;
export type RowState = (typeof ROW_STATES)[number];

export const ROW_WORDS = {
  waiting: "Waiting",
  checking: "Checking",
  duplicate: "Already in your library",
  uploading: "Uploading",
  stored: "Uploaded",
  processing: "Processing your photos",
  indexing: "Indexing with AI",
  done: "Done",
  paused: "Paused",
  attention: "Needs attention",
  missing: "Drop this file again",
  cancelled: "Cancelled",
} as const satisfies Record<RowState, string>;

export interface ServerFacts {
  readonly status: PhotoStatus;
  readonly photo: Photo | null;
}

export function rowState(row: RowUpdate, batch: BatchState, server: ServerFacts | undefined): RowState {
  if (row.trouble) return "attention";
  switch (row.step) {
    case "cancelled":
      return "cancelled";
    case "duplicate":
      return server?.status === "failed" ? "attention" : "duplicate";
    case "stored":
      return storedState(server?.status);
    default:
      if (row.activity) return row.activity;
      if (!row.hasBytes) return "missing";
      return batch === "paused" ? "paused" : "waiting";
  }
}

function storedState(status: PhotoStatus | undefined): RowState {
  if (status === undefined || status === "uploading") return "stored";
  return status === "failed" ? "attention" : status;
}

export const FILTERS = ["all", "active", "done", "here", "attention"] as const;
export type Filter = (typeof FILTERS)[number];

const FILTER_OF = {
  waiting: "active",
  checking: "active",
  uploading: "active",
  stored: "active",
  processing: "active",
  indexing: "active",
  paused: "active",
  missing: "active",
  duplicate: "here",
  done: "done",
  attention: "attention",
  cancelled: "all",
} as const satisfies Record<RowState, Filter>;

export function matches(state: RowState, filter: Filter): boolean {
  return filter === "all" || FILTER_OF[state] === filter;
}

export interface Attention {
  readonly cause: Cause;
  /** A stage failed on the server, or the file could not be sent. */
  readonly source: "stage" | "send";
  readonly indexes: number[];
  readonly photoIds: string[];
}

export interface BatchSummary {
  readonly total: number;
  /** Rows whose bytes are safe: sent now, or there before. */
  readonly safe: number;
  readonly duplicates: number;
  readonly done: number;
  readonly attention: number;
  readonly missing: number;
  readonly cancelled: number;
  /** Rows that stopped before their bytes were safe. */
  readonly stuck: number;
  readonly bytes: number;
  readonly bytesSafe: number;
  /** Share of the files that is safe (0–1); a file on its way counts by its bytes, all but the server's word on it. */
  readonly sentShare01: number;
  readonly isSending: boolean;
  readonly isUploaded: boolean;
  readonly states: readonly RowState[];
  readonly groups: readonly Attention[];
}

/** What a file counts whose bytes have all left but which the server has not confirmed. */
const UNCONFIRMED_SHARE = 0.9;

export function summarise(
  rows: readonly RowUpdate[],
  batch: BatchState,
  server: ReadonlyMap<string, ServerFacts>,
): BatchSummary {
  const states: RowState[] = [];
  const count: Record<RowState, number> = Object.fromEntries(ROW_STATES.map((state) => [state, 0])) as Record<
    RowState,
    number
  >;
  const groups = new Map<string, Attention>();
  let [safe, stuck, bytes, bytesSafe, travelling] = [0, 0, 0, 0, 0];
  for (const row of rows) {
    const word = row.photoId === null ? undefined : server.get(row.photoId);
    const state = rowState(row, batch, word);
    states.push(state);
    count[state] += 1;
    bytes += row.sizeBytes;
    const isSafe = row.step === "stored" || row.step === "duplicate";
    if (isSafe) safe += 1;
    else if (row.trouble) stuck += 1;
    bytesSafe += isSafe ? row.sizeBytes : Math.min(row.sentBytes, row.sizeBytes);
    if (!isSafe && state !== "cancelled" && row.sizeBytes > 0)
      travelling += UNCONFIRMED_SHARE * Math.min(1, row.sentBytes / row.sizeBytes);
    if (state === "attention") group(groups, row, word);
  }
  const over = safe + stuck + count.cancelled;
  return {
    total: rows.length,
    safe,
    duplicates: count.duplicate,
    done: count.done,
    attention: count.attention,
    missing: count.missing,
    cancelled: count.cancelled,
    stuck,
    bytes,
    bytesSafe,
    sentShare01: rows.length === count.cancelled ? 0 : (safe + travelling) / (rows.length - count.cancelled),
    isSending: batch === "active" && over < rows.length - count.missing,
    isUploaded: rows.length > 0 && over === rows.length,
    states,
    groups: [...groups.values()].sort((a, b) => b.indexes.length - a.indexes.length),
  };
}

function group(groups: Map<string, Attention>, row: RowUpdate, word: ServerFacts | undefined): void {
  const source = row.trouble ? "send" : "stage";
  const cause = row.trouble?.cause ?? stageCause(word?.photo ?? null);
  const key = `${source}/${cause}`;
  const held = groups.get(key) ?? { cause, source, indexes: [], photoIds: [] };
  held.indexes.push(row.index);
  if (row.photoId !== null) held.photoIds.push(row.photoId);
  groups.set(key, held);
}

export function stageCause(photo: Photo | null): Cause {
  const failed = photo ? Object.values(photo.stages).find((stage) => stage.state === "failed") : undefined;
  return (failed?.reason as Cause | undefined) ?? "internal";
}
