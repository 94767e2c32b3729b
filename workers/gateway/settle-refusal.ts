// What is refused for its content is settled at once: nobody waits for a file that will not come.
import { AppError, type ErrorCode } from "../../shared/contracts/errors.ts";
import type { UserId } from "../../shared/contracts/ids.ts";
import { rejectBatchFile } from "../../shared/db/photos/batch-statements.ts";
import { type PhotoRow, toReport } from "../../shared/db/photos/photo-row.ts";
import type { GatewayDeps } from "./deps.ts";

/** Refusals that the same bytes will meet again. A body cut short may come whole the next time. */
const FINAL_REFUSALS: ReadonlySet<ErrorCode> = new Set(["unsupported-type", "too-many-pixels", "already-in-library"]);

/** @returns whether the refusal is for good */
export async function settleRefusal(
  deps: Pick<GatewayDeps, "db" | "progress" | "now">,
  row: PhotoRow,
  refusal: unknown,
): Promise<boolean> {
  if (!(refusal instanceof AppError) || !FINAL_REFUSALS.has(refusal.code)) return false;
  const rejected = await rejectBatchFile(deps.db, row.id, row.userId, refusal.code, deps.now());
  if (rejected !== null)
    await deps.progress.report({
      userId: row.userId as UserId,
      photos: [toReport(rejected.row)],
      batches: rejected.batches,
    });
  return true;
}
