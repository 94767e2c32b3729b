// Which ways in the installation offers now, who has one of them, and what must not take the last one away.
import type { Context } from "hono";
import { AppError } from "../../../shared/contracts/errors.ts";
import { FRESH_SIGN_IN_MS } from "../../../shared/contracts/limits.ts";
import { readIdentitySettings } from "../../../shared/db/identity/settings-queries.ts";
import { countLockedOut, hasWayIn, type WaysIn } from "../../../shared/db/identity/ways-in.ts";
import type { AppEnv } from "../app-env.ts";
import type { GatewayDeps } from "../deps.ts";

type WaysDeps = Pick<GatewayDeps, "db" | "mailer">;

export async function offeredWays({ db, mailer }: WaysDeps): Promise<WaysIn> {
  const { passwords } = await readIdentitySettings(db);
  return { email: mailer !== null, password: passwords };
}

/** Nothing of the user's own would let them in again. */
export async function needsSignInMethod(deps: WaysDeps, userId: string): Promise<boolean> {
  return !(await hasWayIn(deps.db, userId, await offeredWays(deps)));
}

/**
 * For making a passkey: whoever has no way in at all could not prove anything again, and would be out for good when the session ends.
 * @throws AppError confirmation-required
 */
export async function requireFreshUnlessNoWayIn(c: Context<AppEnv>): Promise<void> {
  const { deps, principal } = c.var;
  const isFresh = deps.now() - principal.authenticatedAt <= FRESH_SIGN_IN_MS;
  if (!isFresh && !(await needsSignInMethod(deps, principal.userId)))
    throw new AppError("confirmation-required", "It is a while since you proved who you are.");
}

/**
 * For switching off passwords or a provider.
 * @param isMeant the admin has heard how many people it locks out; themselves nobody does
 * @throws AppError last-sign-in-method
 */
export async function refuseLockout(
  c: Context<AppEnv>,
  after: Parameters<typeof countLockedOut>[3],
  isMeant: boolean,
): Promise<void> {
  const { deps, principal } = c.var;
  const { people, isCaller } = await countLockedOut(deps.db, principal.userId, await offeredWays(deps), after);
  if (isCaller) throw new AppError("last-sign-in-method", "You could not sign in again yourself.");
  if (people > 0 && !isMeant)
    throw new AppError("last-sign-in-method", `${people} of the people here could not sign in again.`);
}
