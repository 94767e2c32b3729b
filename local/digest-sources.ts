// What state the sources are in, for whoever builds only when it has changed.
import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./worker-configs.ts";

/** SHA-256 over names and contents of all files that match. */
export function digestOf(patterns: readonly string[]): string {
  const hash = createHash("sha256");
  const files = globSync(patterns as string[], {
    cwd: ROOT,
    exclude: (name) => name.includes("node_modules") || name.includes("dist"),
  }).sort();
  for (const file of files) {
    if (/\.test\.ts$/.test(file)) continue;
    hash
      .update(file)
      .update("\0")
      .update(readFileSync(join(ROOT, file)))
      .update("\0");
  }
  return hash.digest("hex").slice(0, 16);
}
