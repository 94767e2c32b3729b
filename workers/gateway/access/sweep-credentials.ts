// The sweep's part in credentials: closes the sockets of those that ended while the hub could not be told, and forgets those that
// ended long ago.
import { errorText, log } from "../../../shared/adapters/log.ts";
import { forgetApiKeys } from "../../../shared/db/identity/api-key-queries.ts";
import { socketsToClose } from "../../../shared/db/identity/credential-statements.ts";
import { forgetSessions } from "../../../shared/db/identity/session-queries.ts";
import { readCursor, writeCursor } from "../../../shared/db/photos/sweep-queries.ts";
import type { GatewayDeps } from "../deps.ts";
import { visitUsers } from "../visit-users.ts";
import { tellHub } from "./end-credentials.ts";

/** Ended credentials of each kind one run reads, and users it visits: two calls each of the 1,000 an invocation may make. */
const CREDENTIALS_PER_RUN = 200;
const USERS_PER_RUN = 30;
const AT_ONCE = 6;
/** Sessions, and keys, one run looks at; the next goes on from there. */
const ROWS_PER_RUN = 2000;

type SweepingDeps = Pick<GatewayDeps, "db" | "hubs" | "now">;

/** Never throws: what fails now is found again by the next run, and keeps nothing else from its turn. */
export async function sweepCredentials(deps: SweepingDeps): Promise<void> {
  const passes = {
    sessions: () => walk(deps, "sessions", forgetSessions),
    "api-keys": () => walk(deps, "api-keys", forgetApiKeys),
    sockets: () => closeForgottenSockets(deps),
  };
  for (const [name, pass] of Object.entries(passes))
    await pass().catch((cause) => log("error", "credential-sweep-failed", { pass: name, cause: errorText(cause) }));
}

async function closeForgottenSockets(deps: SweepingDeps): Promise<void> {
  const users = await socketsToClose(deps.db, CREDENTIALS_PER_RUN);
  await visitUsers(users.slice(0, USERS_PER_RUN), {
    atOnce: AT_ONCE,
    visit: ({ userId, credentialIds }) => tellHub(deps, userId, credentialIds),
    failed: ({ userId }, cause) => log("warn", "sockets-not-closed", { user: userId, cause: errorText(cause) }),
  });
}

async function walk({ db, now }: SweepingDeps, name: string, forget: typeof forgetSessions): Promise<void> {
  const afterId = await readCursor(db, name);
  const lastId = await forget(db, afterId ?? "", ROWS_PER_RUN, now());
  if (lastId !== afterId) await writeCursor(db, name, lastId, now());
}
