// POST: what a tus client says of the file it is about to send becomes a photo that is awaited, as a manifest's entry does. Ids are
// made here; of the client's names only the file's own is kept.

import { ManifestFile } from "../../../shared/contracts/batches.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import type { UserId } from "../../../shared/contracts/ids.ts";
import { FILE_MAX_BYTES, FILENAME_MAX_CHARS, TUS_METADATA_MAX_CHARS } from "../../../shared/contracts/limits.ts";
import type { PhotoRow } from "../../../shared/db/photos/photo-row.ts";
import { admitUploads, readRoom } from "../../../shared/db/photos/upload-statements.ts";
import { isAcceptedType } from "../accepted-types.ts";
import type { GatewayDeps } from "../deps.ts";
import { describeNoRoom } from "../describe-no-room.ts";
import { invalidRequest } from "../problem.ts";
import type { TusMetadata } from "./tus-namespace.ts";

/**
 * @param metadata may name `filename` (or `name`), `filetype` (or `type`) and `sha256`; with the last, a file that is on its way
 *   or in the library already is that one
 * @throws AppError invalid-request, empty-file, file-too-large, unsupported-type, quota-exceeded, size-mismatch
 */
export async function announceUpload(
  deps: Pick<GatewayDeps, "db" | "newId" | "now">,
  userId: UserId,
  headers: Headers,
  metadata: TusMetadata,
): Promise<PhotoRow> {
  if ((headers.get("upload-metadata")?.length ?? 0) > TUS_METADATA_MAX_CHARS)
    throw new AppError("invalid-request", `Upload-Metadata takes at most ${TUS_METADATA_MAX_CHARS} characters.`);
  const file = describeFile(Number(headers.get("upload-length")), metadata);
  if (file.size === 0) throw new AppError("empty-file", "Upload-Length is 0.");
  if (file.size > FILE_MAX_BYTES)
    throw new AppError("file-too-large", `Upload-Length is ${file.size}; the limit is ${FILE_MAX_BYTES} bytes.`, {
      headers: { "tus-max-size": String(FILE_MAX_BYTES) },
    });
  // Who says nothing of the type is believed: the bytes decide.
  if (!isAcceptedType(file.type, file.name) && (file.type !== "" || file.name !== UNNAMED))
    throw new AppError("unsupported-type", `${file.type || "A file of this name"} is not a photo format we read.`);
  const intent = {
    photoId: deps.newId(),
    uploadKey: `tus:${deps.newId()}`,
    filename: file.name,
    mime: file.type || "application/octet-stream",
    bytes: file.size,
    sha256: file.sha256 ?? null,
  };
  const [row] = await admitUploads(deps.db, userId, [intent], deps.now());
  if (row === undefined)
    throw new AppError("quota-exceeded", describeNoRoom(file.size, await readRoom(deps.db, userId)));
  if (row.bytes !== file.size)
    throw new AppError("size-mismatch", `A file with this SHA-256 was announced with ${row.bytes} bytes.`);
  return row;
}

const UNNAMED = "photo";

function describeFile(size: number, metadata: TusMetadata): ManifestFile {
  const { filename, name, filetype, type, sha256 } = metadata;
  const parsed = ManifestFile.safeParse({
    name: (filename ?? name ?? "").slice(-FILENAME_MAX_CHARS) || UNNAMED,
    size,
    type: filetype ?? type ?? "",
    ...(sha256 == null ? {} : { sha256 }),
  });
  if (!parsed.success) throw invalidRequest(parsed.error);
  return parsed.data;
}
