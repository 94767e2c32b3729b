// A person proves who they are by a passkey: to sign in, or once more. The challenge is spent whatever comes of it.
import type { Context } from "hono";
import { errorText, log } from "../../../shared/adapters/log.ts";
import type { WebAuthnResponse } from "../../../shared/contracts/sign-in.ts";
import { findPasskey, notePasskeyUse, type PasskeyRow } from "../../../shared/db/identity/passkey-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { recordAct } from "./audit.ts";
import { spendChallenge } from "./challenges.ts";
import { relyingParty } from "./relying-party.ts";
import { verifyPasskeyUse } from "./verify-passkey.ts";

/** @returns the passkey that was used; null for any reason not to believe it, which the log knows */
export async function provePasskey(
  c: Context<AppEnv>,
  purpose: "passkey-sign-in" | "passkey-confirm",
  response: WebAuthnResponse,
): Promise<PasskeyRow | null> {
  const { db, now } = c.var.deps;
  const challenge = await spendChallenge(c, purpose);
  if (challenge === null) return refuse(c, "no challenge of this browser is open");
  const passkey = await findPasskey(db, response.id);
  if (passkey === null) return refuse(c, "nobody has this passkey");
  if (challenge.userId !== null && challenge.userId !== passkey.userId)
    return refuse(c, "the challenge is another user's");
  let counter: number;
  try {
    const expected = { ...relyingParty(c), challenge: (challenge.payload as { challenge: string }).challenge };
    counter = await verifyPasskeyUse(response, passkey, expected, challenge.userId !== null);
  } catch (cause) {
    return refuse(c, errorText(cause));
  }
  const isAccepted = await notePasskeyUse(db, passkey.id, counter, now());
  if (counter < passkey.counter || !isAccepted)
    await recordAct(c, {
      action: "passkey.counter-regressed",
      subjectId: passkey.userId,
      details: { passkey: passkey.name, isRefused: !isAccepted },
    });
  return isAccepted ? passkey : refuse(c, "the counter went back");
}

function refuse(c: Context<AppEnv>, why: string): null {
  log("info", "passkey-refused", { trace: c.var.requestId, why });
  return null;
}
