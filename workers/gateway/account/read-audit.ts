// The audit log for people: a page of it, with names where the reader may know them.
import { base64url } from "jose";
import { z } from "zod";
import type { AuditAction, AuditEvent, AuditPage } from "../../../shared/contracts/audit.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import type { UserId } from "../../../shared/contracts/ids.ts";
import { type AuditListRow, listAuditEvents } from "../../../shared/db/account/audit-log-queries.ts";
import { describeDevice } from "../access/describe-device.ts";
import { isoTime } from "../iso-time.ts";

export interface AuditQuestion {
  /** Whose events; null for everybody's, which is an admin's to ask. */
  readonly userId: UserId | null;
  /** Who asks for their own; null for an admin, who is told everything. */
  readonly reader: UserId | null;
  readonly action?: AuditAction | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

const Cursor = z.tuple([z.literal("audit"), z.string().max(64)]);

/** @throws AppError invalid-cursor */
export async function readAudit(db: D1Database, question: AuditQuestion): Promise<AuditPage> {
  const beforeId = question.cursor === undefined ? null : decodeCursor(question.cursor);
  const filter = { userId: question.userId, action: question.action ?? null, beforeId };
  const rows = await listAuditEvents(db, filter, question.limit + 1);
  const items = rows.slice(0, question.limit);
  const last = rows.length > question.limit ? items.at(-1) : undefined;
  return {
    items: items.map((row) => toAuditEvent(row, question.reader)),
    cursor: last === undefined ? null : base64url.encode(JSON.stringify(["audit", last.id])),
  };
}

/** As `reader` may see it: which admin did something to them, and from where, is not theirs to know. Null may know everything. */
export function toAuditEvent(row: AuditListRow, reader: UserId | null): AuditEvent {
  const isAnothers = reader !== null && row.actorId !== null && row.actorId !== reader;
  const actor = isAnothers
    ? { id: null, name: row.actorRole === "member" ? "somebody else" : "an admin" }
    : row.actorId === null
      ? null
      : { id: row.actorId, name: row.actorName };
  return {
    id: row.id,
    at: isoTime(row.at),
    action: row.action,
    subject: row.subjectId === null ? null : { id: row.subjectId, name: row.subjectName },
    actor,
    via: row.via,
    device: isAnothers || row.userAgent === null ? null : describeDevice(row.userAgent),
    network: isAnothers ? null : row.network,
    details: JSON.parse(row.details) as AuditEvent["details"],
  };
}

function decodeCursor(cursor: string): string {
  try {
    return Cursor.parse(JSON.parse(new TextDecoder().decode(base64url.decode(cursor))))[1];
  } catch (cause) {
    throw new AppError("invalid-cursor", "The cursor is not one that this listing gave out.", { cause });
  }
}
