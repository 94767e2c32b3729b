// Quotas as people write them: gigabytes, empty for none.
const GB = 1_000_000_000;

/** Undefined for what is not a number of gigabytes. */
export function readGigabytes(text: string): number | null | undefined {
  const trimmed = text.trim().replace(",", ".");
  if (trimmed === "") return null;
  const gigabytes = Number(trimmed);
  const bytes = Math.round(gigabytes * GB);
  return Number.isFinite(gigabytes) && gigabytes >= 0 && Number.isSafeInteger(bytes) ? bytes : undefined;
}

export function writeGigabytes(bytes: number | null): string {
  return bytes === null ? "" : String(bytes / GB);
}

/** A whole number of photos; null for none, undefined for what is not one. */
export function readCount(text: string): number | null | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return null;
  return /^\d{1,12}$/.test(trimmed) ? Number(trimmed) : undefined;
}
