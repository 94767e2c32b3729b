// Secrets for `wrangler dev`, which gives --var and --env-file to the first of several Workers only: each that reads one finds
// it in a .dev.vars of its own. One of each for the checkout, never overwritten: several dev servers may run from it.
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT, SECRETS, WORKERS } from "./worker-configs.ts";

/** Writes what is missing beside the configuration of each Worker that is given a secret. Git ignores these files. */
export function ensureDevVars(): void {
  for (const { name, holders } of SECRETS) {
    const files = WORKERS.filter((worker) => holders.includes(worker.name)).map(({ config }) =>
      join(ROOT, dirname(config), ".dev.vars"),
    );
    let content = `${name}=${randomBytes(32).toString("base64url")}\n`;
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
}
