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
/** Age (ms) at which a piece of an upload that is over is nobody's: far beyond the life of any upload that could be taken up again. */
export const UPLOAD_PIECE_KEEP_MS = 7 * 24 * 60 * 60_000;
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
/** Frames a client may send in one second; more closes the socket with 1008. It has one thing to say: that it missed something. */
export const SOCKET_MAX_INBOUND_PER_SECOND = 20;
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

/** Characters of an e-mail address (RFC 5321 §4.5.3.1). */
export const EMAIL_MAX_CHARS = 254;
/** Characters of a user's name. */
export const USER_NAME_MAX_CHARS = 100;
/** Characters of a password: NIST SP 800-63B asks for at least 8 as one of several factors, 15 alone; we take 12 and forbid nothing. */
export const PASSWORD_MIN_CHARS = 12;
export const PASSWORD_MAX_CHARS = 256;
/** N · r · p of one scrypt hash: production computes no more, and does not say so locally. */
export const SCRYPT_MAX_COST = 2 ** 20;
/** Characters of a passkey's, an API key's and a client's name. */
export const PASSKEY_NAME_MAX_CHARS = 60;
export const API_KEY_NAME_MAX_CHARS = 60;
export const CLIENT_NAME_MAX_CHARS = 60;
/** Passkeys, API keys, services and linked providers one account may have: a person needs few, a loop would make many. */
export const PASSKEYS_MAX_PER_USER = 20;
export const API_KEYS_MAX_PER_USER = 50;
export const CLIENTS_MAX_PER_USER = 50;
/** Redirect URIs one client may register. */
export const REDIRECT_URIS_MAX = 10;
/** Bytes of a JSON body of the identity routes: WebAuthn answers are the largest, with attestation below 20 kB. */
export const IDENTITY_BODY_MAX_BYTES = 64 * 1024;

/** Characters of a User-Agent header kept with a session and with an audit event. */
export const USER_AGENT_KEPT_CHARS = 300;
/** Life (ms) of a browser session, and of one nobody uses. */
export const SESSION_LIFE_MS = 90 * 24 * 60 * 60_000;
export const SESSION_IDLE_MS = 30 * 24 * 60 * 60_000;
/** Sessions one account keeps; the least recently used make room. */
export const SESSIONS_MAX_PER_USER = 100;
/** Time (ms) an ended session's row is kept, so that its sockets are surely closed. */
export const SESSION_KEEP_MS = 7 * 24 * 60 * 60_000;
/** Time (ms) between two notes of "last seen" and "last used": one write an hour, not one a request. */
export const LAST_SEEN_EVERY_MS = 60 * 60_000;
/** Age (ms) of a proof of identity that sensitive acts still take. */
export const FRESH_SIGN_IN_MS = 15 * 60_000;
/** Life (ms) of a WebAuthn challenge, and of an OIDC round trip. */
export const CHALLENGE_LIFE_MS = 5 * 60_000;
export const OIDC_TRANSACTION_LIFE_MS = 10 * 60_000;
/** Challenges nobody used that one sweep deletes; the next goes on. */
export const CHALLENGES_FORGOTTEN_PER_RUN = 5000;
/** Life (ms) of a mailed sign-in link, of one printed in a terminal, and of an invitation. */
export const EMAIL_LINK_LIFE_MS = 15 * 60_000;
export const SETUP_LINK_LIFE_MS = 24 * 60 * 60_000;
export const INVITATION_LIFE_MS = 7 * 24 * 60 * 60_000;
/** Time (ms) an invitation that nobody accepted is kept after its end, with the address in it. */
export const INVITATION_KEEP_MS = 30 * 24 * 60 * 60_000;
/** Time (ms) an ended link's row is kept. */
export const LINK_KEEP_MS = 24 * 60 * 60_000;
/** Time (ms) in which a deleted account can be taken back. */
export const ACCOUNT_CLOSING_MS = 14 * 24 * 60 * 60_000;
/** Time (ms) audit events are kept. */
export const AUDIT_KEEP_MS = 400 * 24 * 60 * 60_000;
/** Photos one part of an export holds: each is a read of R2, and a request has 1,000 of those where it has least. */
export const EXPORT_PART_PHOTOS = 500;

/**
 * Requests within SHIELD_PERIOD_SECONDS that the platform's rate limit lets through per credential, and per network without one: a
 * gallery scrolled fast asks for some 2,000 thumbnails a minute. A shield, not a limit: kept per place, and not exact. The binding
 * is in wrangler.toml with the same numbers.
 */
