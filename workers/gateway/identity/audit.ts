// Writing the audit log. An act and its event belong into one D1 batch wherever the act is one: then neither is without the other.
import type { Context } from "hono";
import type { AuditAction, AuditEvent } from "../../../shared/contracts/audit.ts";
import { USER_AGENT_KEPT_CHARS } from "../../../shared/contracts/limits.ts";
import { type AuditRow, insertAuditEvent } from "../../../shared/db/identity/audit-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { callerNetwork } from "./caller-network.ts";

export interface AuditedAct {
  readonly action: AuditAction;
  /** Whose account it is about; null for the installation. */
  readonly subjectId: string | null;
  /** Who did it; absent takes the caller, null says that nobody was signed in. */
  readonly actorId?: string | null;
  /** What a person needs to understand it: no secret, no token, no address of somebody else. */
  readonly details?: AuditEvent["details"];
  /** Record it only when the statement before it in the batch changed a row. */
  readonly ifChanged?: true;
}

/** The statement that records an act of this request; for the act's own batch. */
export function auditStatement(c: Context<AppEnv>, act: AuditedAct): D1PreparedStatement {
  const { db, now, newId } = c.var.deps;
  // Routes that anyone may call have no principal.
  const principal = c.get("principal") as AppEnv["Variables"]["principal"] | undefined;
  const actorId = act.actorId === undefined ? (principal?.userId ?? null) : act.actorId;
  const via = principal === undefined || principal.via === "media" ? "none" : principal.via;
  const row: AuditRow = {
    id: newId(),
    at: now(),
    action: act.action,
    subjectId: act.subjectId,
    actorId,
    via,
    network: callerNetwork(c).shown,
    userAgent: c.req.header("user-agent")?.slice(0, USER_AGENT_KEPT_CHARS) ?? null,
    details: act.details ?? {},
  };
  return insertAuditEvent(db, row, act.ifChanged === true);
}

/** For acts that are no batch of their own. */
export async function recordAct(c: Context<AppEnv>, act: AuditedAct): Promise<void> {
  await auditStatement(c, act).run();
}
