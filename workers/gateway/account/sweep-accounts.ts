// The cron's part of accounts: those whose time has come are deleted for good, and audit events that are too old go.
import { errorText, log } from "../../../shared/adapters/log.ts";
import { Subrequests } from "../../../shared/adapters/subrequests.ts";
import { AUDIT_KEEP_MS } from "../../../shared/contracts/limits.ts";
import { forgetAuditEvents } from "../../../shared/db/account/audit-log-queries.ts";
import { accountsDue } from "../../../shared/db/account/closing-statements.ts";
import { walkUsers } from "../visit-users.ts";
import { PURGE_LEAST_CALLS, type PurgeDeps, purgeAccount } from "./purge-account.ts";

/** Calls of the 1,000 an invocation may make: 30,000 objects, or three times as many rows, of one account a run. */
const PURGE_CALLS = 100;
/** Accounts one run begins with; few close on one day, and a large one takes many runs. */
const ACCOUNTS_PER_RUN = 10;

/** Never throws: what fails now is found again by the next run. */
export async function sweepAccounts(deps: PurgeDeps): Promise<void> {
  try {
    await purgeDue(deps);
    await forgetAuditEvents(deps.db, deps.now() - AUDIT_KEEP_MS);
  } catch (cause) {
    log("error", "account-sweep-failed", { cause: errorText(cause) });
  }
}

async function purgeDue(deps: PurgeDeps): Promise<void> {
  const calls = new Subrequests(PURGE_CALLS);
  await walkUsers(deps, {
    name: "closing-accounts",
    usersAfter: (afterId, limit) => accountsDue(deps.db, deps.now(), afterId, limit),
    usersPerRun: ACCOUNTS_PER_RUN,
    calls,
    leastCalls: PURGE_LEAST_CALLS,
    async visit(account) {
      const outcome = await purgeAccount(deps, account, calls);
      log("info", "account-purge", { user: account.userId, outcome });
    },
    failed: ({ userId }, cause) => log("warn", "account-purge-failed", { user: userId, cause: errorText(cause) }),
  });
}
