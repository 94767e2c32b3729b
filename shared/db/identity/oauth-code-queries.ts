// Authorization codes, by hash. Used once: the statement that uses one makes its grant, or neither happens.

export interface NewAuthorizationCode {
  readonly hash: string;
  readonly clientId: string;
  readonly userId: string;
  readonly redirectUri: string;
  readonly codeChallenge: string;
  readonly scopes: readonly string[];
  readonly nonce: string | null;
  readonly authenticatedAt: number;
  readonly expiresAt: number;
}

export function insertAuthorizationCode(db: D1Database, code: NewAuthorizationCode): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO oauth_codes (hash, client_id, user_id, redirect_uri, code_challenge, scopes, nonce, authenticated_at,
         expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)`,
    )
    .bind(
      code.hash,
      code.clientId,
      code.userId,
      code.redirectUri,
      code.codeChallenge,
      JSON.stringify(code.scopes),
      code.nonce,
      code.authenticatedAt,
      code.expiresAt,
    );
}

export interface FoundAuthorizationCode {
  readonly redirectUri: string;
  readonly codeChallenge: string;
  readonly nonce: string | null;
  readonly usedAt: number | null;
  readonly expiresAt: number;
  readonly grantId: string | null;
}

export function findAuthorizationCode(
  db: D1Database,
  hash: string,
  clientId: string,
): Promise<FoundAuthorizationCode | null> {
  return db
    .prepare(
      `SELECT redirect_uri AS redirectUri, code_challenge AS codeChallenge, nonce, used_at AS usedAt,
         expires_at AS expiresAt, grant_id AS grantId
       FROM oauth_codes WHERE hash = ?1 AND client_id = ?2`,
    )
    .bind(hash, clientId)
    .first<FoundAuthorizationCode>();
}

/** Uses the code, and makes the grant of it; to be run as one batch. The first result is empty where somebody was faster. */
export function exchangeAuthorizationCode(
  db: D1Database,
  hash: string,
  grant: { readonly id: string; readonly expiresAt: number },
  now: number,
): [D1PreparedStatement, D1PreparedStatement] {
  return [
    db
      .prepare(
        `UPDATE oauth_codes SET used_at = ?3, grant_id = ?2 WHERE hash = ?1 AND used_at IS NULL AND expires_at > ?3
           AND EXISTS (SELECT 1 FROM users WHERE users.id = oauth_codes.user_id AND status = 'active')
         RETURNING grant_id AS id`,
      )
      .bind(hash, grant.id, now),
    db
      .prepare(
        `INSERT INTO oauth_grants (id, client_id, user_id, scopes, generation, rotated_at, authenticated_at, created_at,
           expires_at)
         SELECT ?2, client_id, user_id, scopes, 1, ?3, authenticated_at, ?3, ?4 FROM oauth_codes
         WHERE hash = ?1 AND grant_id = ?2`,
      )
      .bind(hash, grant.id, now, grant.expiresAt),
  ];
}
