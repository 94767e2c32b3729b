// The platform's rate limit: a shield against floods, kept per place and not exact. Nothing depends on it; what must hold is
// counted elsewhere (limits/limit-attempts.ts, quotas).
import type { Context } from "hono";
import type { Principal } from "../../../shared/contracts/auth.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import { SHIELD_PERIOD_SECONDS } from "../../../shared/contracts/limits.ts";
import type { AppEnv } from "../app-env.ts";
import { callerNetwork } from "../identity/caller-network.ts";

/** Throws too-many-requests for a credential, or for a network without one, that asks far too often. A shield that fails lets through. */
export async function shield(c: Context<AppEnv>, principal: Principal | null): Promise<void> {
  const { userShield, networkShield } = c.var.deps;
  const asked =
    principal === null
      ? networkShield?.limit({ key: callerNetwork(c).counted })
      : userShield?.limit({ key: `${principal.credentialId}|${principal.userId}` });
  const outcome = await asked?.catch(() => null);
  if (outcome?.success === false)
    throw new AppError("too-many-requests", "Far more requests than anybody needs came from here.", {
      headers: { "retry-after": String(SHIELD_PERIOD_SECONDS) },
    });
}
