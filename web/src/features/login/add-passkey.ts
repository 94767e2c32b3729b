// Adding a passkey to the account that is signed in: the server's options, the browser's new key, the server's yes.
import { passkeys } from "../../identity-api.ts";
import { refreshSession } from "../../queries/session.ts";
import { makePasskey } from "./ask-for-passkey.ts";

export async function addPasskey(): Promise<void> {
  await passkeys.add(await makePasskey(await passkeys.options()));
  await refreshSession();
}
