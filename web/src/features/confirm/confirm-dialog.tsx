// "Confirm it is you": before an act that opens an account, or says who may. Offers the ways this person has.
import { browserSupportsWebAuthn } from "@simplewebauthn/browser";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { confirming, identities, passkeys, waysIn } from "../../identity-api.ts";
import { settleConfirmation } from "../../queries/confirm.ts";
import { keys } from "../../queries/keys.ts";
import { queryClient } from "../../queries/query-client.ts";
import { signOut, useSession } from "../../queries/session.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { Notice, Skeleton } from "../../ui/notice.tsx";
import { addPasskey } from "../login/add-passkey.ts";
import { askForPasskey } from "../login/ask-for-passkey.ts";
import { SignInProblem, type Trouble } from "../login/sign-in-problem.tsx";
import { startAt } from "../login/start-url.ts";
import { endUploads } from "../shell/use-uploads-in-background.ts";
import styles from "./confirm.module.css";

const NOT_ADDED = { title: "The passkey was not added", next: "Try again, or ask an owner for a new sign-in link." };
const REFUSED = { title: "That did not prove it is you", next: "Try again, or choose another way." };

export function ConfirmDialog() {
  const { data: user } = useSession();
  const methods = useQuery({ queryKey: keys.waysIn, queryFn: waysIn.methods });
  const keysOfMine = useQuery({ queryKey: keys.passkeys, queryFn: passkeys.list });
  const linked = useQuery({ queryKey: keys.identities, queryFn: identities.list });
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [password, setPassword] = useState("");
  const [isBusy, setBusy] = useState(false);

  async function confirm(prove: () => Promise<void>) {
    if (isBusy) return;
    setBusy(true);
    setTrouble(null);
    try {
      await prove();
      settleConfirmation(true);
    } catch (error) {
      setTrouble({ error, at: Date.now(), refused: REFUSED });
      setBusy(false);
    }
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    if (password !== "") void confirm(() => confirming.password(password));
  }

  async function again() {
    await signOut(endUploads, user?.sub ?? null);
    location.replace(`/login?to=${encodeURIComponent(location.pathname + location.search)}`);
  }

  /** Nothing to prove it by yet: a passkey is added first, which needs no proof of them, and then used. */
  async function add() {
    setBusy(true);
    setTrouble(null);
    try {
      await addPasskey();
      await queryClient.invalidateQueries({ queryKey: keys.passkeys });
    } catch (error) {
      setTrouble({ error, at: Date.now(), refused: NOT_ADDED });
    }
    setBusy(false);
  }

  const isRead = !methods.isPending && !keysOfMine.isPending && !linked.isPending;
  const hasPasskey = (keysOfMine.data?.items.length ?? 0) > 0;
  const providers = (methods.data?.providers ?? []).filter(({ id }) =>
    linked.data?.items.some(({ provider }) => provider === id),
  );
  if (user?.needsSignInMethod) {
    return (
      <Dialog title="Add a passkey first" onClose={() => settleConfirmation(false)}>
        <p>
          What you are about to do needs a proof that it is you, and your account has no way in yet. Add a passkey; then
          use it here, and what you asked for goes on.
        </p>
        {trouble ? <SignInProblem trouble={trouble} /> : null}
        {browserSupportsWebAuthn() ? (
          <Button kind="primary" icon="key" data-first-focus disabled={isBusy} onClick={() => void add()}>
            {isBusy ? "Waiting for your device…" : "Add a passkey"}
          </Button>
        ) : (
          <Notice tone="warn" title="This browser cannot make passkeys on this address">
            Stay signed in, and ask an owner of this installation for a sign-in link to use on another device.
          </Notice>
        )}
      </Dialog>
    );
  }
  return (
    <Dialog title="Confirm it is you" onClose={() => settleConfirmation(false)}>
      <p>
        You signed in a while ago{user ? ` as ${user.name}` : ""}. What you are about to do needs a fresh proof; then it
        goes on by itself.
      </p>
      {trouble ? <SignInProblem trouble={trouble} /> : null}
      {isRead ? (
        <div className={styles.ways}>
          {hasPasskey ? (
            <Button
              kind="primary"
              icon="key"
              data-first-focus
              disabled={isBusy}
              onClick={() =>
                void confirm(async () => confirming.passkey(await askForPasskey(await confirming.passkeyOptions())))
              }
            >
              Use a passkey
            </Button>
          ) : null}
          {methods.data?.password ? (
            <form className={styles.ways} onSubmit={submit}>
              <TextField
                label="Password"
                type="password"
                autoComplete="current-password"
                value={password}
                onChange={(event) => setPassword(event.target.value)}
              />
              <Button type="submit" disabled={isBusy || password === ""}>
                Use the password
              </Button>
            </form>
          ) : null}
          {providers.map(({ id, name, startUrl }) => (
            <a
              key={id}
              className={buttonClass()}
              href={startAt(startUrl, location.pathname + location.search, { confirm: "1" })}
            >
              Confirm with {name}
            </a>
          ))}
          <Button kind="quiet" onClick={() => void again()}>
            Sign in again
          </Button>
        </div>
      ) : (
        <Skeleton height={120} />
      )}
    </Dialog>
  );
}
