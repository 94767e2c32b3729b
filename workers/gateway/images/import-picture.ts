// The picture behind an address somebody gave, fetched by the importer. What is said of a failure tells nothing of what is there.
import type { Context } from "hono";
import { AppError } from "../../../shared/contracts/errors.ts";
import { IMPORT_HELD_MAX_BYTES } from "../../../shared/contracts/limits.ts";
import type { PhotoRow } from "../../../shared/db/photos/photo-row.ts";
import type { AppEnv } from "../app-env.ts";
import { askWorker } from "../ask-worker.ts";
import { limitAttempts } from "../limits/limit-attempts.ts";
import { spoolPicture } from "./spool-picture.ts";
import { storePicture } from "./store-picture.ts";

/** @throws AppError too-many-requests, import-refused, import-failed, and what storing throws */
export async function importPicture(
  c: Context<AppEnv>,
  address: string,
  idempotencyKey: string | undefined,
): Promise<PhotoRow> {
  const { deps, principal } = c.var;
  await limitAttempts(c, "import:account", principal.userId);
  const outcome = await askWorker("The address could not be asked just now.", () =>
    deps.importer.fetchPicture(address, ownHosts(c)),
  );
  if (outcome.kind === "refused") throw new AppError("import-refused", "This address is not one that is fetched.");
  if (outcome.kind === "failed") throw noPicture();
  const { body, sizeBytes, filename } = outcome;
  if (sizeBytes !== null && sizeBytes > IMPORT_HELD_MAX_BYTES)
    return await spoolPicture(deps, principal.userId, { body, sizeBytes, filename, idempotencyKey }).catch(
      inTheImportersWords,
    );
  const bytes = await readAll(body);
  if (bytes === null || deps.inspect(bytes).kind === "refused") throw noPicture();
  return (await storePicture(deps, principal.userId, { bytes, filename, idempotencyKey })).row;
}

const noPicture = (cause?: unknown) =>
  new AppError("import-failed", "The address did not answer with a picture that can be taken.", { cause });

/** Who gave the address learns no more of what is there than that it is no picture. */
function inTheImportersWords(cause: unknown): never {
  const isAboutBytes =
    !(cause instanceof AppError) ||
    cause.code === "body-truncated" ||
    cause.code === "unsupported-type" ||
    cause.code === "too-many-pixels";
  throw isAboutBytes ? noPicture(cause) : cause;
}

/** Null for a body that is cut off or too long: the importer has counted, and is not taken at its word. */
async function readAll(body: ReadableStream<Uint8Array>): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += chunk.byteLength;
      if (bytes > IMPORT_HELD_MAX_BYTES) return null;
      chunks.push(chunk);
    }
  } catch {
    return null;
  }
  return Buffer.concat(chunks);
}

function ownHosts(c: Context<AppEnv>): string[] {
  const { publicOrigin, mediaOrigin } = c.var.deps.variables;
  return [c.req.url, publicOrigin, mediaOrigin].filter((url) => url !== null).map((url) => new URL(url).hostname);
}
