// The sweep's part in credentials: closes the sockets of those that ended while the hub could not be told, and forgets sessions
// that ended long ago.
import { errorText, log } from "../../../shared/adapters/log.ts";
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
/** Sessions one run looks at; the next goes on from there. */
const SESSIONS_PER_RUN = 2000;

/** Never throws: what fails now is found again by the next run. */
export async function sweepCredentials(deps: Pick<GatewayDeps, "db" | "hubs" | "now">): Promise<void> {
  try {
    const afterId = await readCursor(deps.db, "sessions");
    const lastId = await forgetSessions(deps.db, afterId ?? "", SESSIONS_PER_RUN, deps.now());
    if (lastId !== afterId) await writeCursor(deps.db, "sessions", lastId, deps.now());
    const users = await socketsToClose(deps.db, CREDENTIALS_PER_RUN);
    await visitUsers(users.slice(0, USERS_PER_RUN), {
      atOnce: AT_ONCE,
      visit: ({ userId, credentialIds }) => tellHub(deps, userId, credentialIds),
      failed: ({ userId }, cause) => log("warn", "sockets-not-closed", { user: userId, cause: errorText(cause) }),
    });
  } catch (cause) {
    log("error", "credential-sweep-failed", { cause: errorText(cause) });
  }
}
