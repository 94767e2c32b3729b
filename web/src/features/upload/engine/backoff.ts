// How long to wait before trying again: exponential with full jitter; a Retry-After of the server is a floor.
export const BACKOFF_BASE_MS = 500;
export const BACKOFF_MAX_MS = 30_000;
/** Sends of one file that may fail in a row before a person is asked. */
export const SENDS_BEFORE_GIVING_UP = 7;

export function backoffMs(failures: number, random01: number, retryAfterMs: number | null = null): number {
  const ceiling = Math.min(BACKOFF_MAX_MS, BACKOFF_BASE_MS * 2 ** Math.max(0, failures - 1));
  const jittered = ceiling / 2 + (ceiling / 2) * random01;
  return Math.round(retryAfterMs === null ? jittered : retryAfterMs + jittered / 4);
}
