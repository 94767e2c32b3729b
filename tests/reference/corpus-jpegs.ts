// The JPEGs of the corpus, by content rather than by name.
import { closeSync, existsSync, openSync, readdirSync, readSync } from "node:fs";
import { join, relative, resolve } from "node:path";

export const CORPUS = resolve(process.env.CORPUS_DIR ?? join(import.meta.dirname, "../../../shared/corpus"));
export const hasCorpus = existsSync(CORPUS);

/** @returns paths relative to the corpus, sorted; empty where it is absent */
export function corpusFiles(folders: readonly string[], magic: readonly number[]): string[] {
  if (!hasCorpus) return [];
  return folders
    .flatMap((folder) => readdirSync(join(CORPUS, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => startsWith(path, magic))
    .map((path) => relative(CORPUS, path))
    .sort();
}

export const JPEG_MAGIC = [0xff, 0xd8, 0xff] as const;
export const PNG_MAGIC = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] as const;

function startsWith(path: string, magic: readonly number[]): boolean {
  const head = new Uint8Array(magic.length);
  const file = openSync(path, "r");
  readSync(file, head, 0, head.length, 0);
  closeSync(file);
  return magic.every((byte, i) => head[i] === byte);
}
