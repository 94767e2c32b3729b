// The polled view of progress: the same object as on the socket, with the sequence number as its ETag.
import type { Context, TypedResponse } from "hono";
import { hubName } from "../../shared/adapters/progress.ts";
import { AppError } from "../../shared/contracts/errors.ts";
import type { ProgressSnapshot } from "../../shared/contracts/progress.ts";
import type { AppEnv } from "./app-env.ts";

type PollAnswer = Response & (TypedResponse<ProgressSnapshot, 200, "json"> | TypedResponse<null, 304, "body">);

export async function pollProgress(
  c: Context<AppEnv>,
  batchId: string | null,
  waitSeconds: number,
): Promise<PollAnswer> {
  const { userId } = c.var.principal;
  const known = /^(?:W\/)?"(\d{1,15})"$/.exec(c.req.header("if-none-match") ?? "")?.[1];
  const since = known === undefined ? null : Number(known);
  const snapshot = await c.var.deps.hubs.getByName(hubName(userId)).snapshot(userId, { batchId, since, waitSeconds });
  if (snapshot === null) throw new AppError("not-found", "There is no such batch.");
  c.header("etag", `"${snapshot.seq}"`);
  c.header("cache-control", "private, no-cache");
  return snapshot.seq === since ? c.body(null, 304) : c.json(snapshot, 200);
}
