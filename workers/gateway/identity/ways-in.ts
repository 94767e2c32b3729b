// Which ways in the installation offers now. One that is switched off lets nobody in, so it does not count as a last resort either.
import type { WaysIn } from "../../../shared/db/identity/passkey-queries.ts";
import { readIdentitySettings } from "../../../shared/db/identity/settings-queries.ts";
import type { GatewayDeps } from "../deps.ts";

export async function offeredWays({ db, mailer }: Pick<GatewayDeps, "db" | "mailer">): Promise<WaysIn> {
  const { passwords } = await readIdentitySettings(db);
  return { email: mailer !== null, password: passwords };
}
