// Downloads one pinned file into memory and lets nothing but the pinned bytes out. It writes nothing.
import { createHash } from "node:crypto";
import type { ModelRecord } from "../shared/contracts/models.ts";

export interface DownloadLimits {
  /** Until the server has answered with headers. Short, so that a machine without a network learns it at once. */
  readonly connectMs: number;
  /** Longest silence between two pieces of the body. */
  readonly stallMs: number;
  /** The whole download. */
  readonly totalMs: number;
}

/** 4 MB at 15 kB/s take four and a half minutes: slower lines are better served by MODELS_DIR. */
export const DOWNLOAD_LIMITS: DownloadLimits = { connectMs: 5_000, stallMs: 10_000, totalMs: 300_000 };

/** What went wrong, as a sentence for the person at the terminal. */
export class DownloadError extends Error {
  override readonly name = "DownloadError";
}

/**
 * @param onBytes called with the bytes received so far
 * @throws DownloadError when the server is silent, refuses, or sends anything but the pinned bytes
 */
export async function downloadModel(
  record: ModelRecord,
  onBytes: (received: number) => void,
  limits: DownloadLimits = DOWNLOAD_LIMITS,
): Promise<Uint8Array> {
  const host = new URL(record.url).host;
  const abort = new AbortController();
  const giveUp = (sentence: string) => () => abort.abort(new DownloadError(sentence));
  const stalled = `${host} stopped sending for ${limits.stallMs} ms.`;
  let silence = setTimeout(giveUp(`${host} did not answer within ${limits.connectMs} ms.`), limits.connectMs);
  const total = setTimeout(giveUp(`${host} took longer than ${limits.totalMs} ms.`), limits.totalMs);
  try {
    const response = await fetch(record.url, { signal: abort.signal });
    if (!response.ok || response.body === null)
      throw new DownloadError(`${host} answered ${response.status} for ${record.url}.`);
    clearTimeout(silence);
    silence = setTimeout(giveUp(stalled), limits.stallMs);
    const hash = createHash("sha256");
    const bytes = new Uint8Array(record.bytes);
    let received = 0;
    for await (const piece of response.body) {
      clearTimeout(silence);
      silence = setTimeout(giveUp(stalled), limits.stallMs);
      if (received + piece.length > record.bytes)
        throw new DownloadError(`${host} sent more than the pinned ${record.bytes} bytes.`);
      bytes.set(piece, received);
      hash.update(piece);
      received += piece.length;
      onBytes(received);
    }
    if (received !== record.bytes) throw new DownloadError(`${host} sent ${received} of ${record.bytes} bytes.`);
    const actual = hash.digest("hex");
    if (actual !== record.sha256)
      throw new DownloadError(
        `${host} sent other bytes than the pinned ones (SHA-256 ${actual}, expected ${record.sha256}).`,
      );
    return bytes;
  } catch (error) {
    if (error instanceof DownloadError) throw error;
    if (abort.signal.reason instanceof DownloadError) throw abort.signal.reason;
    throw new DownloadError(`${host} could not be reached (${reasonOf(error)}).`);
  } finally {
    clearTimeout(silence);
    clearTimeout(total);
    abort.abort();
  }
}

/** undici says "fetch failed" and keeps the reason (ENOTFOUND, ECONNREFUSED, other side closed) in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause;
  if (!(cause instanceof Error)) return error.message;
  return "code" in cause && typeof cause.code === "string" ? cause.code : cause.message;
}
