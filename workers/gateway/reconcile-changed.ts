// What both reconciles share: the users whose photos have changed, in the order of their ids, a part of them each run. A round
// that takes several runs looks back from where it began, so that nobody's change grows too old while others have their turn.
import { readCursor, usersChangedSince, writeCursor } from "../../shared/db/photos/sweep-queries.ts";
import type { GatewayDeps } from "./deps.ts";
import { visitUsers } from "./visit-users.ts";

/** How far back (ms) changes are looked for: three runs of the cron, so that one failed run loses none. */
const LOOK_BACK_MS = 15 * 60_000;
/** Users one run of one reconcile visits, each a subrequest of the 1,000 that an invocation of the cron may make. */
export const RECONCILED_PER_RUN = 100;
/** Users visited at the same time: an invocation waits for six connections at once, and queues the others. */
const AT_ONCE = 6;

interface Round {
  /** Changes since then (ms) are looked at. */
  readonly since: number;
  readonly startedAt: number;
  readonly afterId: string;
}

export async function reconcileChanged(
  { db, now }: Pick<GatewayDeps, "db" | "now">,
  name: string,
  visit: (userId: string, since: number) => Promise<void>,
  failed: (userId: string, cause: unknown) => void,
): Promise<void> {
  const stored = await readCursor(db, name);
  const { since, startedAt, afterId } = readRound(stored, now());
  const users = await usersChangedSince(db, since, afterId, RECONCILED_PER_RUN);
  const isWithinOneRun = afterId === "";
  let cursor: string | null;
  if (users.length === RECONCILED_PER_RUN) cursor = `${since}:${startedAt}:${users.at(-1)}`;
  // Whoever was visited first may have changed while the others had their turn.
  else cursor = isWithinOneRun ? null : `${startedAt - LOOK_BACK_MS}`;
  // Before the visits: a run that dies among them must not meet the same users first again.
  if (cursor !== stored) await writeCursor(db, name, cursor, now());
  await visitUsers(users, { atOnce: AT_ONCE, visit: (userId) => visit(userId, since), failed });
}

/** A round under way, or a new one: since when is stored where the round before took more than one run. */
function readRound(stored: string | null, now: number): Round {
  const [since, startedAt, afterId] = stored?.split(":") ?? [];
  return {
    since: since === undefined ? now - LOOK_BACK_MS : Math.min(Number(since), now - LOOK_BACK_MS),
    startedAt: startedAt === undefined ? now : Number(startedAt),
    afterId: afterId ?? "",
  };
}
