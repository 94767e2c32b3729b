// A folder for one run's R2, D1 and Durable Objects, thrown away at the end.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Memory-backed where there is such a folder: every upload is synced to disk otherwise. */
export function makeStateFolder(purpose: string): string {
  return mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), `heliograph-${purpose}-`));
}

export function removeStateFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
