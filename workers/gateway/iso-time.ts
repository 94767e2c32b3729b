// Times as the API writes them (ISO 8601, UTC), from milliseconds since 1970.

export function isoTime(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

export function isoTimeOrNull(timeMs: number | null): string | null {
  return timeMs === null ? null : isoTime(timeMs);
}
