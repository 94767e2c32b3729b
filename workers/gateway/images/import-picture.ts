// The picture behind an address somebody gave, fetched by the importer. What is said of a failure tells nothing of what is there.
import type { Context } from "hono";
import { AppError } from "../../../shared/contracts/errors.ts";
import { IMPORT_MAX_BYTES } from "../../../shared/contracts/limits.ts";
import type { AppEnv } from "../app-env.ts";
import { askWorker } from "../ask-worker.ts";
import { limitAttempts } from "../limits/limit-attempts.ts";

/** @throws AppError too-many-requests, import-refused or import-failed */
export async function importPicture(
  c: Context<AppEnv>,
  address: string,
): Promise<{ bytes: Uint8Array; filename: string }> {
  const { deps, principal } = c.var;
  await limitAttempts(c, "import:account", principal.userId);
  const outcome = await askWorker("The address could not be asked just now.", () =>
    deps.importer.fetchPicture(address, ownHosts(c)),
  );
  if (outcome.kind === "refused") throw new AppError("import-refused", "This address is not one that is fetched.");
  const bytes = outcome.kind === "fetched" ? await readAll(outcome.body) : null;
  if (outcome.kind === "failed" || bytes === null || deps.inspect(bytes).kind === "refused")
    throw new AppError("import-failed", "The address did not answer with a picture that can be taken.");
  return { bytes, filename: outcome.filename };
}

/** Null for a body that is cut off or too long: the importer has counted, and is not taken at its word. */
async function readAll(body: ReadableStream<Uint8Array>): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += chunk.byteLength;
      if (bytes > IMPORT_MAX_BYTES) return null;
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
