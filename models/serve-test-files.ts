// Hands weights and corpus files to tests inside workerd, which see no disk. Only vitest.config.ts uses it, as the service binding TEST_FILES.
import { readFile } from "node:fs/promises";
import { join, normalize } from "node:path";
import { readModelLockfile } from "./lockfile.ts";
import { DEFAULT_WEIGHTS_DIR, defaultModelsDir, resolveModels } from "./resolve-models.ts";

const CORPUS_DIR = process.env.CORPUS_DIR ?? join(import.meta.dirname, "..", "..", "shared", "corpus");

/** `/weights/{sha256}` and `/corpus/{path}`: the bytes, or 404 where this machine has none. Never downloads. */
export async function serveTestFile(request: { readonly url: string }): Promise<Response> {
  const [folder, ...rest] = new URL(request.url).pathname.slice(1).split("/").map(decodeURIComponent);
  const path = folder === "weights" ? await weightsPath(rest.join("/")) : corpusPath(folder, rest.join("/"));
  const bytes = path === null ? null : await readFile(path).catch(() => null);
  return bytes === null ? new Response(null, { status: 404 }) : new Response(new Uint8Array(bytes));
}

async function weightsPath(sha256: string): Promise<string | null> {
  const models = readModelLockfile().models.filter((record) => record.sha256 === sha256);
  const [model] = await resolveModels({
    weightsDir: DEFAULT_WEIGHTS_DIR,
    modelsDir: defaultModelsDir(),
    offline: true,
    models,
  });
  return model?.path ?? null;
}

function corpusPath(folder: string | undefined, path: string): string | null {
  return folder === "corpus" && !normalize(path).startsWith("..") ? join(CORPUS_DIR, path) : null;
}
