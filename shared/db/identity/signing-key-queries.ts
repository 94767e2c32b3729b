// The keys that sign our tokens. One is made where there is none that is new enough: of two Workers with the same thought, one does.

export interface SigningKeyRow {
  readonly kid: string;
  readonly publicJwk: Readonly<Record<string, unknown>>;
  readonly privateSealed: string;
  readonly signsFrom: number;
  readonly retiresAt: number | null;
}

/** Keys that sign, will sign, or have signed what is still good; newest first. */
export async function publishedSigningKeys(db: D1Database, now: number): Promise<SigningKeyRow[]> {
  const { results } = await db
    .prepare(
      `SELECT kid, public_jwk AS publicJwk, private_sealed AS privateSealed, signs_from AS signsFrom,
         retires_at AS retiresAt
       FROM signing_keys WHERE retires_at IS NULL OR retires_at > ?1 ORDER BY signs_from DESC, kid`,
    )
    .bind(now)
    .all<Omit<SigningKeyRow, "publicJwk"> & { publicJwk: string }>();
  return results.map((row) => ({ ...row, publicJwk: JSON.parse(row.publicJwk) as Record<string, unknown> }));
}

export interface NewSigningKey {
  readonly kid: string;
  readonly publicJwk: string;
  readonly privateSealed: string;
  readonly signsFrom: number;
  /** When those before it leave the key set: after the last token of theirs has ended. */
  readonly othersRetireAt: number;
}

/**
 * Adds a key unless there is one that signs from later than `unlessAfter`, and retires those before it. To be run as one batch;
 * the first result says whether it was added.
 */
export function addSigningKey(
  db: D1Database,
  key: NewSigningKey,
  unlessAfter: number,
  now: number,
): [D1PreparedStatement, D1PreparedStatement] {
  return [
    db
      .prepare(
        `INSERT INTO signing_keys (kid, public_jwk, private_sealed, created_at, signs_from)
         SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS (SELECT 1 FROM signing_keys WHERE signs_from > ?6) RETURNING kid`,
      )
      .bind(key.kid, key.publicJwk, key.privateSealed, now, key.signsFrom, unlessAfter),
    db
      .prepare(
        `UPDATE signing_keys SET retires_at = ?2 WHERE retires_at IS NULL AND kid <> ?1
           AND EXISTS (SELECT 1 FROM signing_keys AS added WHERE added.kid = ?1)`,
      )
      .bind(key.kid, key.othersRetireAt),
  ];
}

export async function forgetRetiredSigningKeys(db: D1Database, now: number): Promise<void> {
  await db.prepare(`DELETE FROM signing_keys WHERE retires_at <= ?1`).bind(now).run();
}
