// Versions that should have been made by now: their message, or whoever had it, is gone. Back into the queue, or failed.
import { errorText, log } from "../../../shared/adapters/log.ts";
import { versionWanted } from "../../../shared/adapters/photo-messages.ts";
import { VERSION_MAX_ATTEMPTS } from "../../../shared/contracts/limits.ts";
import { failVersion, staleVersions, touchVersions } from "../../../shared/db/photos/version-statements.ts";
import type { GatewayDeps } from "../deps.ts";

/** Versions one run takes on; the next run goes on. */
const VERSIONS_PER_RUN = 200;

export type SweepVersionsDeps = Pick<GatewayDeps, "db" | "sendVersion" | "newId" | "now">;

export async function sweepVersions(deps: SweepVersionsDeps, staleAfterMs: number): Promise<void> {
  const now = deps.now();
  const sent: string[] = [];
  try {
    for (const row of await staleVersions(deps.db, now - staleAfterMs, now, VERSIONS_PER_RUN)) {
      if (row.attempts >= VERSION_MAX_ATTEMPTS) {
        await failVersion(deps.db, row.id, "attempts-exhausted", now);
      } else {
        await deps.sendVersion(versionWanted(row, deps.newId(), now));
        sent.push(row.id);
      }
    }
  } catch (cause) {
    // The rest of the sweep has its turn; what was not reached is there the next time.
    log("error", "sweep-pass-failed", { pass: "versions", cause: errorText(cause) });
  }
  if (sent.length === 0) return;
  log("warn", "sweep-repaired", { "send-version": sent.length });
  await touchVersions(deps.db, sent, now);
}
