// What lets a user in again by something of their own, said once. What the installation does not offer at the moment lets nobody in.

/** Which ways in the installation offers; providers say it themselves, each for itself. */
export interface WaysIn {
  readonly email: boolean;
  readonly password: boolean;
  /** A provider to leave out. */
  readonly exceptProvider?: "?2";
}

type UserColumn = "?1" | "users.id";

/** SQL: the user can sign in by something that is no passkey. */
export function otherWays(userId: UserColumn, { email, password, exceptProvider }: WaysIn): string {
  const of = (what: string) =>
    `EXISTS (SELECT 1 FROM users AS holder WHERE holder.id = ${userId} AND ${what} IS NOT NULL)`;
  const except = exceptProvider === undefined ? "" : `AND provider_id <> ${exceptProvider}`;
  return [
    ...(email ? [of("email_verified_at")] : []),
    ...(password ? [of("password_hash")] : []),
    `EXISTS (SELECT 1 FROM identities JOIN identity_providers ON identity_providers.id = identities.provider_id
       WHERE identities.user_id = ${userId} AND is_enabled = 1 ${except})`,
  ].join(" OR ");
}

/** SQL: the user can sign in by anything. */
export function anyWay(userId: UserColumn, ways: WaysIn): string {
  return `(EXISTS (SELECT 1 FROM passkeys WHERE user_id = ${userId}) OR ${otherWays(userId, ways)})`;
}

export async function hasWayIn(db: D1Database, userId: string, ways: WaysIn): Promise<boolean> {
  const row = await db
    .prepare(`SELECT ${anyWay("?1", ways)} AS has`)
    .bind(userId)
    .first<{ has: number }>();
  return row?.has === 1;
}

/** How many people can sign in now and could not after a change, and whether the caller is one of them. */
export async function countLockedOut(
  db: D1Database,
  callerId: string,
  now: WaysIn,
  after: { readonly password: boolean } | { readonly withoutProvider: string },
): Promise<{ readonly people: number; readonly isCaller: boolean }> {
  const ways: WaysIn = "password" in after ? { ...now, ...after } : { ...now, exceptProvider: "?2" };
  const row = await db
    .prepare(
      `SELECT count(*) AS people, coalesce(sum(id = ?1), 0) AS callers FROM users
       WHERE status <> 'disabled' AND purged_at IS NULL AND ?2 = ?2
         AND ${anyWay("users.id", now)} AND NOT ${anyWay("users.id", ways)}`,
    )
    .bind(callerId, "withoutProvider" in after ? after.withoutProvider : "")
    .first<{ people: number; callers: number }>();
  return { people: row?.people ?? 0, isCaller: (row?.callers ?? 0) > 0 };
}
