// A batch is called after the folder it came from, else after the time it was added.
import { sayDate } from "../../../say.ts";

export function titleOf(paths: readonly string[], createdAtMs: number): string {
  const [first = ""] = paths;
  if (paths.length === 1) return first.split("/").at(-1) ?? first;
  const folder = first.includes("/") ? first.split("/")[0] : undefined;
  if (folder && paths.every((path) => path.startsWith(`${folder}/`))) return folder;
  return `Added ${sayDate(new Date(createdAtMs).toISOString())}`;
}
