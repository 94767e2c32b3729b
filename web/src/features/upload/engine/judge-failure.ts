// What a failed send means for its row. Pure.
import { ApiError, NetworkError } from "../../../api.ts";
import { SENDS_BEFORE_GIVING_UP } from "./backoff.ts";
import type { Trouble, UploadRecord } from "./upload-record.ts";

export type Verdict =
  /** Not this file's fault: everything waits, and this one goes first again. */
  | { readonly kind: "all-wait" }
  /** This file alone is sent again later. */
  | { readonly kind: "again"; readonly retryAfterMs: number | null; readonly isServerBusy: boolean }
  /** The place to send it to is gone: the server is asked for another. */
  | { readonly kind: "announce" }
  | { readonly kind: "safe" }
  | { readonly kind: "unreadable" }
  | { readonly kind: "trouble"; readonly trouble: Trouble; readonly isHashWrong: boolean };

export function judgeFailure(record: Pick<UploadRecord, "sends">, error: unknown): Verdict {
  if (error instanceof NetworkError) return { kind: "all-wait" };
  if (!(error instanceof ApiError)) return { kind: "unreadable" };
  if (error.status === 401 || error.status === 429) return { kind: "all-wait" };
  const { code, message: detail } = error;
  if (code === "already-in-library") return { kind: "safe" };
  // Sending the same bytes under the same digest again cannot end differently.
  if (code === "digest-mismatch") return { kind: "trouble", trouble: { cause: code, detail }, isHashWrong: true };
  const isGivenUp = record.sends >= SENDS_BEFORE_GIVING_UP;
  if (code === "upload-expired" && !isGivenUp) return { kind: "announce" };
  if (!error.isRetryable) return { kind: "trouble", trouble: { cause: code, detail }, isHashWrong: false };
  if (isGivenUp) return { kind: "trouble", trouble: { cause: "gave-up", detail }, isHashWrong: false };
  return { kind: "again", retryAfterMs: error.retryAfterMs, isServerBusy: error.status === 503 };
}
