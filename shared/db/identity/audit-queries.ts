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

export function insertAuditEvent(db: D1Database, row: AuditRow): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO audit_events (id, at, action, subject_id, actor_id, via, network, user_agent, details)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)`,
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
