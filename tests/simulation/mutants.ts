// Deliberate mistakes in the product. Each must be noticed by an invariant; one that cannot be is justified in writing.
// Imports nothing: a worker thread applies the edits before it loads any code they change.

export interface Mutant {
  readonly name: string;
  /** End of the path of the file that is changed. */
  readonly file: string;
  /** Every occurrence is replaced; a text that does not occur fails the run, so no mutant goes stale unnoticed. */
  readonly edits: readonly (readonly [find: RegExp, replacement: string])[];
  /** A schedule that noticed it; tried before the search, because some mistakes need rare company. */
  readonly seed?: number;
  /** Why no invariant can notice it. */
  readonly survives?: string;
}

const STAGES = "shared/db/photos/stage-statements.ts";
const INDEX = "shared/db/photos/index-statements.ts";
const UPLOADS = "shared/db/photos/upload-statements.ts";
const CONSENT = "shared/db/consent/consent-statements.ts";
const DELETION = "shared/db/consent/deletion-statements.ts";
const MODELS = "shared/db/consent/model-statements.ts";
const REGISTER = "workers/progress/progress-register.ts";
const DECISIONS = "shared/db/photos/repair-decisions.ts";
const SWEEP = "workers/gateway/sweep.ts";
const QUOTAS = "0008_quotas.sql";

