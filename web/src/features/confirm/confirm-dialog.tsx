// "Confirm it is you": before an act that opens an account, or says who may. Offers the ways this person has.
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { confirming, identities, passkeys, waysIn } from "../../identity-api.ts";
import { settleConfirmation } from "../../queries/confirm.ts";
import { keys } from "../../queries/keys.ts";
import { signOut, useSession } from "../../queries/session.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { Skeleton } from "../../ui/notice.tsx";
import { askForPasskey } from "../login/ask-for-passkey.ts";
import { SignInProblem, type Trouble } from "../login/sign-in-problem.tsx";
import { startAt } from "../login/start-url.ts";
import { endUploads } from "../shell/use-uploads-in-background.ts";
import styles from "./confirm.module.css";

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
    await signOut(endUploads);
    location.replace(`/login?to=${encodeURIComponent(location.pathname + location.search)}`);
  }

  const isRead = !methods.isPending && !keysOfMine.isPending && !linked.isPending;
  const hasPasskey = (keysOfMine.data?.items.length ?? 0) > 0;
  const providers = (methods.data?.providers ?? []).filter(({ id }) =>
    linked.data?.items.some(({ provider }) => provider === id),
  );
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
