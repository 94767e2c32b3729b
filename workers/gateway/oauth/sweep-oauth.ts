// The sweep's part in our authorization server: the signing key is replaced by age, and what has ended is forgotten.
import { errorText, log } from "../../../shared/adapters/log.ts";
import { CODE_KEEP_MS, GRANT_KEEP_MS, SIGNING_KEY_LIFE_MS } from "../../../shared/contracts/limits.ts";
import { insertAuditEvent } from "../../../shared/db/identity/audit-queries.ts";
import { forgetEndedGrants } from "../../../shared/db/identity/oauth-grant-queries.ts";
import { forgetRetiredSigningKeys, publishedSigningKeys } from "../../../shared/db/identity/signing-key-queries.ts";
import type { GatewayDeps } from "../deps.ts";
import { rotateSigningKey } from "./signing-keys.ts";

/** Never throws: what fails now is done by the next run. */
export async function sweepOAuth(deps: Pick<GatewayDeps, "db" | "vault" | "now" | "newId">): Promise<void> {
  try {
    const now = deps.now();
    const [newest] = await publishedSigningKeys(deps.db, now);
    // Where nobody has asked for a token yet there is no key to replace.
    if (newest !== undefined && newest.signsFrom <= now - SIGNING_KEY_LIFE_MS) {
      const { kid, isNew } = await rotateSigningKey(deps, now - SIGNING_KEY_LIFE_MS);
      if (isNew)
        await insertAuditEvent(deps.db, {
          id: deps.newId(),
          at: now,
          action: "signing-key.rotated",
          subjectId: null,
          actorId: null,
          via: "system",
          network: null,
          userAgent: null,
          details: { kid },
        }).run();
    }
    await forgetRetiredSigningKeys(deps.db, now);
    await forgetEndedGrants(deps.db, { codesBefore: now - CODE_KEEP_MS, grantsBefore: now - GRANT_KEEP_MS });
  } catch (cause) {
    log("error", "oauth-sweep-failed", { cause: errorText(cause) });
  }
}
