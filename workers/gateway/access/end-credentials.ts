// Signing a user out: what opened their account ends, and their hub is told to close what it held open. A telling that is
// lost is made up for by the sweep, because the rows remember it.
import { errorText, log } from "../../../shared/adapters/log.ts";
import { hubName } from "../../../shared/adapters/progress.ts";
import {
  type EndedCredentials,
  endCredentials,
  markSocketsClosed,
} from "../../../shared/db/identity/credential-statements.ts";
import type { GatewayDeps } from "../deps.ts";

type EndingDeps = Pick<GatewayDeps, "db" | "hubs" | "now">;

/**
 * Ends the user's sessions (but one), API keys, grants and services, and spends their unused links, codes and device codes. For a
 * locked, closing or recovered account.
 */
export async function endAllCredentials(
  deps: EndingDeps,
  userId: string,
  { exceptSessionId }: { readonly exceptSessionId?: string } = {},
): Promise<EndedCredentials> {
  const ended = await endCredentials(deps.db, userId, exceptSessionId ?? null, deps.now());
  await closeSockets(deps, userId, [...ended.sessions, ...ended.apiKeys, ...ended.grants]);
  return ended;
}

/** Tells the user's hub that credentials have ended. Never throws: the sweep tells it again. */
export async function closeSockets(deps: EndingDeps, userId: string, credentialIds: readonly string[]): Promise<void> {
  if (credentialIds.length === 0) return;
  try {
    await tellHub(deps, userId, credentialIds);
  } catch (cause) {
    log("warn", "sockets-not-closed-yet", { user: userId, cause: errorText(cause) });
  }
}

/** As closeSockets, but throws when the hub or D1 does not answer. */
export async function tellHub(deps: EndingDeps, userId: string, credentialIds: readonly string[]): Promise<void> {
  await deps.hubs.getByName(hubName(userId)).closeSockets(credentialIds);
  await markSocketsClosed(deps.db, credentialIds, deps.now());
}
