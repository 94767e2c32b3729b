// Secrets for `wrangler dev`, which gives --var and --env-file to the first of several Workers only: each that reads one finds
// it in a .dev.vars of its own. One secret for the checkout, never overwritten: several dev servers may run from it.
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { HOLDERS_OF_FACE_SECRET, ROOT, WORKERS } from "./worker-configs.ts";

/** Writes what is missing beside the configuration of each Worker that opens face keys. Git ignores these files. */
export function ensureDevVars(): void {
  const files = WORKERS.filter(({ name }) => HOLDERS_OF_FACE_SECRET.includes(name)).map(({ config }) =>
    join(ROOT, dirname(config), ".dev.vars"),
  );
  let content = `FACE_SECRET=${randomBytes(32).toString("base64url")}\n`;
  for (const file of files) {
    try {
      writeFileSync(file, content, { flag: "wx", mode: 0o600 });
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cause;
    }
    // What is sealed already is under the secret that is there: the others are given the same.
    content = readFileSync(file, "utf8");
  }
}
