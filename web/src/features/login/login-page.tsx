// Signing in by the one-time link of the terminal. The token travels in the fragment, which no server ever sees.
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useCallback, useEffect, useId, useRef, useState } from "react";
import { safeTarget } from "../../../../shared/contracts/safe-target.ts";
import { ApiError } from "../../api.ts";
import { signInWithToken, useSession } from "../../queries/session.ts";
import { Button } from "../../ui/button.tsx";
import { BrandMark } from "../../ui/icon.tsx";
import { Failure, Notice } from "../../ui/notice.tsx";
import { useTabTitle } from "../../ui/tab-title.ts";
import styles from "./login-page.module.css";
import { readToken } from "./read-token.ts";

export function LoginPage() {
  useTabTitle("Sign in");
  const { to } = useSearch({ from: "/login" });
  const navigate = useNavigate();
  const session = useSession();
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const [typed, setTyped] = useState("");
  const tried = useRef(false);
  const inputId = useId();

  const signIn = useCallback(async (token: string) => {
    setBusy(true);
    setError(null);
    try {
      await signInWithToken(token);
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  }, []);

  useEffect(() => {
    const token = readToken(location.hash);
    if (token === null || tried.current) return;
    tried.current = true;
    // Out of the address bar and the history before anything else can happen to it.
    history.replaceState(history.state, "", location.pathname + location.search);
    void signIn(token);
  }, [signIn]);

  useEffect(() => {
    if (session.data) void navigate({ href: safeTarget(to), replace: true });
  }, [session.data, navigate, to]);

  function submit(event: FormEvent) {
    event.preventDefault();
    const token = readToken(typed);
    if (token !== null) void signIn(token);
  }

  const isUsedUp = error instanceof ApiError && error.status < 500;
  return (
    <div className={styles.center}>
      <section className={styles.card} aria-labelledby={`${inputId}-title`}>
        <BrandMark size={56} />
        <h1 id={`${inputId}-title`}>Sign in to Heliograph</h1>
        <p>
          Open the sign-in link printed in the terminal where Heliograph was started. It looks like{" "}
          <code>/login#token=…</code> and works once.
        </p>
        {isUsedUp ? (
          <Notice tone="error" title="This link does not work any more">
            Each link works once. Restart Heliograph, or look further down in its terminal, for a new one.
          </Notice>
        ) : error ? (
          <Failure what="You could not be signed in" error={error} />
        ) : null}
        <form className={styles.form} onSubmit={submit}>
          <label htmlFor={inputId}>Or paste the link here</label>
          <input
            id={inputId}
            className={styles.input}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            autoComplete="off"
            spellCheck={false}
            placeholder="http://…/login#token=…"
          />
          <Button kind="primary" type="submit" disabled={isBusy || readToken(typed) === null}>
            {isBusy ? "Signing in…" : "Sign in"}
          </Button>
        </form>
      </section>
    </div>
  );
}
