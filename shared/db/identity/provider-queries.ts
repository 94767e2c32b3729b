// The OpenID Connect providers of this installation. Their client secrets are here sealed, or not at all.
import { Provider, type PutProvider } from "../../contracts/admin.ts";

export interface ProviderRow extends Omit<Provider, "hasClientSecret" | "redirectUri"> {
  readonly clientSecretSealed: string | null;
}

const COLUMNS = `id, name, issuer, client_id AS clientId, client_secret_sealed AS clientSecretSealed, scopes, preset,
  role_claim AS roleClaim, role_map AS roleMap, allow_sign_up AS allowSignUp, trust_email AS trustEmail,
  is_enabled AS isEnabled`;

const Stored = Provider.pick({ roleMap: true });

type RawRow = Omit<ProviderRow, "roleMap" | "allowSignUp" | "trustEmail" | "isEnabled"> & {
  roleMap: string;
  allowSignUp: number;
  trustEmail: number;
  isEnabled: number;
};

function fromRow(row: RawRow): ProviderRow {
  return {
    ...row,
    roleMap: Stored.parse({ roleMap: JSON.parse(row.roleMap) }).roleMap,
    allowSignUp: row.allowSignUp === 1,
    trustEmail: row.trustEmail === 1,
    isEnabled: row.isEnabled === 1,
  };
}

export async function findProvider(db: D1Database, id: string): Promise<ProviderRow | null> {
  const row = await db.prepare(`SELECT ${COLUMNS} FROM identity_providers WHERE id = ?1`).bind(id).first<RawRow>();
  return row === null ? null : fromRow(row);
}

export async function listProviders(db: D1Database): Promise<ProviderRow[]> {
  const { results } = await db
    .prepare(`SELECT ${COLUMNS} FROM identity_providers ORDER BY created_at, id`)
    .all<RawRow>();
  return results.map(fromRow);
}

/** What the sign-in page offers. */
export async function listOfferedProviders(db: D1Database): Promise<{ id: string; name: string }[]> {
  const { results } = await db
    .prepare(`SELECT id, name FROM identity_providers WHERE is_enabled = 1 ORDER BY created_at, id`)
    .all<{ id: string; name: string }>();
  return results;
}

/**
 * Makes or changes a provider; without a sealed secret the stored one stays. Subjects mean something only with their issuer,
 * and a secret is only its issuer's: a provider with linked accounts keeps its issuer, and another issuer gets no old secret.
 * The statement returns a row where it changed something, and none where the issuer must stay or there is no room.
 */
export function upsertProvider(
  db: D1Database,
  id: string,
  provider: Omit<PutProvider, "clientSecret">,
  clientSecretSealed: string | null,
  most: number,
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO identity_providers (id, name, issuer, client_id, client_secret_sealed, scopes, preset, role_claim,
         role_map, allow_sign_up, trust_email, is_enabled, created_at)
       SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13
       WHERE EXISTS (SELECT 1 FROM identity_providers WHERE id = ?1)
         OR (SELECT COUNT(*) FROM identity_providers) < ?14
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, issuer = excluded.issuer, client_id = excluded.client_id,
         client_secret_sealed = CASE WHEN identity_providers.issuer = excluded.issuer
           THEN COALESCE(excluded.client_secret_sealed, identity_providers.client_secret_sealed)
           ELSE excluded.client_secret_sealed END,
         scopes = excluded.scopes, preset = excluded.preset, role_claim = excluded.role_claim,
         role_map = excluded.role_map, allow_sign_up = excluded.allow_sign_up, trust_email = excluded.trust_email,
         is_enabled = excluded.is_enabled
       WHERE identity_providers.issuer = excluded.issuer
         OR NOT EXISTS (SELECT 1 FROM identities WHERE provider_id = excluded.id)
       RETURNING id`,
    )
    .bind(
      id,
      provider.name,
      provider.issuer,
      provider.clientId,
      clientSecretSealed,
      provider.scopes,
      provider.preset,
      provider.roleClaim,
      JSON.stringify(provider.roleMap),
      provider.allowSignUp ? 1 : 0,
      provider.trustEmail ? 1 : 0,
      provider.isEnabled ? 1 : 0,
      now,
      most,
    );
}

/** With the provider go the links to accounts there: another provider of the same id must not open them. */
export function deleteProvider(db: D1Database, id: string): D1PreparedStatement[] {
  return [
    db.prepare(`DELETE FROM identities WHERE provider_id = ?1`).bind(id),
    db.prepare(`DELETE FROM identity_providers WHERE id = ?1 RETURNING id`).bind(id),
  ];
}