export const SHIELD_PER_USER = 6000;
export const SHIELD_PER_NETWORK = 600;
export const SHIELD_PERIOD_SECONDS = 60;

/** Life (s) of an access token: it is verified without asking anybody, so it outlives what it stood for by this long. */
export const ACCESS_TOKEN_SECONDS = 5 * 60;
/** Life (ms) of a grant that nobody refreshes. */
export const GRANT_IDLE_MS = 60 * 24 * 60 * 60_000;
/** Time (ms) in which the previous refresh token still brings its successor: the answer may have been lost. */
export const REFRESH_GRACE_MS = 10_000;
/** Life (ms) of an authorization code, and of a device code. */
export const AUTHORIZATION_CODE_LIFE_MS = 60_000;
export const DEVICE_CODE_LIFE_MS = 10 * 60_000;
/** Seconds a device waits between polls (RFC 8628 §3.2). */
export const DEVICE_POLL_SECONDS = 5;
/** Milliseconds a poll may come early: networks are uneven. */
export const DEVICE_POLL_TOLERANCE_MS = 500;
/** Time (ms) used and expired codes are kept, so that a second use is recognised; and ended grants. */
export const CODE_KEEP_MS = 24 * 60 * 60_000;
export const GRANT_KEEP_MS = 7 * 24 * 60 * 60_000;
/** Characters of an authorization request's query, as the consent page hands it back. */
export const AUTHORIZATION_QUERY_MAX_CHARS = 8000;
/** Seconds a sign-in counts as new where a client asks for a new one (`prompt=login`, small `max_age`): the page must be read. */
export const NEW_SIGN_IN_SECONDS = 120;
/** Clock difference (s) between isolates of our own, tolerated in our own tokens. */
export const OWN_CLOCK_SKEW_SECONDS = 5;
/** Time (ms) an isolate believes its copy of our own keys, and between two looks for a key it does not know. */
export const OWN_KEYS_FRESH_MS = 60_000;
export const OWN_KEYS_REREAD_MS = 30_000;
/** Age (ms) at which a signing key is replaced, and how long its successor is published before it signs. */
export const SIGNING_KEY_LIFE_MS = 30 * 24 * 60 * 60_000;
export const SIGNING_KEY_LEAD_MS = 15 * 60_000;
/** Clock difference (s) tolerated in tokens of others. */
export const TOKEN_CLOCK_SKEW_SECONDS = 60;
/** Characters of a token: those of providers with hundreds of roles have 8 kB, and headers end at 16 kB almost everywhere. */
export const TOKEN_MAX_CHARS = 16 * 1024;
/** Bytes and keys of somebody's key set; time (ms) it is believed, believed while its issuer is down, and between two fetches. */
export const JWKS_MAX_BYTES = 64 * 1024;
export const JWKS_MAX_KEYS = 20;
export const JWKS_FRESH_MS = 10 * 60_000;
export const JWKS_STALE_MS = 24 * 60 * 60_000;
export const JWKS_REFETCH_MS = 30_000;
/** Time (ms) another server may take to answer, and bytes it may answer with. */
export const PROVIDER_TIMEOUT_MS = 5000;
export const PROVIDER_MAX_BYTES = 256 * 1024;

/** Providers one installation may have: the sign-in page shows a button for each. */
export const PROVIDERS_MAX = 20;
/** Roles of a provider that may be mapped to ours, and roles of one person that are looked at. */
export const ROLE_MAP_MAX = 100;
export const CLAIMED_ROLES_MAX = 1000;
/** Characters of a path to go to after signing in. */
export const TARGET_MAX_CHARS = 2000;
/** Characters of an ID token that is kept as a hint for signing out: it travels in an address, and servers take 8 kB of those. */
export const ID_TOKEN_HINT_MAX_CHARS = 6000;

/** Time (ms) one letter may take to be handed over: connecting, TLS and a dozen lines of SMTP. */
export const MAIL_TIMEOUT_MS = 15_000;
/** The same for the one letter that is sent behind an answer: the platform stops such work after 30 s, database and all. */
export const MAIL_SOON_TIMEOUT_MS = 12_000;
/** Hand-overs of one letter that a server may refuse for now, and the age (ms) at which it is given up. */
export const MAIL_ATTEMPTS_MAX = 5;
export const MAIL_GIVE_UP_MS = 60 * 60_000;
/** Age (ms) of a claim after which its process is gone; the letter may be out, and is never sent again. */
export const MAIL_CLAIM_MS = 5 * 60_000;
/** Letters one run sends; the next goes on. */
export const MAIL_PER_RUN = 20;
/** Time (ms) the outbox remembers a letter and whom it went to. */
export const MAIL_KEEP_MS = 7 * 24 * 60 * 60_000;
/** Bytes of one answer of a mail server. */
export const SMTP_REPLY_MAX_BYTES = 16 * 1024;

