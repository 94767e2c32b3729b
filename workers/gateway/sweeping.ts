// What the passes of a sweep share: their ports, their report, and the walk over a listing that goes on where it stopped.
import { errorText, log } from "../../shared/adapters/log.ts";
import { deleteKeys, listAfter, ownerOfKey } from "../../shared/adapters/objects.ts";
import type { Subrequests } from "../../shared/adapters/subrequests.ts";
import { type ListingPoint, readCursor, writeCursor } from "../../shared/db/photos/sweep-queries.ts";
import type { RepairDeps } from "./apply-repair.ts";
import type { ConsentDeps } from "./change-consent.ts";

export interface SweepDeps extends Omit<RepairDeps, "nudged" | "variables"> {
  /** Messages waiting in the thumbnail and index queues; null when the platform does not say. */
  readonly backlog: () => Promise<number | null>;
  readonly people: ConsentDeps["people"];
  readonly recognitionModel: ConsentDeps["recognitionModel"];
  readonly sendAllThumbnailed: ConsentDeps["sendAllThumbnailed"];
  readonly variables: RepairDeps["variables"] & ConsentDeps["variables"];
}

/** The run's ports, the photos put back into a queue since they were last marked, and what is left for the passes over users. */
export type Sweeping = SweepDeps & Pick<RepairDeps, "nudged"> & { readonly calls: Subrequests };

/**
 * Calls (of D1, R2, queues and Durable Objects) that the passes over users may make in one run. An invocation may make 1,000; the
 * others are for the passes over photos and objects, and for the reconciles.
 */
export const USER_PASSES_CALLS = 400;
/** What each of these passes may take of it. Together no more than there is, so that none waits for another's users. */
export const PASS_CALLS = { leftovers: 160, waiting: 80, models: 160 } as const;

export interface SweepReport {
  examined: number;
  /** How often each repair was made. */
  repaired: Record<string, number>;
  failures: number;
}

/** List pages one run takes on; the next run goes on from there. */
const PAGES_PER_RUN = 5;

/**
 * Walks a prefix page by page from the stored cursor; the end starts over. `visit` is told between which photos the page
 * lies (the last may be cut by the page's end, and null is the end of the listing), and may name a key to go on after.
 */
export async function eachListedPage(
  deps: Sweeping,
  name: string,
  prefix: string,
  visit: (objects: R2Object[], after: ListingPoint | null, upTo: ListingPoint | null) => Promise<string | null>,
): Promise<void> {
  let stored = await readCursor(deps.db, name);
  let cursor = stored;
  for (let page = 0; page < PAGES_PER_RUN; page++) {
    const { objects, truncated } = await listAfter(deps.bucket, prefix, cursor);
    const lastKey = truncated ? (objects.at(-1)?.key ?? null) : null;
    const goOnAfter = await visit(objects, pointOf(cursor), pointOf(lastKey));
    cursor = goOnAfter ?? lastKey;
    if (cursor !== stored) await writeCursor(deps.db, name, cursor, deps.now());
    stored = cursor;
    if (cursor === null) return;
  }
}

function pointOf(key: string | null): ListingPoint | null {
  return key === null ? null : ownerOfKey(key);
}

export async function deleteListed(
  deps: Sweeping,
  report: SweepReport,
  keys: string[],
  repair = "delete-objects",
): Promise<void> {
  await deleteKeys(deps.bucket, keys);
  count(report, repair);
}

export function count(report: SweepReport, repaired: string): void {
  report.repaired[repaired] = (report.repaired[repaired] ?? 0) + 1;
}

/** One user's failure is counted, and the next has their turn. */
export function userFailed(
  report: SweepReport,
  pass: string,
): (user: { readonly userId: string }, cause: unknown) => void {
  return ({ userId }, cause) => {
    report.failures++;
    log("warn", "sweep-user-failed", { pass, user: userId, cause: errorText(cause) });
  };
}
