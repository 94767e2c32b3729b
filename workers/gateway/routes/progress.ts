// Everything of mine, live: by polling and over a WebSocket. Both carry the same object.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { hubName } from "../../../shared/adapters/progress.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import { BatchId } from "../../../shared/contracts/ids.ts";
import { LONG_POLL_MAX_SECONDS, SOCKET_TICKET_LIFE_MS } from "../../../shared/contracts/limits.ts";
import { LiveTicket } from "../../../shared/contracts/live-ticket.ts";
import { ProgressSnapshot } from "../../../shared/contracts/progress.ts";
import type { AppEnv } from "../app-env.ts";
import { newSecret, sha256Hex } from "../identity/secrets.ts";
import { isoTime } from "../iso-time.ts";
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

const createTicket = createRoute({
  method: "post",
  path: "/ticket",
  operationId: "createLiveTicket",
  summary: "A ticket that opens one WebSocket of this session, from this Origin, within half a minute",
  responses: {
    201: { description: "The ticket", content: { "application/json": { schema: LiveTicket } } },
    ...problemResponses("unauthenticated", "forbidden", "cross-site-request", "too-many-requests"),
  },
});

progress.openapi(createTicket, async (c) => {
  const { deps, principal } = c.var;
  const origin = c.req.header("origin");
  if (origin === undefined)
    throw new AppError("cross-site-request", "The request names no Origin to bind a ticket to.");
  const ticket = newSecret();
  const expiresAt = await deps.hubs
    .getByName(hubName(principal.userId))
    .issueTicket({ hash: await sha256Hex(ticket), sessionId: principal.credentialId, origin });
  if (expiresAt === null)
    throw new AppError("too-many-requests", "Too many tickets are unused.", {
      headers: { "retry-after": String(SOCKET_TICKET_LIFE_MS / 1000) },
    });
  return c.json({ ticket, expiresAt: isoTime(expiresAt) }, 201);
});

const liveProgress = createRoute({
  method: "get",
  path: "/live",
  operationId: "liveProgress",
  summary: "WebSocket: a snapshot, then sequenced deltas; ?since resumes, ?batch narrows; a session brings a ?ticket",
  request: {
    query: z.object({
      since: z.coerce.number().int().min(0).optional(),
      batch: BatchId.optional(),
      ticket: z.string().max(100).optional(),
    }),
  },
  responses: {
    101: { description: "Switching to WebSocket" },
    ...problemResponses("invalid-request", "unauthenticated", "forbidden", "cross-site-request", "upgrade-required"),
  },
});

progress.openapi(liveProgress, async (c) => {
  if (c.req.header("upgrade")?.toLowerCase() !== "websocket")
    throw new AppError("upgrade-required", "Send Upgrade: websocket.", { headers: { upgrade: "websocket" } });
  const { userId, credentialId, expiresAt, via } = c.var.principal;
  const { since, batch, ticket } = c.req.valid("query");
  const target = new URL("https://hub/live");
  target.searchParams.set("user", userId);
  target.searchParams.set("credential", credentialId);
  if (expiresAt !== null) target.searchParams.set("expires", String(expiresAt));
  // A cookie travels with sockets that other sites open, and no browser asks us first: a session shows that it was here (CSWSH).
  if (via === "session") {
    target.searchParams.set("ticket", await sha256Hex(ticket ?? ""));
    target.searchParams.set("origin", c.req.header("origin") ?? "");
  }
  if (since !== undefined) target.searchParams.set("since", String(since));
  if (batch !== undefined) target.searchParams.set("batch", batch);
  const answer = await c.env.PROGRESS.getByName(hubName(userId)).fetch(
    new Request(target, { headers: { upgrade: "websocket" } }),
  );
  if (answer.status === 403)
    throw new AppError("forbidden", "The ticket is missing, used, expired, or was issued to another page.");
  if (answer.status === 401) throw new AppError("unauthenticated", "The credential has just ended.");
  if (answer.status === 404) throw new AppError("not-found", "There is no such batch.");
  return answer;
});
