// The first minute of an account: what to be called, where mail goes, and a passkey to come back with.
import { browserSupportsWebAuthn } from "@simplewebauthn/browser";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useEffect, useRef, useState } from "react";
import type { UserInfo } from "../../../../shared/contracts/auth.ts";
import { safeTarget } from "../../../../shared/contracts/safe-target.ts";
import { Email, UserName } from "../../../../shared/contracts/sign-in.ts";
import { account } from "../../identity-api.ts";
import { refreshSession, useSession } from "../../queries/session.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Failure, Notice } from "../../ui/notice.tsx";
import { addPasskey } from "./add-passkey.ts";
import { sayPasskeyProblem } from "./ask-for-passkey.ts";
import { EntryCard } from "./card.tsx";
import styles from "./login-page.module.css";

export function WelcomePage() {
  const { to } = useSearch({ strict: false });
  const navigate = useNavigate();
  const { data: user } = useSession();
  const [isNamed, setNamed] = useState(false);
  if (!user) return null;
  const leave = () => void navigate({ href: safeTarget(to), replace: true });
  return isNamed ? (
    <PasskeyStep user={user} onDone={leave} />
  ) : (
    <NameStep user={user} onDone={() => (user.needsSignInMethod ? setNamed(true) : leave())} />
  );
}

function NameStep({ user, onDone }: { user: UserInfo; onDone: () => void }) {
  const [name, setName] = useState(user.name);
  const [email, setEmail] = useState(user.email ?? "");
  const [problems, setProblems] = useState<{ name?: string; email?: string }>({});
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);

  async function submit(event: FormEvent) {
    event.preventDefault();
    const readName = UserName.safeParse(name);
    const readEmail = email.trim() === "" ? null : Email.safeParse(email);
    setProblems({
      ...(readName.success ? {} : { name: "Type a name of 1 to 100 letters." }),
      ...(readEmail?.success === false ? { email: "This is not an e-mail address. You can leave it empty." } : {}),
    });
    if (!readName.success || readEmail?.success === false || isBusy) return;
    setBusy(true);
    setError(null);
    try {
      const change = {
        ...(readName.data === user.name ? {} : { name: readName.data }),
        ...(readEmail === null || readEmail.data === user.email ? {} : { email: readEmail.data }),
      };
      if (Object.keys(change).length > 0) {
        await account.patch(change);
        await refreshSession();
      }
      onDone();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  }

  return (
    <EntryCard tab="Welcome" title="Welcome to Heliograph">
      <p>
        {user.role === "owner"
          ? "This installation is yours now. Two short steps, and it is ready."
          : "Two short steps, and your library is ready."}
      </p>
      {error ? <Failure what="That could not be saved" error={error} /> : null}
      <form className={styles.form} onSubmit={(event) => void submit(event)} noValidate>
        <TextField
          label="Your name"
          name="name"
          autoComplete="name"
          value={name}
          onChange={(event) => setName(event.target.value)}
          problem={problems.name}
        />
        <TextField
          label="E-mail address (optional)"
          type="email"
          name="email"
          autoComplete="email"
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          problem={problems.email}
          hint="Where mail works, a link sent here is a second way in. It counts once you have opened it."
        />
        <Button kind="primary" type="submit" disabled={isBusy}>
          {isBusy ? "Saving…" : "Continue"}
        </Button>
      </form>
    </EntryCard>
  );
}

function PasskeyStep({ user, onDone }: { user: UserInfo; onDone: () => void }) {
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const [isSkipping, setSkipping] = useState(false);
  const start = useRef<HTMLDivElement>(null);
  const canMake = browserSupportsWebAuthn();

  // The button of the step before is gone: whoever pressed it by keyboard goes on here.
  useEffect(() => start.current?.focus({ preventScroll: true }), []);

  async function make() {
    setBusy(true);
    setError(null);
    try {
      await addPasskey();
      onDone();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  }

  const byBrowser = sayPasskeyProblem(error);
  return (
    <EntryCard tab="Create a passkey" title={`Come back with a passkey, ${user.name}`}>
      <div ref={start} tabIndex={-1} className={styles.start}>
        <p>
          Your fingerprint, face or device PIN signs you in: nothing to remember, and nothing that could be stolen from
          here.
        </p>
      </div>
      {byBrowser !== null ? (
        <Notice tone="error" title="The passkey was not created">
          {byBrowser}
        </Notice>
      ) : error ? (
        <Failure what="The passkey could not be added" error={error} />
      ) : null}
      {isSkipping ? (
        <Notice
          tone="warn"
          title="Without it you cannot sign in again"
          actions={
            <Button small onClick={onDone}>
              Go on without a passkey
            </Button>
          }
        >
          The link you came by works once. Until you add a passkey under Settings, signing out locks you out of this
          account.
        </Notice>
      ) : null}
      <div className={styles.form}>
        <Button kind="primary" icon="key" disabled={isBusy || !canMake} onClick={() => void make()}>
          {isBusy ? "Waiting for your device…" : "Create a passkey"}
        </Button>
        {canMake ? null : <p className={styles.quietWords}>This browser cannot make passkeys on this address.</p>}
        {isSkipping ? null : (
          <Button kind="quiet" onClick={() => (user.needsSignInMethod ? setSkipping(true) : onDone())}>
            Later
          </Button>
        )}
      </div>
    </EntryCard>
  );
}
