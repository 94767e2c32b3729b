// Walks over users in the order of their ids that go on where the last run stopped, so that nobody is always last. One user's
// failure is told and stops nobody else's turn.

import type { Subrequests } from "../../shared/adapters/subrequests.ts";
import { readCursor, writeCursor } from "../../shared/db/photos/sweep-queries.ts";
import type { GatewayDeps } from "./deps.ts";

interface UserVisits<User> {
  /** Users visited at the same time. */
  readonly atOnce: number;
  readonly visit: (user: User) => Promise<void>;
  readonly failed: (user: User, cause: unknown) => void;
  /** Asked before each group of visits: false ends the run. */
  readonly hasRoom?: () => boolean;
}

interface UserWalk<User> extends Pick<UserVisits<User>, "visit" | "failed"> {
  /** The walk's cursor. */
  readonly name: string;
  /** Users after this id, in the order of their ids, at most `limit`. */
  readonly usersAfter: (afterId: string, limit: number) => Promise<readonly User[]>;
  readonly usersPerRun: number;
  /** What this run may spend, and what a visit needs at least to be of use. A visit that can take more spends it itself. */
  readonly calls: Subrequests;
  readonly leastCalls: number;
}

/** The cursor, two lists, two cursors written. */
const WALK_CALLS = 5;

/** Visits each user that is listed once, the next first, one after the other, as far as a run goes. */
export async function walkUsers<User extends { readonly userId: string }>(
  { db, now }: Pick<GatewayDeps, "db" | "now">,
  walk: UserWalk<User>,
): Promise<void> {
  if (!walk.calls.spend(WALK_CALLS)) return;
  const stored = await readCursor(db, walk.name);
  const ahead = await walk.usersAfter(stored ?? "", walk.usersPerRun);
  const room = walk.usersPerRun - ahead.length;
  const around = stored === null || room === 0 ? [] : await walk.usersAfter("", room);
  const users = [...ahead, ...around.filter(({ userId }) => userId <= (stored ?? ""))];
  const isAll = users.length < walk.usersPerRun;
  const planned = isAll ? null : (users.at(-1)?.userId ?? null);
  // Before the visits: a run that dies among them must not meet the same users first again.
  if (planned !== stored) await writeCursor(db, walk.name, planned, now());
  const visited = await visitUsers(users, { ...walk, atOnce: 1, hasRoom: () => walk.calls.left >= walk.leastCalls });
  if (visited === users.length) return;
  await writeCursor(db, walk.name, users[visited - 1]?.userId ?? stored, now());
}

/** @returns how many were visited, failures among them */
export async function visitUsers<User>(users: readonly User[], visits: UserVisits<User>): Promise<number> {
  let visited = 0;
  while (visited < users.length && visits.hasRoom?.() !== false) {
    const group = users.slice(visited, visited + visits.atOnce);
    await Promise.all(group.map((user) => visitOne(user, visits)));
    visited += group.length;
  }
  return visited;
}

async function visitOne<User>(user: User, { visit, failed }: UserVisits<User>): Promise<void> {
  try {
    await visit(user);
  } catch (cause) {
    failed(user, cause);
  }
}
