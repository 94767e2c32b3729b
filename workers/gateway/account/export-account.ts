// A copy of everything of one's own, in parts: each a ZIP that is written while it is read, with a length known beforehand.
import type { Context } from "hono";
import { listAfter, ORIGINALS_PREFIX, originalKey } from "../../../shared/adapters/objects.ts";
import type { AccountExport } from "../../../shared/contracts/account.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import type { UserId } from "../../../shared/contracts/ids.ts";
import {
  type ExportPhotoRow,
  exportAccount,
  exportParts,
  exportPhotos,
} from "../../../shared/db/account/export-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { recordAct } from "../identity/audit.ts";
import { isoTime, isoTimeOrNull } from "../iso-time.ts";
import { streamZip, type ZipEntry } from "../stream-zip.ts";
import { safeFileNames } from "./safe-file-names.ts";

export async function describeExport(db: D1Database, userId: UserId): Promise<AccountExport> {
  const rows = (await exportParts(db, userId)).filter(({ part, photos }) => part === 1 || photos > 0);
  // Somebody without a photo has an account to take along.
  const parts = rows.length === 0 ? [{ part: 1, photos: 0, bytes: 0 }] : rows;
  return {
    photos: parts.reduce((sum, { photos }) => sum + photos, 0),
    bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
    parts: parts.map((part) => ({ ...part, url: `/api/v1/account/export/${part.part}` })),
  };
}

/** @throws AppError not-found when there is no such part */
export async function streamExportPart(c: Context<AppEnv>, part: number): Promise<Response> {
  const { deps, principal } = c.var;
  const { userId } = principal;
  const photos = await exportPhotos(deps.db, userId, part);
  if (photos === null) throw new AppError("not-found", "The export has no such part.");
  const folder = String(part).padStart(3, "0");
  const { originals, listed } = await originalsOf(deps.bucket, userId, photos, folder);
  const now = new Date(deps.now());
  const entries = [
    ...(part === 1 ? [jsonEntry("account.json", await readAccount(deps.db, userId), now)] : []),
    jsonEntry(`photos-${folder}.json`, listed, now),
    ...originals,
  ];
  await recordAct(c, { action: "account.exported", subjectId: userId, details: { part, photos: originals.length } });
  return streamZip(`heliograph-${folder}.zip`, entries, c.req.method);
}

function jsonEntry(name: string, value: unknown, lastModified: Date): ZipEntry {
  const bytes = new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
  return { name, sizeBytes: bytes.byteLength, lastModified, open: async () => bytes };
}

/** Originals that are in storage, by its word; what is known about each photo names its file, or none. */
async function originalsOf(
  bucket: R2Bucket,
  userId: UserId,
  photos: readonly ExportPhotoRow[],
  folder: string,
): Promise<{ originals: ZipEntry[]; listed: unknown[] }> {
  const sizes = await storedSizes(bucket, userId, photos);
  const nameOf = safeFileNames();
  const originals: ZipEntry[] = [];
  const listed = photos.map(({ gen, favourite, createdAt, deletedAt, ...photo }) => {
    const key = originalKey({ userId, photoId: photo.id, gen });
    const size = sizes.get(key);
    const file = size === undefined ? null : `photos/${folder}/${nameOf(photo.filename)}`;
    if (size !== undefined && file !== null)
      originals.push({
        name: file,
        sizeBytes: size,
        lastModified: new Date(createdAt),
        open: () => openOriginal(bucket, key),
      });
    return {
      file,
      ...photo,
      favourite: favourite !== 0,
      createdAt: isoTimeOrNull(createdAt),
      deletedAt: isoTimeOrNull(deletedAt),
    };
  });
  return { originals, listed };
}

/** Sizes by key, from listings: cheaper than asking for each, and the truth about what is there. */
async function storedSizes(
  bucket: R2Bucket,
  userId: UserId,
  photos: readonly ExportPhotoRow[],
): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  const [first, last] = [photos[0], photos.at(-1)];
  if (first === undefined || last === undefined) return sizes;
  const prefix = `${ORIGINALS_PREFIX}${userId}/`;
  // Ids and keys have the same order; nothing sorts between an id and the slash after it.
  let after: string | null = `${prefix}${first.id}`;
  while (after !== null) {
    const { objects, truncated } = await listAfter(bucket, prefix, after);
    for (const { key, size } of objects) sizes.set(key, size);
    const lastKey: string | undefined = objects.at(-1)?.key;
    after = truncated && lastKey !== undefined && lastKey < `${prefix}${last.id}0` ? lastKey : null;
  }
  return sizes;
}

async function openOriginal(bucket: R2Bucket, key: string): Promise<ReadableStream<Uint8Array>> {
  const object = await bucket.get(key);
  if (object === null) throw new Error("an original went while it was being exported");
  return object.body;
}

async function readAccount(db: D1Database, userId: UserId): Promise<Record<string, unknown>> {
  const { profile, ...lists } = await exportAccount(db, userId);
  const readable = (row: Record<string, unknown>) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        ["scopes", "details", "photos"].includes(name) ? JSON.parse(String(value)) : readableTime(name, value),
      ]),
    );
  return {
    ...readable(profile?.[0] ?? {}),
    ...Object.fromEntries(Object.entries(lists).map(([name, rows]) => [name, rows.map(readable)])),
  };
}

function readableTime(name: string, value: unknown): unknown {
  return typeof value === "number" && /(?:^at|At)$/.test(name) ? isoTime(value) : value;
}