/** Life (ms) of the ticket that opens one WebSocket. */
export const SOCKET_TICKET_LIFE_MS = 30_000;
/** Tickets one user may have unused: a page opens one socket, a flood opens none. */
export const SOCKET_TICKETS_MAX = 50;

/** Longest side (px) of a render: four times a 1080p screen, and what a print of a page needs. */
export const RENDER_MAX_SIDE_PX = 4096;
/**
 * Pixels of a render, by how it is made: JPEG without effects stays in 1.5 bytes a pixel, everything else is RGBA in memory once
 * or twice, and libraries take their own beside it. Chosen so that no render passes RENDER_MEMORY_BYTES.
 */
export const RENDER_MAX_PIXELS = {
  jpg: RENDER_MAX_SIDE_PX ** 2,
  rgba: 4_000_000,
  webp: 2_500_000,
  avif: 1_200_000,
} as const;
/**
 * Pixels of an original that a render is made from; of a larger one it is made from the largest rendition. Libraries hold all of
 * its pixels and more (WebP 9 bytes a pixel, AVIF 26, our GIF reader 6), and the result has to fit beside them.
 */
export const RENDER_SOURCE_MAX_PIXELS: Readonly<Record<string, number>> = {
  "image/jpeg": ADMIT_MAX_PIXELS,
  "image/png": ADMIT_MAX_PIXELS,
  "image/webp": 4_000_000,
  "image/avif": 1_500_000,
  "image/gif": 6_000_000,
};
/** Memory (bytes) one render may take at its peak: half an isolate, so that two overlap or one has room for its surroundings. */
export const RENDER_MEMORY_BYTES = 64 * 1024 * 1024;
/** Options one address may carry, and characters of an address's options. */
export const TRANSFORM_MAX_OPTIONS = 32;
export const TRANSFORM_MAX_CHARS = 2000;
/** Characters of the name an address gives a render, and of the file it is saved as: every file system takes 255 bytes. */
export const RENDER_FILE_NAME_MAX_CHARS = 80;
/** Longest side (px) of a photo an address may cut from: JPEG's own. */
export const SOURCE_MAX_SIDE_PX = 65_535;
/** Device pixel ratio an address may multiply its sizes by. */
export const DPR_MAX = 4;
/**
 * Sizes (px) and qualities whose renders are kept in storage. Others are made exactly as asked and kept nowhere, so that counting
 * up a number cannot fill a bucket; RENDERS_PER_MINUTE limits what that costs.
 */
export const SIZE_LADDER: readonly number[] = [
  16, 24, 32, 40, 48, 64, 72, 80, 96, 100, 120, 128, 144, 150, 160, 180, 192, 200, 240, 256, 300, 320, 360, 384, 400,
  480, 500, 512, 600, 640, 720, 750, 768, 800, 828, 900, 960, 1000, 1024, 1080, 1170, 1200, 1280, 1366, 1440, 1536,
  1600, 1920, 2000, 2048, 2400, 2560, 2880, 3000, 3072, 3200, 3840, 4000, 4096,
];
export const QUALITY_STEP = 5;
/** Versions (saved transforms and dithers) a photo may have. */
export const VERSIONS_MAX_PER_PHOTO = 100;
/** Attempts a version gets before it fails, and how long (ms) one attempt owns it: longer than the 60 s of CPU it may burn. */
export const VERSION_MAX_ATTEMPTS = 5;
export const VERSION_LEASE_MS = 120_000;
/** Time (s) a version rests after its nth attempt broke off: this to the power of n. All rests together outlast five minutes without R2 or D1. */
export const VERSION_REST_BASE_SECONDS = 4;
/** Keys for signed addresses an account may have that still open something. */
export const URL_KEYS_MAX_PER_USER = 20;
/** Longest life (ms) of a signed address, and the life of one that names none. */
export const SIGNED_URL_MAX_LIFE_MS = 365 * 24 * 60 * 60_000;
export const SIGNED_URL_LIFE_MS = 30 * 24 * 60 * 60_000;
/** Photos of one ZIP: each is two calls of R2 (is it there, and its bytes), and a request has 1,000 calls where it has least. */
export const ARCHIVE_MAX_PHOTOS = 480;
/** Photos of one ZIP of renders: all are made before the first byte leaves, because the length is said beforehand. */
export const ARCHIVE_MAX_RENDERS = 60;
/** Life (ms) of a render in the Cache API: it ends what a purge cannot reach, the caches of other places. */
export const RENDER_CACHE_LIFE_MS = 24 * 60 * 60_000;
/** Largest render (bytes) that is put there: while it is copied, what a slow client has not read yet is in memory. */
export const RENDER_CACHED_MAX_BYTES = 4 * 1024 * 1024;
/** Life (ms) of a picture behind a signed address in the browser that opened it: an address that was ended is gone by then. */
export const SIGNED_PICTURE_LIFE_MS = 5 * 60_000;

