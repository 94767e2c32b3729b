// Ending a grant: its refresh tokens are worth nothing from now on, its sockets are closed, and its access tokens end within
// five minutes. The act and its event are one batch.
import type { Context } from "hono";
import type { AuditAction } from "../../../shared/contracts/audit.ts";
import type { GrantRow, RevocationReason } from "../../../shared/db/identity/oauth-grant-queries.ts";
import { revokeGrant } from "../../../shared/db/identity/oauth-grant-queries.ts";
import { closeSockets } from "../access/end-credentials.ts";
import type { AppEnv } from "../app-env.ts";
import { auditStatement } from "../identity/audit.ts";

const ACTIONS = {
  user: "oauth.grant-revoked",
  client: "oauth.grant-revoked",
  "token-reuse": "oauth.token-reuse",
  "code-reuse": "oauth.code-reuse",
} as const satisfies Record<string, AuditAction>;

/** Does nothing to a grant that has ended before: whoever goes on using a stolen token writes no history. */
export async function endGrant(
  c: Context<AppEnv>,
  grant: Pick<GrantRow, "id" | "userId" | "clientId" | "revokedAt">,
  because: keyof typeof ACTIONS,
): Promise<void> {
  const { deps } = c.var;
  const isReuse = because === "token-reuse" || because === "code-reuse";
  if (grant.revokedAt !== null) return;
  const reason: RevocationReason = isReuse ? "reuse" : because;
  await deps.db.batch([
    revokeGrant(deps.db, grant.id, reason, deps.now()),
    auditStatement(c, {
      action: ACTIONS[because],
      subjectId: grant.userId,
      details: { client: grant.clientId, grant: grant.id },
    }),
  ]);
  await closeSockets(deps, grant.userId, [grant.id]);
}
