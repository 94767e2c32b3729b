// The labels of a folder of faces: who is in which file, and which pairs were drawn. Reads two small CSV files and no picture.
import { existsSync, readFileSync } from "node:fs";
import { join, normalize } from "node:path";

export interface LabelledImage {
  readonly file: string;
  readonly identity: string;
  /** The set it comes from, e.g. "lfw": what a pair or the identity's prefix says, else "all". */
  readonly domain: string;
}

export interface LabelledPair {
  readonly a: string;
  readonly b: string;
  readonly isSame: boolean;
  readonly domain: string;
}

export interface FaceLabels {
  readonly images: readonly LabelledImage[];
  readonly pairs: readonly LabelledPair[];
}

/** A sentence for the person at the terminal. */
export class LabelsError extends Error {
  override readonly name = "LabelsError";
}

/**
 * `identities.csv` (file,identity) and, where there is one, `pairs.csv` (a,b,same,domain). Files are relative to the folder.
 * @throws LabelsError that names file and line for whatever cannot be used
 */
export function readLabels(folder: string): FaceLabels {
  if (!existsSync(folder))
    throw new LabelsError(`There is no folder ${folder}. Name one with --dir, or set CORPUS_DIR.`);
  if (!existsSync(join(folder, "identities.csv")))
    throw new LabelsError(`${folder} has no identities.csv (file,identity).`);
  const pairs = rowsOf(folder, "pairs.csv", ["a", "b", "same", "domain"]).map(({ values, line }): LabelledPair => {
    const [a = "", b = "", same = "", domain = ""] = values;
    if (same !== "0" && same !== "1") throw new LabelsError(`pairs.csv, line ${line}: same is "${same}", not 0 or 1.`);
    return { a: inside(a, "pairs.csv", line), b: inside(b, "pairs.csv", line), isSame: same === "1", domain };
  });
  const domains = new Map(pairs.flatMap(({ a, b, domain }) => [a, b].map((file) => [file, domain] as const)));
  const seen = new Set<string>();
  const images = rowsOf(folder, "identities.csv", ["file", "identity"]).map(({ values, line }): LabelledImage => {
    const [name = "", identity = ""] = values;
    const file = inside(name, "identities.csv", line);
    if (identity === "") throw new LabelsError(`identities.csv, line ${line}: nobody is named.`);
    if (seen.has(file)) throw new LabelsError(`identities.csv, line ${line}: ${file} is named twice.`);
    if (!existsSync(join(folder, file))) throw new LabelsError(`identities.csv, line ${line}: ${file} is not there.`);
    seen.add(file);
    const prefix = identity.includes(":") ? identity.slice(0, identity.indexOf(":")) : "all";
    return { file, identity, domain: domains.get(file) ?? prefix };
  });
  const unknown = pairs.find(({ a, b }) => !seen.has(a) || !seen.has(b));
  if (unknown !== undefined)
    throw new LabelsError(`pairs.csv: ${unknown.a} and ${unknown.b} are not both in identities.csv.`);
  return { images, pairs };
}

function rowsOf(folder: string, name: string, columns: readonly string[]): { values: string[]; line: number }[] {
  const path = join(folder, name);
  if (!existsSync(path)) return [];
  const [header = "", ...lines] = readFileSync(path, "utf8")
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/);
  if (header !== columns.join(",")) throw new LabelsError(`${name}: expecting the columns ${columns.join(",")}.`);
  return lines
    .map((text, i) => ({ values: text.split(","), line: i + 2 }))
    .filter(({ values }) => values.join("") !== "")
    .map((row) => {
      if (row.values.length === columns.length) return row;
      throw new LabelsError(`${name}, line ${row.line}: expecting ${columns.length} fields. Got ${row.values.length}.`);
    });
}

/** Labels may come from anywhere: they name files of their own folder only. */
function inside(file: string, name: string, line: number): string {
  const path = normalize(file);
  if (file === "" || path.startsWith("..") || path.startsWith("/"))
    throw new LabelsError(`${name}, line ${line}: "${file}" is no file of this folder.`);
  return path;
}
