// The installation's switches of identity: one row; what it lacks has its default in the contract.
import { IdentitySettings } from "../../contracts/admin.ts";

const NAME = "identity";

export async function readIdentitySettings(db: D1Database): Promise<IdentitySettings> {
  const row = await db.prepare(`SELECT value FROM settings WHERE name = ?1`).bind(NAME).first<{ value: string }>();
  return IdentitySettings.parse(row === null ? {} : JSON.parse(row.value));
}

export function writeIdentitySettings(db: D1Database, settings: IdentitySettings, now: number): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO settings (name, value, changed_at) VALUES (?1, ?2, ?3)
       ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at`,
    )
    .bind(NAME, JSON.stringify(settings), now);
}