export const MUTANTS: readonly Mutant[] = [
  {
    name: "claims ignore the lease",
    file: STAGES,
    edits: [[/AND thumbnail_lease_until <= \?4 AND/g, "AND"]],
    survives:
      "Cost only: two attempts at once write the same renditions and race for one conditional finish. The lease saves work, not truth.",
  },
  { name: "nothing is swept", file: SWEEP, edits: [[/of passes\)/, "of passes.slice(99))"]] },
  {
    name: "a finish keeps the old rev",
    file: STAGES,
    edits: [[/latitude = \?11, longitude = \?12, rev = rev \+ 1,/, "latitude = ?11, longitude = ?12,"]],
  },
  {
    name: "the index finishes whatever became of the photo",
    file: INDEX,
    edits: [[/WHERE id = \?1 AND \$\{guard\} RETURNING/, "WHERE id = ?1 RETURNING"]],
  },
  {
    name: "faces are inserted without the guard",
    file: INDEX,
    edits: [[/FROM json_each\(\?(\d)\) WHERE \$\{guard\}/g, "FROM json_each(?$1) WHERE true"]],
  },
  {
    name: "faces outlive a purge",
    file: UPLOADS,
    edits: [
      [
        /DELETE FROM faces WHERE photo_id = \?1 AND user_id = \?2/,
        "DELETE FROM faces WHERE photo_id = ?1 AND user_id = ?2 AND false",
      ],
    ],
  },
  {
    name: "a dead letter overrides what ended",
    file: STAGES,
    edits: [[/AND \$\{stage\}_state IN \('pending', 'running'\) AND \$\{stage\}_lease_until <= \?4/, ""]],
  },
  {
    name: "the last report wins",
    file: REGISTER,
    edits: [[/(index_at = CASE excluded\.idx[^`]*?)\s+WHERE excluded\.rev > rev RETURNING 1/, "$1 RETURNING 1"]],
  },
  {
    name: "every report counts once more",
    file: REGISTER,
    edits: [[/photo\.id,\s+photo\.rev,\s+photo\.lifecycle/, "photo.id + seq, photo.rev, photo.lifecycle"]],
  },
  {
    name: "originals are overwritten",
    file: "shared/adapters/objects.ts",
    edits: [[/onlyIf: \{ etagDoesNotMatch: "\*" \},/, ""]],
  },
  {
    name: "the row says stored before the bytes are",
    file: "workers/gateway/receive-upload.ts",
    edits: [
      [
        /const put = await putOriginal\(/,
        "await recordStored(deps, row, { bytes: upload.sizeBytes, sha256: upload.sha256, mime });\n  const put = await putOriginal(",
      ],
    ],
  },
  {
    name: "the answer does not wait for R2",
    file: "workers/gateway/receive-upload.ts",
    edits: [
      [
        /const put = await putOriginal\(/,
        "const put = { kind: 'stored', object: { size: upload.sizeBytes, checksums: {} } };\n  void putOriginal(",
      ],
      [/filename: row\.filename, mime \}\);/, "filename: row.filename, mime }).catch(() => {});"],
    ],
  },
  {
    name: "an upload is abandoned whatever it is",
    file: UPLOADS,
    edits: [[/ AND lifecycle = 'uploading' AND stored_at IS NULL/, ""]],
  },
  {
    name: "bytes never revive an upload",
    file: DECISIONS,
    edits: [
      [/original \? "revive" : "none"/, '"none"'],
      [/isStale\(row, evidence\) \? "revive" : "wait"/, '"wait"'],
    ],
  },
  {
    name: "a claim takes any generation",
    file: STAGES,
    edits: [
      [
        /AND gen = \?3 AND lifecycle IN \('uploading', 'abandoned', 'stored'\)(\s+)AND thumbnail_state/,
        "AND ?3 > 0 AND lifecycle IN ('uploading', 'abandoned', 'stored')$1AND thumbnail_state",
      ],
    ],
  },
  {
    name: "a claim brings deleted photos back",
    file: STAGES,
    edits: [
      [/AND lifecycle IN \('uploading', 'abandoned', 'stored'\)(\s+)AND thumbnail_state/, "$1AND thumbnail_state"],
    ],
  },
  {
    name: "attempts have no cap",
    file: STAGES,
    edits: [[/ AND thumbnail_attempts < \$\{STAGE_MAX_ATTEMPTS\}/g, ""]],
  },
  {
    name: "a repeated event does not forward",
    file: "shared/adapters/settle-missed-claim.ts",
    edits: [[/if \(missed\.forward\) await forward\(\);/, ""]],
    survives:
      "Latency only: the sweep sends the index message of a photo that waits for one for longer than five minutes.",
  },
  {
    name: "totals ignore updates",
    file: "0001_user_totals.sql",
    edits: [
      [
        /UPDATE users SET\s+storage_bytes = storage_bytes\s+\+ \(NEW[\s\S]*?OLD\.bytes[\s\S]*?WHERE id = NEW\.user_id;/,
        "SELECT 1;",
      ],
    ],
  },
  {
    name: "content is not unique",
    file: "0000_init.sql",
    edits: [[/CREATE UNIQUE INDEX `photos_content`/, "CREATE INDEX `photos_content`"]],
  },
  {
    name: "anybody trashes any photo",
    file: UPLOADS,
    edits: [
      [
        /WHERE id = \?1 AND user_id = \?2 AND lifecycle <> 'deleted'/,
        "WHERE id = ?1 AND ?2 <> '' AND lifecycle <> 'deleted'",
      ],
    ],
  },
  {
    name: "the sweep takes renditions of live photos for dead",
    file: SWEEP,
    edits: [[/row === null \|\| row\.purgedAt !== null/, 'row === null || row.indexState === "done"']],
  },
  {
    name: "a purge does not look again",
    seed: 98,
    file: UPLOADS,
    edits: [[/`lifecycle = 'deleted' AND deleted_at <= \?3 - \$\{TRASH_KEEP_MS\}`/, '"true"']],
  },
  {
    name: "a recovered row starts over",
    file: UPLOADS,
    edits: [[/'stored', \?9, 'recovered:'/, "'stored', 1, 'recovered:'"]],
  },
  {
    name: "a recovered row takes a taken digest",
    file: UPLOADS,
    edits: [[/CASE WHEN \$\{DIGEST_IS_FREE\} THEN \?3 END, \?8/, "?3, ?8"]],
  },
  { name: "a photo never leaves a batch", file: REGISTER, edits: [[/if \(isNewer\) \{/, "if (false) {"]] },
  {
    name: "joining a batch keeps the old rev",
    file: "shared/db/photos/batch-statements.ts",
    edits: [[/UPDATE photos SET rev = rev \+ 1, changed_at = \?4/, "UPDATE photos SET changed_at = ?4"]],
  },
  {
    name: "a refused file is still waited for",
    file: "shared/db/photos/batch-statements.ts",
    edits: [[/UPDATE batches SET rev = rev \+ 1, (touched_at = \?3 WHERE user_id = \?2 AND)/, "UPDATE batches SET $1"]],
  },
  {
    name: "lost renditions end the index",
    seed: 623,
    file: STAGES,
    edits: [[/CASE WHEN \$\{WAS_INDEXED\} THEN 'done' ELSE 'skipped' END/, "'skipped'"]],
  },
  {
    name: "a restore overlooks the copy",
    file: UPLOADS,
    edits: [
      [
        /AND NOT EXISTS \(SELECT 1 FROM photos AS twin WHERE twin\.user_id = \?2 AND twin\.sha256 = photos\.sha256[^)]*\)/,
        "",
      ],
    ],
  },
  {
    name: "arrival brings deleted photos back",
    file: UPLOADS,
    edits: [[/(WHERE id = \?1 AND user_id = \?2) AND lifecycle IN \('uploading', 'abandoned'\)/, "$1"]],
  },
  {
    name: "only who is listed has renditions to lose",
    seed: 20,
    file: SWEEP,
    edits: [
      [
        /for \(const row of finished\) \{/,
        "for (const row of finished.filter(({ userId }) => objects.some(({ key }) => key.includes(userId)))) {",
      ],
    ],
  },
  {
    name: "a recovered photo keeps the faces of the lost row",
    seed: 22933,
    file: UPLOADS,
    edits: [
      [
        /DELETE FROM faces WHERE photo_id = \?1 AND NOT EXISTS/,
        "DELETE FROM faces WHERE false AND photo_id = ?1 AND NOT EXISTS",
      ],
    ],
  },
  {
    name: "a recovered photo is not expected again",
    survives:
      "Latency only: an open batch expects one photo less until it closes or is sent again, and a batch that is idle for as long as a recovery takes has closed (one schedule in 25,000 noticed it).",
    file: UPLOADS,
    edits: [
      [/UPDATE batches SET rev = rev \+ 1 WHERE user_id = \?2/, "UPDATE batches SET rev = rev WHERE user_id = ?2"],
    ],
  },
  {
    name: "a tombstone is forgotten before its bytes are gone",
    seed: 1116,
    file: SWEEP,
    edits: [[/await deletePhotoObjects\(deps\.bucket, userId, id\);(\s+)return await forget/, "$1return await forget"]],
  },
  {
    name: "a lost row is made again from an old listing",
    seed: 8659,
    file: "workers/gateway/apply-repair.ts",
    edits: [[/const object = await deps\.bucket\.head\(listed\.key\);/, "const object = listed;"]],
  },
  {
    name: "the hub remembers what D1 forgot",
    seed: 298,
    file: "workers/progress/reconcile.ts",
    edits: [[/if \(isComparison\) \{/, "if (false) {"]],
  },
  {
    name: "late renditions of a removed photo stay",
    file: "workers/thumbnailer/make-thumbnails.ts",
    edits: [[/await deleteKeys\(deps\.bucket, renditionKeys\(photo\)\);/, "void deleteKeys; void renditionKeys;"]],
    survives:
      "Latency only: the sweep removes the objects of tombstones again and again while an older attempt may still write.",
  },
  {
    name: "nobody looks after removed photos",
    file: SWEEP,
    edits: [
      [
        /of await recentTombstones\(deps\.db, deps\.now\(\), ROWS_PER_PAGE\)/,
        "of [] as { id: string; userId: string }[]",
      ],
      [/row === null \|\| row\.purgedAt !== null/, "row === null"],
    ],
  },
  {
    name: "nobody reads dead letters",
    file: "shared/adapters/fail-dead-letter.ts",
    edits: [[/const now = deps\.now\(\);/, 'const now = deps.now();\n  if (now > 0) return { kind: "done" };']],
    survives: "Latency only: the sweep enqueues the stage again until its attempts are used up, and then fails it.",
  },
  {
    name: "the claim asks nobody for consent",
    file: INDEX,
    edits: [
      [/const consent = `EXISTS \(SELECT 1 FROM users WHERE users\.id = \?2 AND [^`]*`;/, "const consent = `true`;"],
    ],
  },
  {
    name: "consent is asked for at the claim only",
    file: INDEX,
    edits: [[/AND users\.face_epoch = \?4 AND \$\{mayRecogniseSql\(preset\)\}\)\n {4}AND NOT/, ")\n    AND NOT"]],
  },
  {
    name: "an attempt outlives a withdrawal that was taken back",
    file: INDEX,
    edits: [[/AND users\.face_epoch = \?4 (AND \$\{mayRecogniseSql\(preset\)\}\)\n {4}AND NOT)/, "$1"]],
  },
  {
    name: "a yes keeps the epoch",
    file: CONSENT,
    edits: [[/face_epoch = face_epoch \+ \$\{mustForgetSql\(preset\)\},/, ""]],
  },
  {
    name: "a yes does not delete what a no has left",
    file: "workers/gateway/change-consent.ts",
    edits: [[/if \(mustForget\(before\.state, preset\)\) await deleteFaceData/, "if (false) await deleteFaceData"]],
    survives: "Latency only: the yes is refused until the people index or the sweep has deleted it.",
  },
  {
    name: "a deletion does not notice that consent is back",
    file: DELETION,
    edits: [
      [
        /return `EXISTS \(SELECT 1 FROM users WHERE users\.id = \?1 AND users\.face_epoch = \?2[^`]*`;/,
        "return (void preset, `(?1 <> '' AND ?2 >= 0)`);",
      ],
    ],
  },
  {
    name: "a withdrawal leaves the photos as they are",
    file: "shared/adapters/delete-face-data.ts",
    edits: [
      [
        /const photos = await forgetPhotos\(deps, withdrawn, calls\);/,
        "const photos = { isDone: true, deleted: 0 }; void forgetPhotos;",
      ],
    ],
  },
  {
    name: "a withdrawal leaves the rows as they are",
    file: "shared/adapters/delete-face-data.ts",
    edits: [
      [
        /const rows = await deleteRows\(deps, withdrawn, calls\);/,
        "const rows = { isDone: true, deleted: 0 }; void deleteRows;",
      ],
    ],
  },
  {
    name: "a withdrawal is answered before the key is destroyed",
    file: "workers/gateway/change-consent.ts",
    edits: [
      [
        /if \(withdrawn !== null\) await destroyVaults/,
        "if (withdrawn !== null) void destroyVaults; else await destroyVaults",
      ],
    ],
  },
  {
    name: "crops outlive a withdrawal",
    file: "shared/adapters/delete-face-data.ts",
    edits: [
      [
        /const crops = await deleteCrops\(deps, userId, calls\);/,
        "const crops = { isDone: true, deleted: 0 }; void deleteCrops;",
      ],
    ],
    survives: "Latency only: the sweep removes crops whose face is gone or whose owner withdrew.",
  },
  { name: "nobody sweeps consent", file: SWEEP, edits: [[/\["consent", \(\) => sweepConsent\(deps, report\)\],/, ""]] },
  { name: "nobody sweeps keys", file: SWEEP, edits: [[/\["keys", \(\) => sweepKeys\(deps, report\)\],/, ""]] },
  {
    name: "a face that is seen again is a new one",
    file: "workers/embedder/plan-faces.ts",
    edits: [[/faces\[matches\[i\] \?\? -1\]\?\.id \?\? null/, "(void matches, null)"]],
  },
  {
    name: "old vectors go before the new ones are through",
    file: INDEX,
    edits: [[/\s+AND model_id IS NOT \(SELECT face_model_id FROM users WHERE users\.id = \?2\)/, ""]],
  },
  {
    name: "nothing is indexed again by a new model",
    file: MODELS,
    edits: [[/LIMIT \?3\)\n {7}RETURNING/, "LIMIT ?3 * 0)\n       RETURNING"]],
  },
  {
    name: "announcements are not held against the limit",
    file: QUOTAS,
    edits: [[/(BEFORE INSERT ON photos WHEN NEW\.stored_at IS NULL)/, "$1 AND NEW.bytes > 1000000"]],
  },
  {
    name: "an upload that is taken up again is not held against the limit",
    seed: 85,
    file: QUOTAS,
    edits: [
      [/more\.bytes > 0 AND/, "more.bytes > 1000000 AND"],
      [/more\.photos > 0 AND/, "more.photos > 1000000 AND"],
    ],
  },
  {
    name: "the room of an abandoned upload is not given back",
    file: QUOTAS,
    edits: [
      [
        /- \(OLD\.lifecycle = 'uploading' AND OLD\.stored_at IS NULL\) \* OLD\.bytes,\n {4}reserved_photos/,
        ",\n    reserved_photos",
      ],
    ],
  },
  {
    name: "bytes without room stay",
    file: "workers/gateway/settle-late-bytes.ts",
    edits: [[/await deletePhotoObjects\(deps\.bucket, userId, id\);/, "void deletePhotoObjects;"]],
    survives: "Latency only: the sweep removes the objects of tombstones.",
  },
  {
    name: "bytes that came for a trashed photo are nobody's",
    file: DECISIONS,
    edits: [[/isStale\(row, evidence\) \? "count-trashed" : "wait"/, '"none"']],
  },
  {
    name: "an abandoned upload arrives without asking for room",
    file: "workers/gateway/receive-upload.ts",
    edits: [
      [/if \(announced\.lifecycle !== "abandoned"\) return announced;/, "if (announced !== null) return announced;"],
    ],
    survives:
      "Cost only: its bytes are sent and stored before they are refused; the database lets them in under the same condition.",
  },
];
