// A selection of photos as one ZIP. Whatever could be missing is found out before the first byte leaves.
import type { Context } from "hono";
import { originalKey } from "../../shared/adapters/objects.ts";
import type { ArchiveRequest } from "../../shared/contracts/archives.ts";
import { AppError } from "../../shared/contracts/errors.ts";
import { ARCHIVE_MAX_RENDERS } from "../../shared/contracts/limits.ts";
import { parseOps } from "../../shared/contracts/transforms/parse-ops.ts";
import type { Transform } from "../../shared/contracts/transforms/transform.ts";
import { findPhotos } from "../../shared/db/photos/library-queries.ts";
import type { PhotoRow } from "../../shared/db/photos/photo-row.ts";
import { safeFileNames } from "./account/safe-file-names.ts";
import type { AppEnv } from "./app-env.ts";
import { flyRender } from "./render/open-render.ts";
import { resolveRender } from "./render/resolve-render.ts";
import { streamZip, type ZipEntry } from "./stream-zip.ts";

/** Photos that are looked for, or made, at the same time. */
const AT_ONCE = 6;

/** @throws AppError not-found, invalid-request, invalid-transform and what renders throw, each naming the photos it is about */
export async function archivePhotos(c: Context<AppEnv>, wanted: ArchiveRequest): Promise<Response> {
  const isOriginals = wanted.ops === undefined && wanted.format === undefined;
  const find = isOriginals ? findOriginal : findRender(readTransform(wanted));
  const rows = await findAll(c, wanted.photoIds);
  const nameOf = safeFileNames();
  const found = await eachAtOnce(rows, (row) => find(c, row));
  const entries: ZipEntry[] = found.map(({ key, sizeBytes, extension }, i) => {
    const row = rows[i];
    if (row === undefined) throw new Error("an entry without its photo");
    const filename =
      extension === null ? row.filename : `${row.filename.replace(/\.[A-Za-z0-9]{1,10}$/, "")}.${extension}`;
    return { name: nameOf(filename), sizeBytes, lastModified: new Date(row.createdAt), open: () => openStored(c, key) };
  });
  return streamZip("heliograph-photos.zip", entries, c.req.method);
}

/** In the order they were named in. */
async function findAll(c: Context<AppEnv>, photoIds: readonly string[]): Promise<PhotoRow[]> {
  const found = await findPhotos(c.var.deps.db, c.var.principal.userId, photoIds);
  const byId = new Map(found.map((row) => [row.id, row]));
  const missing = photoIds.flatMap((id, i) => (byId.has(id) ? [] : [problemOf(i, "There is no such photo.")]));
  if (missing.length > 0)
    throw new AppError("not-found", `${missing.length} of ${photoIds.length} photos are not there.`, {
      errors: missing,
    });
  return photoIds.flatMap((id) => byId.get(id) ?? []);
}

function readTransform({ photoIds, ops, format }: ArchiveRequest): Transform {
  const parsed = parseOps(ops ?? "", `photo.${format ?? "jpg"}`);
  if (parsed.problems !== undefined)
    throw new AppError("invalid-transform", "The options ask for what there is not.", { errors: [...parsed.problems] });
  if (photoIds.length > ARCHIVE_MAX_RENDERS)
    throw new AppError("invalid-request", `At most ${ARCHIVE_MAX_RENDERS} pictures are made for one ZIP.`, {
      errors: [{ pointer: "/photoIds", message: `must be at most ${ARCHIVE_MAX_RENDERS} with ops or format` }],
    });
  return parsed.transform;
}

interface FoundBytes {
  readonly key: string;
  readonly sizeBytes: number;
  /** Null keeps the photo's own. */
  readonly extension: string | null;
}

async function findOriginal(c: Context<AppEnv>, row: PhotoRow): Promise<FoundBytes> {
  const key = originalKey({ userId: row.userId, photoId: row.id, gen: row.gen });
  const object = await c.var.deps.bucket.head(key);
  if (object === null) throw new AppError("not-found", "The bytes are not in storage.");
  return { key, sizeBytes: object.size, extension: null };
}

function findRender(transform: Transform): (c: Context<AppEnv>, row: PhotoRow) => Promise<FoundBytes> {
  return async (c, row) => {
    const render = await resolveRender(c, { row, transform, isPublic: false });
    const { key } = render.request;
    if (key === null)
      throw new AppError(
        "invalid-transform",
        "A ZIP is made of pictures that are kept: choose one of the usual sizes.",
      );
    const { bucket } = c.var.deps;
    const stored = await bucket.head(key);
    if (stored === null && (await flyRender(c, render)).kind === "made")
      throw new AppError(
        "too-many-requests",
        "So many new pictures were kept today that a ZIP has to wait for tomorrow.",
      );
    const object = stored ?? (await bucket.head(key));
    if (object === null) throw new AppError("storage-unavailable", "A picture went while the ZIP was being prepared.");
    return { key, sizeBytes: object.size, extension: render.request.transform.format };
  };
}

async function openStored(c: Context<AppEnv>, key: string): Promise<ReadableStream<Uint8Array>> {
  const object = await c.var.deps.bucket.get(key);
  if (object === null) throw new Error("a picture went while it was being packed");
  return object.body;
}

/** Results in the order of the items. The first failure ends it, and says which item it was. */
async function eachAtOnce<Item, Result>(
  items: readonly Item[],
  visit: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = [...items.entries()].reverse();
  const worker = async (): Promise<void> => {
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const [i, item] = next;
      results[i] = await visit(item).catch((cause: unknown) => {
        queue.length = 0;
        if (!(cause instanceof AppError)) throw cause;
        const { code, detail, headers } = cause;
        throw new AppError(code, detail, { cause, headers: { ...headers }, errors: [problemOf(i, detail)] });
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

function problemOf(i: number, message: string): { pointer: string; message: string } {
  return { pointer: `/photoIds/${i}`, message };
}
