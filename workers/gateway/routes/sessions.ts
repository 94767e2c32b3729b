// Where I am signed in: what each session is, and ending one or all others.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { SessionList, SignedOutOthers } from "../../../shared/contracts/account.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import { endOtherSessions, listSessions } from "../../../shared/db/identity/session-queries.ts";
import { describeDevice } from "../access/describe-device.ts";
import { closeSockets } from "../access/end-credentials.ts";
import { endUserSession } from "../access/end-session.ts";
import { clearCookie } from "../access/session-cookie.ts";
import type { AppEnv } from "../app-env.ts";
import { auditStatement } from "../identity/audit.ts";
import { isoTime } from "../iso-time.ts";
import { problemResponses } from "../problem-responses.ts";

export const sessions = new OpenAPIHono<AppEnv>();

const getSessions = createRoute({
  method: "get",
  path: "/",
  operationId: "listSessions",
  summary: "Browsers I am signed in with",
  responses: {
    200: { description: "The sessions, last used first", content: { "application/json": { schema: SessionList } } },
    ...problemResponses("unauthenticated"),
  },
});

sessions.openapi(getSessions, async (c) => {
  const { deps, principal } = c.var;
  const rows = await listSessions(deps.db, principal.userId, deps.now());
  const items = rows.map((row) => ({
    id: row.id,
    isCurrent: principal.via === "session" && row.id === principal.credentialId,
    method: row.method,
    provider: row.providerId,
    device: describeDevice(row.userAgent),
    network: row.network,
    createdAt: isoTime(row.createdAt),
    lastSeenAt: isoTime(row.lastSeenAt),
    expiresAt: isoTime(row.expiresAt),
  }));
  return c.json({ items }, 200);
});

const deleteSession = createRoute({
  method: "delete",
  path: "/{sessionId}",
  operationId: "endSession",
  summary: "End one of my sessions; its live views close within seconds",
  request: { params: z.object({ sessionId: z.uuid() }) },
  responses: {
    204: { description: "Ended" },
    ...problemResponses("unauthenticated", "forbidden", "cross-site-request", "not-found"),
  },
});

sessions.openapi(deleteSession, async (c) => {
  const { sessionId } = c.req.valid("param");
  const ended = await endUserSession(c, sessionId, "session.revoked");
  if (ended === null) throw new AppError("not-found", "There is no such session.");
  if (sessionId === c.var.principal.credentialId) clearCookie(c, "session");
  return c.body(null, 204);
});

const postEndOthers = createRoute({
  method: "post",
  path: "/end-others",
  operationId: "endOtherSessions",
  summary: "Sign out everywhere else",
  responses: {
    200: { description: "How many ended", content: { "application/json": { schema: SignedOutOthers } } },
    ...problemResponses("unauthenticated", "forbidden", "cross-site-request"),
  },
});

sessions.openapi(postEndOthers, async (c) => {
  const { deps, principal } = c.var;
  const { userId, credentialId } = principal;
  const [ended] = await deps.db.batch<{ id: string; wasAlive: number }>([
    endOtherSessions(deps.db, userId, credentialId, deps.now()),
    auditStatement(c, { action: "session.others-revoked", subjectId: userId }),
  ]);
  const others = ended?.results ?? [];
  await closeSockets(
    deps,
    userId,
    others.map(({ id }) => id),
  );
  return c.json({ ended: others.filter(({ wasAlive }) => wasAlive === 1).length }, 200);
});
