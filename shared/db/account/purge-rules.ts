// What becomes of every table when an account is deleted for good. A table without a rule here fails a test: whoever adds one
// decides. ?1 is the user's id, ?2 the time (ms).

/** In pages: rows of the library, of which there may be very many. What refers to others comes first. */
export const CONTENT_TABLES = [
  "face_vectors",
  "face_exclusions",
  "people_separations",
  "people_actions",
  "people",
  "faces",
  "batch_files",
  "batches",
  "idempotency_keys",
  "versions",
  "photos",
] as const;

/** SQL: rowids of a table's rows of the user, by an index. A batch goes after its files, which are found by it. */
export function rowsOfUser(table: (typeof CONTENT_TABLES)[number]): string {
  if (table === "batch_files")
    return `SELECT batch_files.rowid FROM batches JOIN batch_files ON batch_files.batch_id = batches.id WHERE batches.user_id = ?1`;
  if (table === "batches")
    return `SELECT rowid FROM batches WHERE user_id = ?1 AND NOT EXISTS (SELECT 1 FROM batch_files WHERE batch_id = batches.id)`;
  return `SELECT rowid FROM ${table} WHERE user_id = ?1`;
}

/** What opens the account. Gone as soon as the library is, so that nobody signs in to nothing. */
export const ACCESS_TABLES = ["api_keys", "url_keys", "sessions", "passkeys", "identities", "sign_in_links"] as const;

const ADDRESS = `(SELECT email FROM users WHERE id = ?1)`;
const OWN_CLIENTS = `(SELECT id FROM oauth_clients WHERE user_id = ?1)`;

/** In the last transaction, in this order: the rest of the user's rows, and their traces in the rows of others. */
export const TRACE_STATEMENTS: readonly { readonly table: string; readonly sql: string }[] = [
  { table: "consent_records", sql: `DELETE FROM consent_records WHERE user_id = ?1` },
  { table: "challenges", sql: `DELETE FROM challenges WHERE user_id = ?1 OR instr(payload, ?1) > 0` },
  {
    table: "mail_outbox",
    sql: `DELETE FROM mail_outbox WHERE user_id = ?1 OR recipient = ${ADDRESS}
      OR recipient IN (SELECT email FROM invitations WHERE accepted_by = ?1) OR instr(payload, ?1) > 0`,
  },
  // Who came by an invitation, and who gave it, is forgotten; that there was one is not. Open ones of somebody who left open nothing.
  { table: "invitations", sql: `UPDATE invitations SET email = NULL, accepted_by = NULL WHERE accepted_by = ?1` },
  {
    table: "invitations",
    sql: `UPDATE invitations SET email = NULL, revoked_at = coalesce(revoked_at, ?2)
      WHERE email = ${ADDRESS} AND accepted_at IS NULL`,
  },
  {
    table: "invitations",
    sql: `UPDATE invitations SET invited_by = '', revoked_at = coalesce(revoked_at, ?2)
      WHERE invited_by = ?1 AND accepted_at IS NULL`,
  },
  { table: "invitations", sql: `UPDATE invitations SET invited_by = '' WHERE invited_by = ?1` },
  // Apps that an admin allowed belong to the installation: others are connected with them.
  {
    table: "oauth_clients",
    sql: `UPDATE oauth_clients SET user_id = (SELECT id FROM users WHERE role = 'owner' AND status = 'active' AND id <> ?1 ORDER BY created_at LIMIT 1)
      WHERE user_id = ?1 AND kind <> 'service' AND EXISTS (SELECT 1 FROM users WHERE role = 'owner' AND status = 'active' AND id <> ?1)`,
  },
  { table: "oauth_grants", sql: `DELETE FROM oauth_grants WHERE user_id = ?1 OR client_id IN ${OWN_CLIENTS}` },
  { table: "oauth_codes", sql: `DELETE FROM oauth_codes WHERE user_id = ?1 OR client_id IN ${OWN_CLIENTS}` },
  { table: "oauth_devices", sql: `DELETE FROM oauth_devices WHERE user_id = ?1 OR client_id IN ${OWN_CLIENTS}` },
  { table: "oauth_clients", sql: `DELETE FROM oauth_clients WHERE user_id = ?1` },
  { table: "sweep_cursors", sql: `UPDATE sweep_cursors SET cursor = NULL WHERE instr(cursor, ?1) > 0` },
  // What was done to others stays in their history, by nobody.
  { table: "audit_events", sql: `DELETE FROM audit_events WHERE subject_id = ?1` },
  {
    table: "audit_events",
    sql: `UPDATE audit_events SET actor_id = NULL, network = NULL, user_agent = NULL WHERE actor_id = ?1`,
  },
  {
    table: "audit_events",
    sql: `UPDATE audit_events SET details = '{}' WHERE instr(details, ?1) > 0 OR instr(details, ${ADDRESS}) > 0`,
  },
  { table: "users", sql: `DELETE FROM users WHERE id = ?1` },
];

/** Tables that say nothing of any user. */
export const TABLES_OF_NOBODY = ["settings", "identity_providers", "signing_keys"] as const;
