// The first image API's dialect: /api/v1/img/{photo}.{format}?thumbnail=200&rotate=180&… with any number of filters. Beside its
// own words it takes every canonical option as `key=value`.
import { PhotoId } from "../ids.ts";
import { RENDER_MAX_SIDE_PX, TRANSFORM_MAX_OPTIONS } from "../limits.ts";
import { quoted, readWhole, readWord, refusing, type TransformProblem } from "./option-values.ts";
import { FORMAT_WORDS, readOption } from "./parse-ops.ts";
import { printOps } from "./print-ops.ts";
import type { Transform } from "./transform.ts";
import { finishDraft, type TransformDraft } from "./transform-draft.ts";

export type ParsedSeed =
  | { readonly photoId: PhotoId; readonly transform: Transform; readonly problems?: undefined }
  | { readonly problems: readonly TransformProblem[] };

/** What the query says of the answer, not of the picture. */
const NOT_FILTERS: ReadonlySet<string> = new Set(["download", "dry", "k", "exp", "sig"]);
/** The seed's own words for ours. */
const SEED_WORDS: Readonly<Record<string, string>> = {
  rotate: "rot",
  rotation: "rot",
  width: "w",
  height: "h",
  quality: "q",
};

/** @param file `{photo}.{format}`. @param query its filters, decoded, in any order; a word twice is a mistake */
export function parseSeed(file: string, query: Iterable<readonly [string, string]>): ParsedSeed {
  const problems: TransformProblem[] = [];
  const draft: TransformDraft = {};
  const [id = "", extension = ""] = file.split(/\.(?=[^.]*$)/);
  const photoId = PhotoId.safeParse(id);
  if (!photoId.success)
    problems.push({ pointer: "/file", message: `must be a photo's id and a format, not ${quoted(file)}` });
  draft.format = readWord(extension, FORMAT_WORDS, refusing(problems, "format"));
  const filters = [...query].filter(([word]) => !NOT_FILTERS.has(word));
  if (filters.length > TRANSFORM_MAX_OPTIONS)
    return { problems: [{ pointer: "/query", message: `may name ${TRANSFORM_MAX_OPTIONS} filters at most` }] };
  const seen = new Set<string>();
  for (const [word, value] of filters) {
    const option = Object.hasOwn(SEED_WORDS, word) ? (SEED_WORDS[word] ?? word) : word;
    if (seen.has(option)) problems.push({ pointer: `/${word.slice(0, 40)}`, message: "is given twice" });
    else if (option === "thumbnail") readThumbnail(draft, value, problems);
    else readOption(draft, option, value, problems);
    seen.add(option);
  }
  const finished = finishDraft(draft, problems);
  if (finished.problems !== undefined) return finished;
  return photoId.success ? { photoId: photoId.data, transform: finished.transform } : { problems };
}

/** Fits inside n x n, and never enlarges. */
function readThumbnail(draft: TransformDraft, value: string, problems: TransformProblem[]): void {
  const side = readWhole(value, 1, RENDER_MAX_SIDE_PX, refusing(problems, "thumbnail"));
  if (side === undefined) return;
  draft.width ??= side;
  draft.height ??= side;
}

/** @returns the address after /api/v1/img/ */
export function printSeed(photoId: PhotoId, transform: Transform): string {
  const { width, height, fit, format } = transform;
  const isThumbnail = width !== undefined && width === height && (fit === undefined || fit === "scale-down");
  const { width: _width, height: _height, ...rest } = transform;
  const query = new URLSearchParams();
  if (isThumbnail) query.set("thumbnail", String(width));
  for (const pair of printOps(isThumbnail ? rest : transform).split(",")) {
    const at = pair.indexOf("_");
    if (at < 0 || pair === "f_auto") continue;
    const option = pair.slice(0, at);
    query.set(option === "rot" ? "rotate" : option, pair.slice(at + 1));
  }
  const text = query.toString();
  return `${photoId}.${format}${text === "" ? "" : `?${text}`}`;
}
