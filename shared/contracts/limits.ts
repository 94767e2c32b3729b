// Every limit of the platform: name, unit, default, and why. Each has a test with hostile input.

/** Files one manifest call may name. 500 rows are one D1 batch of json_each statements well under 1 s. */
export const MANIFEST_MAX_FILES = 500;
/** Bytes of one manifest body: 500 entries with 1 kB names fit twice. */
export const MANIFEST_MAX_BYTES = 1024 * 1024;
/** Photos one batch may declare. Ten times the largest measured upload (10,000). */
export const BATCH_MAX_EXPECTED = 100_000;
/** Characters of a file name (with its folder path) we keep. */
export const FILENAME_MAX_CHARS = 1024;
/** Bytes of one original. The edge refuses request bodies above 100 MB on common plans. */
export const FILE_MAX_BYTES = 100 * 1000 * 1000;
/** Bytes of one multipart upload; the form parser buffers it, and an isolate has 128 MB. */
export const MULTIPART_MAX_BYTES = 16 * 1024 * 1024;
/** Prefix of an upload that is sniffed and whose header is parsed before a byte is stored. */
export const HEADER_PREFIX_BYTES = 64 * 1024;
/** Pixels of an image we admit at all. Phones take 108 MP (12,032 x 9,024); a 200 MP header is a bomb. */
export const ADMIT_MAX_PIXELS = 120_000_000;
/**
 * Pixels of an image that is decoded, by format. Checked from the header, before a decoder runs. JPEG and PNG stream through our
 * own engine, which shrinks what it decodes; a library holds all of it and more, and an isolate has 128 MB: WebP takes 9 bytes
 * a pixel, AVIF 26 (12 MP measured), our GIF reader 6. The file itself lies beside them, twice.
 */
export const DECODE_MAX_PIXELS = {
  jpeg: ADMIT_MAX_PIXELS,
  png: ADMIT_MAX_PIXELS,
  heic: ADMIT_MAX_PIXELS,
  webp: 8_000_000,
  avif: 3_000_000,
  gif: 10_000_000,
} as const;
/** Bytes of a file that is handed to a library whole: beside its pixels there is no room for more. */
export const LIBRARY_SOURCE_MAX_BYTES = 8 * 1024 * 1024;
/** Bytes read in search of a header, outside of any budget. Depth maps and previews in front of it take 1 to 2 MB; more than this is no photo's. */
export const HEADER_MAX_BYTES = 4 * 1024 * 1024;
/** Photos per page of a listing. */
export const PAGE_MAX_ITEMS = 200;
export const PAGE_DEFAULT_ITEMS = 100;

/** Widths (px, as seen) of the renditions, largest first: each is made from the one before it. */
export const RENDITION_WIDTHS = [1280, 640, 320, 160] as const;
export type RenditionWidth = (typeof RENDITION_WIDTHS)[number];
/** A rendition is at most this many times taller than wide before its width shrinks (scrolls, receipts). */
export const RENDITION_MAX_ASPECT = 4;
/** Widths (px, as seen) a rendition can also be had in as WebP, made when it is first asked for. */
export const WEBP_WIDTHS = [1280, 320] as const;
export type WebpWidth = (typeof WEBP_WIDTHS)[number];
/**
 * Pixels of a WebP: 1280 px wide and twice as tall. Its encoder takes everything at once, 23 bytes a pixel beside the decoder's
 * memory, and an isolate has 128 MB. Phone photos stay below; scrolls and long screenshots are had as JPEG.
 */
export const WEBP_MAX_PIXELS = 1280 * 2560;

/** Attempts a stage gets before it fails; liveness must not depend on the queue's own counter. */
export const STAGE_MAX_ATTEMPTS = 6;
/** How long (ms) one attempt owns a photo's stage. Longer than the 30 s CPU a consumer may burn. */
export const STAGE_LEASE_MS = 60_000;
/** Age (ms) after which the sweep doubts that a non-terminal photo is still in a queue. */
export const SWEEP_STALE_AFTER_MS = 5 * 60_000;
/** Age (ms) after which an upload without bytes is abandoned. Bytes that turn up later revive it. */
export const UPLOAD_ABANDON_AFTER_MS = 60 * 60_000;
/** Idle time (ms) after which a batch closes with expected = received. */
export const BATCH_IDLE_CLOSE_MS = 10 * 60_000;
/** Objects one sweep page lists; R2 returns at most this many. */
export const SWEEP_PAGE_OBJECTS = 1000;
/** Keys one R2 delete call accepts. Local R2 takes more; production does not. */
export const R2_DELETE_MAX_KEYS = 1000;
/** Time (ms) an Idempotency-Key is remembered: a day outlives every client that still retries. */
export const IDEMPOTENCY_KEEP_MS = 24 * 60 * 60_000;
/** Time (ms) a deleted photo stays restorable. */
export const TRASH_KEEP_MS = 30 * 24 * 60 * 60_000;
/** Time (ms) a purged photo's tombstone is kept, so that late writes are still recognised and removed. */
export const TOMBSTONE_KEEP_MS = 30 * 24 * 60 * 60_000;
/** Age (ms) an orphaned derivative must reach before it is removed: consumer wall time + lease, with room. */
export const DERIVATIVE_GRACE_MS = 20 * 60_000;

/** Bytes of one queue message (1 kB = 1000 B). */
export const QUEUE_MESSAGE_MAX_BYTES = 128_000;
/** Messages one sendBatch call takes. */
export const QUEUE_BATCH_MAX_MESSAGES = 100;
/** Longest backoff (s) of a retried message. */
export const QUEUE_MAX_DELAY_SECONDS = 900;
/** Bound parameters one D1 statement accepts. Lists travel as one JSON parameter. */
export const D1_MAX_PARAMS = 100;

/** Frames per second one socket receives at most. */
export const SOCKET_MAX_FRAMES_PER_SECOND = 4;
/** Photos one delta frame names at most. */
export const DELTA_MAX_PHOTOS = 200;
/** Bytes of a frame a client may send; larger ones close the socket with 1009. */
export const SOCKET_MAX_INBOUND_BYTES = 4096;
/** Longest long-poll (s). */
export const LONG_POLL_MAX_SECONDS = 25;
/** Finished photos before a rate is worth an estimate. */
export const ETA_MIN_SAMPLES = 8;

/** Faces kept per photo, largest first; a crowd would cost more CPU than one message has. */
export const FACES_MAX_PER_PHOTO = 20;
/** Characters of a person's name. */
export const PERSON_NAME_MAX_CHARS = 200;
/** People one listing filter may name: `GET /photos?person=a,b,…`. */
export const PERSON_FILTER_MAX = 16;
/** Faces one action may move: their ids are 39 bytes each in one row of the history, and a row of D1 takes 2 MB. */
export const PEOPLE_ACTION_MAX_FACES = 40_000;
/** Time (ms) a people action stays undoable, and in the history. */
export const PEOPLE_HISTORY_KEEP_MS = 365 * 24 * 60 * 60_000;
/** Time (ms) within which a withdrawal has deleted everything: vectors, crops, people, caches. */
export const WITHDRAWAL_MAX_MS = 60_000;
/** Bytes of an image sent to search by a face; it is decoded, looked at and forgotten. */
export const FACE_SEARCH_MAX_BYTES = 16 * 1024 * 1024;
/** Similar faces, or photos of a face search, one answer names at most. */
export const SIMILAR_FACES_MAX = 100;
