// Visits to many users, a few at once. One user's failure is told and stops nobody else's turn.

interface UserVisits<User> {
  /** Users visited at the same time. */
  readonly atOnce: number;
  readonly visit: (user: User) => Promise<void>;
  readonly failed: (user: User, cause: unknown) => void;
}

/** @returns how many were visited, failures among them */
export async function visitUsers<User>(users: readonly User[], visits: UserVisits<User>): Promise<number> {
  let visited = 0;
  while (visited < users.length) {
    const group = users.slice(visited, visited + visits.atOnce);
    await Promise.all(group.map((user) => visitOne(user, visits)));
    visited += group.length;
  }
  return visited;
}

async function visitOne<User>(user: User, { visit, failed }: UserVisits<User>): Promise<void> {
  try {
    await visit(user);
  } catch (cause) {
    failed(user, cause);
  }
}
