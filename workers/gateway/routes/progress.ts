// Everything of mine, live: by polling and over a WebSocket. Both carry the same object.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { hubName } from "../../../shared/adapters/progress.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import { BatchId } from "../../../shared/contracts/ids.ts";
import { LONG_POLL_MAX_SECONDS } from "../../../shared/contracts/limits.ts";
import { ProgressSnapshot } from "../../../shared/contracts/progress.ts";
import type { AppEnv } from "../app-env.ts";
import { pollProgress } from "../poll-progress.ts";
import { problemResponses } from "../problem-responses.ts";

export const progress = new OpenAPIHono<AppEnv>();

const getProgress = createRoute({
  method: "get",
  path: "/",
  operationId: "getProgress",
  summary: "Progress of all my photos; ETag is the sequence number, ?wait long-polls",
  request: { query: z.object({ wait: z.coerce.number().min(0).max(LONG_POLL_MAX_SECONDS).default(0) }) },
  responses: {
    200: { description: "The snapshot", content: { "application/json": { schema: ProgressSnapshot } } },
    304: { description: "Nothing changed" },
    ...problemResponses("invalid-request", "unauthenticated"),
  },
});

progress.openapi(getProgress, (c) => pollProgress(c, null, c.req.valid("query").wait));

const liveProgress = createRoute({
  method: "get",
  path: "/live",
  operationId: "liveProgress",
  summary: "WebSocket: a snapshot, then sequenced deltas; ?since resumes, ?batch narrows",
  request: { query: z.object({ since: z.coerce.number().int().min(0).optional(), batch: BatchId.optional() }) },
  responses: {
    101: { description: "Switching to WebSocket" },
    ...problemResponses("invalid-request", "unauthenticated", "cross-site-request", "upgrade-required"),
  },
});

progress.openapi(liveProgress, async (c) => {
  if (c.req.header("upgrade")?.toLowerCase() !== "websocket")
    throw new AppError("upgrade-required", "Send Upgrade: websocket.", { headers: { upgrade: "websocket" } });
  const { userId, credentialId, expiresAt } = c.var.principal;
  const { since, batch } = c.req.valid("query");
  const target = new URL("https://hub/live");
  target.searchParams.set("user", userId);
  target.searchParams.set("credential", credentialId);
  if (expiresAt !== null) target.searchParams.set("expires", String(expiresAt));
  if (since !== undefined) target.searchParams.set("since", String(since));
  if (batch !== undefined) target.searchParams.set("batch", batch);
  const answer = await c.env.PROGRESS.getByName(hubName(userId)).fetch(
    new Request(target, { headers: { upgrade: "websocket" } }),
  );
  if (answer.status === 401) throw new AppError("unauthenticated", "The credential has just ended.");
  if (answer.status === 404) throw new AppError("not-found", "There is no such batch.");
  return answer;
});
