// What is really stored, read past the API: rows, objects and faces against the ledger and the hub's last word.
import type { Stack } from "../../local/open-stack.ts";
import { DERIVED_PREFIX, ORIGINALS_PREFIX } from "../../shared/adapters/objects.ts";
import { RENDITION_WIDTHS } from "../../shared/contracts/limits.ts";
import { recountProgress } from "../../shared/db/photos/progress-queries.ts";
import { type Counts, countsText } from "../client/compare-library.ts";
import type { UploadLedger } from "../client/upload-photos.ts";

export interface TruthFindings {
  /** Every disagreement between ledger, D1, R2 and hub, in words. */
  readonly differences: readonly string[];
}

export async function compareTruth(
  stack: Pick<Stack, "db" | "bucket" | "users">,
  ledgers: readonly UploadLedger[],
  polled: readonly Counts[],
): Promise<TruthFindings> {
  const differences: string[] = [];
  const expectEqual = (what: string, found: unknown, wanted: unknown): void => {
    if (found !== wanted) differences.push(`${what}: ${found}, not ${wanted}`);
  };
  for (const [n, ledger] of ledgers.entries()) {
    const userId = stack.users[n]?.id ?? "";
    const recounted = countsText(await recountProgress(stack.db, userId, null));
    expectEqual(`user ${n}: hub`, countsText(polled[n] ?? null), recounted);
    const rows = await scalar(stack.db, `SELECT count(*) AS n FROM photos WHERE user_id = ?1`, userId);
    expectEqual(`user ${n}: rows`, rows, ledger.acknowledged.size);
    const originals = await countObjects(stack.bucket, `${ORIGINALS_PREFIX}${userId}/`);
    expectEqual(`user ${n}: originals in R2`, originals, ledger.acknowledged.size);
    const thumbnailed = await scalar(
      stack.db,
      `SELECT count(*) AS n FROM photos WHERE user_id = ?1 AND thumbnail_state = 'done'`,
      userId,
    );
    // WebP is made when somebody asks: any number of them is right.
    const renditions = await countObjects(stack.bucket, `${DERIVED_PREFIX}${userId}/`, ".jpg");
    expectEqual(`user ${n}: renditions in R2`, renditions, thumbnailed * RENDITION_WIDTHS.length);
    // A face of score 0 stands for the whole picture; it is stored and not counted.
    const bent = await scalar(
      stack.db,
      `SELECT count(*) AS n FROM photos WHERE user_id = ?1 AND (
         faces <> (SELECT count(*) FROM faces WHERE photo_id = photos.id AND faces.gen = photos.gen AND score > 0)
         OR EXISTS (SELECT 1 FROM faces WHERE photo_id = photos.id GROUP BY box_x, box_y, box_width, box_height HAVING count(*) > 1))`,
      userId,
    );
    expectEqual(`user ${n}: photos whose faces are lost or doubled`, bent, 0);
  }
  return { differences };
}

async function scalar(db: D1Database, query: string, userId: string): Promise<number> {
  return (await db.prepare(query).bind(userId).first<{ n: number }>())?.n ?? 0;
}

async function countObjects(bucket: R2Bucket, prefix: string, suffix = ""): Promise<number> {
  let objects = 0;
  let cursor: string | undefined;
  for (;;) {
    const page = await bucket.list({ prefix, ...(cursor === undefined ? {} : { cursor }) });
    objects += page.objects.filter(({ key }) => key.endsWith(suffix)).length;
    if (!page.truncated) return objects;
    cursor = page.cursor;
  }
}
