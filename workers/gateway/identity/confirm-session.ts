// Proving once more who sits at a browser: this session, and no other, is fresh again.
import type { Context } from "hono";
import { FRESH_SIGN_IN_MS } from "../../../shared/contracts/limits.ts";
import { refreshSession } from "../../../shared/db/identity/session-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { isoTime } from "../iso-time.ts";
import { auditStatement } from "./audit.ts";

/** @returns until when sensitive acts need no new proof */
export async function confirmSession(
  c: Context<AppEnv>,
  method: "passkey" | "password",
): Promise<{ freshUntil: string }> {
  const { db, now } = c.var.deps;
  const { userId, credentialId } = c.var.principal;
  const at = now();
  await db.batch([
    refreshSession(db, userId, credentialId, at),
    auditStatement(c, { action: "session.confirmed", subjectId: userId, details: { method } }),
  ]);
  return { freshUntil: isoTime(at + FRESH_SIGN_IN_MS) };
}
