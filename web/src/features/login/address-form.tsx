// The address: a link is mailed to it, or a password goes with it. Passkeys are offered among its suggestions.
import { type FormEvent, useState } from "react";
import type { SignInMethods } from "../../../../shared/contracts/sign-in.ts";
import { Email } from "../../../../shared/contracts/sign-in.ts";
import { waysIn } from "../../identity-api.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { announce } from "../../ui/live-region.tsx";
import { useCountdown } from "../../ui/use-countdown.ts";
import styles from "./login-page.module.css";
import { SignInProblem, type Trouble, waitUntil } from "./sign-in-problem.tsx";
import type { Attempts } from "./use-sign-in.ts";

/** Time (ms) before a link may be asked for again. */
const RESEND_AFTER_MS = 30_000;
/** Of `RequestEmailLink.to`: a longer way back is dropped. */
const TO_MAX_CHARS = 500;
const REFUSED = { title: "That address and password do not fit", next: "Check both, or choose another way." };

export function AddressForm({ methods, to, attempts }: { methods: SignInMethods; to: string; attempts: Attempts }) {
  const [address, setAddress] = useState("");
  const [password, setPassword] = useState("");
  const [isByPassword, setByPassword] = useState(!methods.email);
  const [problem, setProblem] = useState<string | null>(null);
  const [sent, setSent] = useState<{ to: string; at: number } | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [isSending, setSending] = useState(false);
  const wait = useCountdown(waitUntil(trouble));
  // Each way waits for itself alone.
  const passwordWait = attempts.trouble?.refused === REFUSED ? attempts.waitSeconds : 0;

  function readAddress(): string | null {
    const parsed = Email.safeParse(address);
    setProblem(parsed.success ? null : "Type an e-mail address, like name@example.org.");
    return parsed.success ? parsed.data : null;
  }

  async function mail(email: string) {
    setSending(true);
    setTrouble(null);
    attempts.clear();
    try {
      await waysIn.emailLink({ email, ...(to.length <= TO_MAX_CHARS ? { to } : {}) });
      setSent({ to: email, at: Date.now() });
      announce("If the address has an account here, a link is on its way.");
    } catch (error) {
      setTrouble({ error, at: Date.now(), refused: REFUSED });
    } finally {
      setSending(false);
    }
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    const email = readAddress();
    if (email === null) return;
    if (!isByPassword) {
      if (!isSending && wait === 0) void mail(email);
    } else if (password !== "" && passwordWait === 0) {
      void attempts.run(() => waysIn.password({ email, password }), REFUSED);
    }
  }

  if (sent !== null) {
    return (
      <Sent address={sent.to} at={sent.at} isSending={isSending} onAgain={() => void mail(sent.to)}>
        {trouble ? <SignInProblem trouble={trouble} /> : null}
        <Button kind="quiet" onClick={() => setSent(null)}>
          Use another address
        </Button>
      </Sent>
    );
  }
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      {trouble ? <SignInProblem trouble={trouble} /> : null}
      <TextField
        label="E-mail address"
        type="email"
        name="email"
        autoComplete="username webauthn"
        value={address}
        onChange={(event) => setAddress(event.target.value)}
        problem={problem}
      />
      {isByPassword ? (
        <TextField
          label="Password"
          type="password"
          name="password"
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      ) : null}
      {isByPassword ? (
        <Button type="submit" icon="key" disabled={attempts.isBusy || passwordWait > 0}>
          Sign in with the password
        </Button>
      ) : (
        <Button type="submit" icon="mail" disabled={isSending || wait > 0}>
          {isSending ? "Sending…" : "Email me a link"}
        </Button>
      )}
      {methods.email && methods.password ? (
        <Button kind="quiet" onClick={() => setByPassword(!isByPassword)}>
          {isByPassword ? "Email me a link instead" : "Use a password instead"}
        </Button>
      ) : null}
    </form>
  );
}

/** Says the same whether or not the address is known here. */
function Sent({
  address,
  at,
  isSending,
  onAgain,
  children,
}: {
  address: string;
  at: number;
  isSending: boolean;
  onAgain: () => void;
  children: React.ReactNode;
}) {
  const left = useCountdown(at + RESEND_AFTER_MS);
  return (
    <div className={styles.form}>
      <h2 className={styles.sentTitle}>Look into your mail</h2>
      <p>
        If <b>{address}</b> has an account here, a link is on its way to it. It works once, for 15 minutes. Nothing
        there? Look into the spam folder too.
      </p>
      <Button icon="retry" disabled={left > 0 || isSending} onClick={onAgain}>
        {left > 0 ? `Send again in ${left} s` : "Send again"}
      </Button>
      {children}
    </div>
  );
}
