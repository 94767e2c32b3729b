// Which decisions a run must have met at least once; a simulation that never sees one is too tame to trust.

const EXPECTED_DECISIONS: readonly string[] = [
  ...[
    "abandon",
    "alarm-original-missing",
    "close-batch",
    "count-trashed",
    "delete-dead-keys",
    "delete-face-data",
    "delete-objects",
    "enqueue-index",
    "enqueue-thumbnail",
    "fail-index-exhausted",
    "fail-thumbnail-exhausted",
    "fail-thumbnail-missing",
    "forget",
    "purge",
    "recover",
    "redo-thumbnail",
    "reindex",
    "revive",
    "switch-model",
    "wake-waiting",
  ].map((repair) => `sweep: ${repair}`),
  ...[
    "done",
    "done failed corrupt",
    "done skipped unsupported",
    "done already ended",
    "done already ended, forwarded",
    "done attempts exhausted",
    "retry another attempt holds the lease",
    "retry the photo changed meanwhile",
    "drop unknown",
    "drop deleted",
    "drop stale-generation",
    "drop the photo was deleted while its thumbnails were made",
  ].map((outcome) => `photo-events: ${outcome}`),
  ...[
    "done",
    "done already ended",
    "done attempts exhausted",
    "done skipped no-consent",
    "retry another attempt holds the lease",
    "retry the photo changed meanwhile",
    "drop unknown",
    "drop deleted",
    "drop stale-generation",
    "drop the 1280 derivative is missing; the sweep makes it again",
    "drop the stage before has not ended; it sends its own message",
  ].map((outcome) => `photo-index: ${outcome}`),
  ...[
    "done thumbnail failed: every delivery of its message did",
    "done ended",
    "retry an attempt is still running",
  ].map((outcome) => `photo-events-dlq: ${outcome}`),
  ...["done index failed: every delivery of its message did", "done ended", "retry an attempt is still running"].map(
    (outcome) => `photo-index-dlq: ${outcome}`,
  ),
  ...[
    "trash",
    "purge",
    "restore",
    "retry",
    "put already-in-library",
    "put digest-mismatch",
    "put photo-deleted",
    "put idempotency-conflict",
    "put quota-exceeded",
    "restore already-in-library",
    "restore photo-deleted",
    "restore quota-exceeded",
    "retry not-retryable-state",
    "trash not-found",
    "grant",
    "grant face-data-deleting",
    "withdraw",
    "name",
    "dismiss",
    "look",
    "draw stored",
    "draw gone",
  ].map((answer) => `person: ${answer}`),
];

export function splitCounts(counts: Readonly<Record<string, number>>): {
  faultCounts: Record<string, number>;
  coverage: Record<string, number>;
  unseen: string[];
} {
  const entries = Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));
  const isFault = (what: string): boolean => what.startsWith("fault:") || what.startsWith("disaster:");
  return {
    faultCounts: Object.fromEntries(entries.filter(([what]) => isFault(what))),
    coverage: Object.fromEntries(entries.filter(([what]) => !isFault(what))),
    unseen: EXPECTED_DECISIONS.filter((what) => !(what in counts)),
  };
}
