// POST /batches: which of these files are new, which are already here, which cannot be taken. Idempotent: the same
// manifest gives the same answers, and more files extend the same batch.
import type { BatchCreated, CreateBatch, ManifestAnswer, ManifestFile } from "../../shared/contracts/batches.ts";
import { type InlineProblem, inlineProblem } from "../../shared/contracts/errors.ts";
import type { BatchId, PhotoId, UserId } from "../../shared/contracts/ids.ts";
import { FILE_MAX_BYTES, TUS_MIN_BYTES } from "../../shared/contracts/limits.ts";
import { type BatchFile, batchReport, openBatch, recordBatchFiles } from "../../shared/db/photos/batch-statements.ts";
import { type PhotoRow, toReport } from "../../shared/db/photos/photo-row.ts";
import { admitUploads, readRoom, type UploadIntent } from "../../shared/db/photos/upload-statements.ts";
import { isAcceptedType } from "./accepted-types.ts";
import type { GatewayDeps } from "./deps.ts";
import { describeNoRoom } from "./describe-no-room.ts";

export type AdmitDeps = Pick<GatewayDeps, "db" | "progress" | "digest" | "newId" | "now">;

export async function admitBatch(deps: AdmitDeps, userId: UserId, manifest: CreateBatch): Promise<BatchCreated> {
  const now = deps.now();
  const batchId = await openBatch(
    deps.db,
    {
      id: deps.newId(),
      userId,
      clientBatchId: manifest.clientBatchId,
      declared: Math.max(manifest.expected, manifest.files.length),
    },
    now,
  );
  const fileKeys = await fileKeysOf(deps, manifest.files);
  const entries = manifest.files.map((file, i) => ({ file, fileKey: fileKeys[i] ?? "", problem: refusalOf(file) }));

  const admitted = entries.filter((entry) => entry.problem === null);
  const intents = admitted.map(({ file, fileKey }) => toIntent(deps, batchId, file, fileKey));
  const rows = await admitUploads(deps.db, userId, intents, now);
  const rowOf = new Map(admitted.map((entry, i) => [entry, rows[i]]));
  const intentOf = new Map(admitted.map((entry, i) => [entry, intents[i]]));

  const room = rows.includes(undefined) ? await readRoom(deps.db, userId) : null;
  const answers: ManifestAnswer[] = entries.map((entry) => {
    if (entry.problem !== null) return { action: "rejected", problem: entry.problem };
    const row = rowOf.get(entry);
    if (row !== undefined) return answerFor(row);
    return {
      action: "rejected",
      problem: inlineProblem("quota-exceeded", describeNoRoom(entry.file.size, room)),
    };
  });
  const photos = await recordBatchFiles(
    deps.db,
    batchId,
    userId,
    entries.map((entry, i) => batchFileOf(entry.fileKey, answers[i], intentOf.get(entry), rowOf.get(entry))),
    now,
  );
  await reportBatch(deps, userId, batchId as BatchId, photos);
  return { batchId: batchId as BatchId, files: answers };
}

/** A file whose photo was deleted is refused, but stays that photo's: a restore brings it back into the batch. */
function batchFileOf(
  fileKey: string,
  answer: ManifestAnswer | undefined,
  intent: UploadIntent | undefined,
  row: PhotoRow | undefined,
): BatchFile {
  if (row !== undefined) return { fileKey, photoId: row.id, isNew: row.id === intent?.photoId, rejected: null };
  return {
    fileKey,
    photoId: null,
    isNew: false,
    rejected: answer?.action === "rejected" ? answer.problem.code : "internal",
  };
}

/** One key per entry, the same for the same manifest. Entries that say the same are told apart by their order: each is declared. */
async function fileKeysOf(deps: AdmitDeps, files: readonly ManifestFile[]): Promise<string[]> {
  const seen = new Map<string, number>();
  const keys = [];
  for (const { name, size, mtime, sha256 } of files) {
    const key = await deps.digest(new TextEncoder().encode(JSON.stringify([name, size, mtime, sha256 ?? null])));
    const copies = seen.get(key) ?? 0;
    seen.set(key, copies + 1);
    keys.push(copies === 0 ? key : `${key}#${copies}`);
  }
  return keys;
}

function refusalOf(file: ManifestFile): InlineProblem | null {
  if (file.size === 0) return inlineProblem("empty-file", "The file has no bytes.");
  if (file.size > FILE_MAX_BYTES)
    return inlineProblem("file-too-large", `The file has ${file.size} bytes; the limit is ${FILE_MAX_BYTES}.`);
  if (!isAcceptedType(file.type, file.name))
    return inlineProblem(
      "unsupported-type",
      `${file.type === "" ? "A file of this name" : file.type} is not a photo format we read.`,
    );
  return null;
}

function toIntent(deps: AdmitDeps, batchId: string, file: ManifestFile, fileKey: string): UploadIntent {
  return {
    photoId: deps.newId(),
    uploadKey: `batch:${batchId}:${fileKey}`,
    filename: file.name,
    mime: file.type === "" ? "application/octet-stream" : file.type,
    bytes: file.size,
    sha256: file.sha256 ?? null,
  };
}

function answerFor(row: PhotoRow): ManifestAnswer {
  const photoId = row.id as PhotoId;
  switch (row.lifecycle) {
    case "stored":
      return { action: "exists", photoId };
    case "uploading":
    case "abandoned":
      // The same photo takes its bytes in one PUT as well.
      return row.bytes >= TUS_MIN_BYTES
        ? { action: "tus", photoId, url: `/api/v1/uploads/tus/${photoId}` }
        : { action: "put", photoId, url: `/api/v1/photos/${photoId}/original` };
    case "deleted":
      return {
        action: "rejected",
        problem: inlineProblem("photo-deleted", "This upload was deleted after it was sent."),
      };
  }
}

async function reportBatch(
  deps: AdmitDeps,
  userId: UserId,
  batchId: BatchId,
  rows: readonly PhotoRow[],
): Promise<void> {
  const batch = await batchReport(deps.db, batchId, userId);
  await deps.progress.report({ userId, photos: rows.map(toReport), batches: batch === null ? [] : [batch] });
}
