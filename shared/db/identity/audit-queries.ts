// The audit log's rows. Append-only.
import type { AuditAction, AuditEvent } from "../../contracts/audit.ts";

export interface AuditRow {
  readonly id: string;
  readonly at: number;
  readonly action: AuditAction;
  readonly subjectId: string | null;
  readonly actorId: string | null;
  readonly via: AuditEvent["via"];
  readonly network: string | null;
  readonly userAgent: string | null;
  readonly details: AuditEvent["details"];
}

/** With `ifChanged`, only when the statement before it in the batch changed a row. */
export function insertAuditEvent(db: D1Database, row: AuditRow, ifChanged = false): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO audit_events (id, at, action, subject_id, actor_id, via, network, user_agent, details)
       SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 ${ifChanged ? "WHERE changes() > 0" : ""}`,
    )
    .bind(
      row.id,
      row.at,
      row.action,
      row.subjectId,
      row.actorId,
      row.via,
      row.network,
      row.userAgent,
      JSON.stringify(row.details),
    );
}
