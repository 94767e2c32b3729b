// The one place that chooses a user's database. Today there is one; a queue, a table and a key never span two users.
export function databaseFor(env: { readonly DB: D1Database }, _userId: string): D1Database {
  return env.DB;
}
