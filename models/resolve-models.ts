// Brings the pinned models to models/weights/: from there, from MODELS_DIR, or from their pinned URL. `npm run models`.
// Nothing reaches that folder unverified or in part. Weights are never committed.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { activeModels, type ModelRecord } from "../shared/contracts/models.ts";
import { DownloadError, type DownloadLimits, downloadModel } from "./download-model.ts";
import { readModelLockfile } from "./lockfile.ts";

export interface ResolvedModel {
  readonly record: ModelRecord;
  /** The verified file, `{weightsDir}/{sha256}.onnx`; null when missing. */
  readonly path: string | null;
  readonly origin: "cache" | "models-dir" | "download" | "missing";
  /** Why it is missing, in plain sentences. */
  readonly problem?: string;
}

export interface ResolveModelsOptions {
  readonly weightsDir: string;
  /** A folder with the files under any name, or null. */
  readonly modelsDir: string | null;
  /** True: never touch the network. */
  readonly offline: boolean;
  readonly onProgress?: (record: ModelRecord, receivedBytes: number) => void;
  /** The ones in use unless others are asked for. */
  readonly models?: readonly ModelRecord[];
  readonly limits?: DownloadLimits;
}

/** Where weights come from on this machine: MODELS_DIR, else `shared/models` beside the checkout, else nowhere. */
export function defaultModelsDir(): string | null {
  const configured = process.env.MODELS_DIR;
  if (configured !== undefined && configured !== "") return configured;
  const beside = join(import.meta.dirname, "..", "..", "shared", "models");
  return existsSync(beside) ? beside : null;
}

/** The git-ignored folder of verified weights. */
export const DEFAULT_WEIGHTS_DIR = join(import.meta.dirname, "weights");

/** Every model asked for, in order. Never rejects for a missing or wrong file: that is an answer. */
export function resolveModels(options: ResolveModelsOptions): Promise<ResolvedModel[]> {
  const models = options.models ?? Object.values(activeModels(readModelLockfile()));
  return Promise.all(models.map((record) => resolveModel(record, options)));
}

async function resolveModel(record: ModelRecord, options: ResolveModelsOptions): Promise<ResolvedModel> {
  const path = join(options.weightsDir, `${record.sha256}.onnx`);
  if ((await readPinned(path, record)) !== null) return { record, path, origin: "cache" };
  await rm(path, { force: true });
  const problems: string[] = [];
  if (options.modelsDir !== null) {
    const bytes = await findPinned(options.modelsDir, record);
    if (bytes !== null) return { record, path: await store(path, bytes), origin: "models-dir" };
    problems.push(
      `No file in ${options.modelsDir} is the pinned ${record.file} (${record.bytes} bytes, SHA-256 ${record.sha256}).`,
    );
  }
  if (options.offline) return missing(record, [...problems, "Offline: nothing was downloaded."]);
  try {
    const bytes = await downloadModel(record, (received) => options.onProgress?.(record, received), options.limits);
    return { record, path: await store(path, bytes), origin: "download" };
  } catch (error) {
    if (!(error instanceof DownloadError)) throw error;
    return missing(record, [...problems, error.message]);
  }
}

function missing(record: ModelRecord, problems: readonly string[]): ResolvedModel {
  return { record, path: null, origin: "missing", problem: problems.join(" ") };
}

/** The pinned bytes under the record's name or, failing that, under any name in the folder. */
async function findPinned(folder: string, record: ModelRecord): Promise<Uint8Array | null> {
  const names = await readdir(folder).catch(() => []);
  for (const name of [record.file, ...names.filter((other) => other !== record.file)]) {
    const bytes = await readPinned(join(folder, name), record);
    if (bytes !== null) return bytes;
  }
  return null;
}

/** The file's bytes if they are the pinned ones. The size is looked at first, so other files are not read. */
async function readPinned(path: string, record: ModelRecord): Promise<Uint8Array | null> {
  const facts = await stat(path).catch(() => null);
  if (facts === null || !facts.isFile() || facts.size !== record.bytes) return null;
  const bytes = await readFile(path);
  return createHash("sha256").update(bytes).digest("hex") === record.sha256 ? bytes : null;
}

/** Writes beside the target and renames, so that a killed process leaves no partial model under a model's name. */
async function store(path: string, bytes: Uint8Array): Promise<string> {
  await mkdir(join(path, ".."), { recursive: true });
  const partial = `${path}.${process.pid}.part`;
  try {
    await writeFile(partial, bytes);
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
  return path;
}