/** Longest wait (ms) of the first image API's callers for a photo that is still being looked at. */
export const SEED_PATIENCE_MS = 8000;
/** What is fetched from an address somebody gave: time (ms) to the headers and in all, hops, characters. */
export const IMPORT_HEADERS_TIMEOUT_MS = 5000;
export const IMPORT_TIMEOUT_MS = 30_000;
export const IMPORT_MAX_REDIRECTS = 3;
export const IMPORT_URL_MAX_CHARS = 2048;
/** Bytes of a picture from an address that are held whole; a larger one (FILE_MAX_BYTES at most) must come with its length. */
export const IMPORT_HELD_MAX_BYTES = 16 * 1024 * 1024;
/** Bytes of a resolver's answer: a name with a hundred addresses has 6 kB. */
export const DNS_ANSWER_MAX_BYTES = 64 * 1024;
/** Bytes of a picture sent as base64 inside JSON: the text, its decoded bytes and the parser's copy are in memory at once. */
export const BASE64_MAX_BYTES = 16 * 1024 * 1024;
/** Bytes of a JSON body with such a picture in it: four characters for three bytes, and line ends. */
export const BASE64_BODY_MAX_BYTES = 23 * 1024 * 1024;

/**
 * Bytes of every piece of a resumable upload but the last, and so what a broken connection costs at most. Fixed, because each is
 * an object of its own until the file is whole: a client that sent single bytes would make a hundred million of them.
 */
export const TUS_PART_BYTES = 8 * 1024 * 1024;
/** Size (bytes) from which a manifest sends a file to the resumable route. */
export const TUS_MIN_BYTES = 16 * 1024 * 1024;
/** Life (ms) of a resumable upload nobody goes on with; its room is held as long. */
export const TUS_LIFE_MS = 24 * 60 * 60_000;
/** Time (ms) a writer may be silent before another may take over: networks stall for seconds, half-open connections for minutes. */
export const TUS_LEASE_MS = 15_000;
/** Time (ms) between two notes that a writer is still there. */
export const TUS_LEASE_RENEW_MS = 5000;
/** Time (ms) between two notes that room is still held for an upload: well below UPLOAD_ABANDON_AFTER_MS. */
export const TUS_ROOM_RENEW_MS = 30 * 60_000;
/** Time (ms) after which an upload that is whole is finished without its client: longer than any request takes to do it. */
export const TUS_FINISH_AFTER_MS = 60_000;
/** Characters of Upload-Metadata: file names of FILENAME_MAX_CHARS in base64 and a few short fields. */
export const TUS_METADATA_MAX_CHARS = 8192;

/**
 * What one account, or one network (an IPv4 address, an IPv6 /64), may try: `most` within `withinMs`. An account's limit is
 * the lower one, because a network may be an office; failures count, and for mail every letter.
 */
export const ATTEMPT_LIMITS = {
  "sign-in:account": { most: 10, withinMs: 15 * 60_000 },
  "sign-in:network": { most: 100, withinMs: 15 * 60_000 },
  "mail:account": { most: 5, withinMs: 60 * 60_000 },
  "mail:network": { most: 30, withinMs: 60 * 60_000 },
  "register:network": { most: 20, withinMs: 60 * 60_000 },
  "device-code:account": { most: 10, withinMs: 15 * 60_000 },
  "device-start:network": { most: 60, withinMs: 15 * 60_000 },
  "import:account": { most: 20, withinMs: 60 * 60_000 },
  /** Renders that were not in storage: each costs up to seconds of CPU. */
  "render:account": { most: 600, withinMs: 60_000 },
  /** The same by signed addresses, counted apart: whoever looks at a public picture must not take from its owner's own share. */
  "render:public": { most: 300, withinMs: 60_000 },
  /** Renders put in storage, some hundred KB each; further ones are made all the same, and kept by the edge alone. */
  "render-kept:account": { most: 5000, withinMs: 24 * 60 * 60_000 },
} as const satisfies Record<string, { most: number; withinMs: number }>;
export type AttemptKind = keyof typeof ATTEMPT_LIMITS;
