// Signing out: one session of a user's ends, with its audit event, and what it held open closes.
import type { Context } from "hono";
import { type EndedSession, endSession } from "../../../shared/db/identity/session-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { auditStatement } from "../identity/audit.ts";
import { authenticate } from "./authenticate.ts";
import { closeSockets } from "./end-credentials.ts";

/** Ends the session this browser came with; null when it came with none. Needs no principal: anyone may sign out. */
export async function endOwnSession(c: Context<AppEnv>): Promise<EndedSession | null> {
  const principal = await authenticate(c);
  if (principal?.via !== "session") return null;
  const before = c.get("principal");
  c.set("principal", principal);
  try {
    return await endUserSession(c, principal.credentialId, "sign-out");
  } finally {
    // What goes on after it is not that user's act.
    c.set("principal", before);
  }
}

/** Ends a session of the caller's. Null when there is none of this id that could be ended. */
export async function endUserSession(
  c: Context<AppEnv>,
  sessionId: string,
  action: "sign-out" | "session.revoked",
): Promise<EndedSession | null> {
  const { deps, principal } = c.var;
  const [ended] = await deps.db.batch<EndedSession>([
    endSession(deps.db, principal.userId, sessionId, deps.now()),
    auditStatement(c, { action, subjectId: principal.userId, details: { session: sessionId }, ifChanged: true }),
  ]);
  const session = ended?.results[0] ?? null;
  if (session !== null) await closeSockets(deps, principal.userId, [session.id]);
  return session;
}
