// A new account: by an invitation (its token in the fragment), or, where registration is open, by an address of one's own.
import { useQuery } from "@tanstack/react-query";
import { Link, useLocation, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useEffect, useState } from "react";
import { Email, UserName } from "../../../../shared/contracts/sign-in.ts";
import { ApiError } from "../../api.ts";
import { waysIn } from "../../identity-api.ts";
import { ROLE_WORDS } from "../../identity-words.ts";
import { keys } from "../../queries/keys.ts";
import { enter, useSession } from "../../queries/session.ts";
import { sayDate } from "../../say.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Failure, Notice, Skeleton } from "../../ui/notice.tsx";
import { EntryCard } from "./card.tsx";
import styles from "./login-page.module.css";
import { readToken } from "./read-token.ts";

export function InvitePage() {
  const { hash } = useLocation();
  const [token, setToken] = useState(() => readToken(location.hash));
  const session = useSession();
  useEffect(() => {
    const brought = readToken(`#${hash}`);
    if (brought === null) return;
    setToken(brought);
    history.replaceState(history.state, "", location.pathname);
  }, [hash]);
  const invitation = useQuery({
    queryKey: ["invitation", token],
    queryFn: () => waysIn.invitation(token ?? ""),
    enabled: token !== null,
    retry: 0,
  });

  if (token === null || (invitation.error instanceof ApiError && invitation.error.status < 500)) {
    return (
      <EntryCard tab="Invitation" title="This invitation does not work">
        <p>
          It was used, taken back or has ended, or the link is not whole. Ask whoever invited you for a new one; if you
          have an account already, sign in.
        </p>
        <Link to="/login" className={buttonClass({ kind: "primary" })}>
          Sign in
        </Link>
      </EntryCard>
    );
  }
  if (invitation.isError) {
    return (
      <EntryCard tab="Invitation" title="Your invitation">
        <Failure
          what="The invitation could not be read"
          error={invitation.error}
          onRetry={() => void invitation.refetch()}
        />
      </EntryCard>
    );
  }
  if (!invitation.data) {
    return (
      <EntryCard tab="Invitation" title="Your invitation">
        <Skeleton height={120} />
      </EntryCard>
    );
  }
  const { invitedBy, email, role, expiresAt } = invitation.data;
  return (
    <EntryCard tab="Invitation" title={`${invitedBy} invites you`}>
      <p>
        You get a library of your own here{role === "admin" ? ` and become an ${ROLE_WORDS.admin.toLowerCase()}` : ""}.
        Nobody else sees your photos. The invitation is good until {sayDate(expiresAt)}.
      </p>
      {session.data ? (
        <Notice tone="warn" title={`You are signed in as ${session.data.name}`}>
          Accepting makes a second account and signs you in to that one.
        </Notice>
      ) : null}
      <JoinForm token={token} email={email} />
    </EntryCard>
  );
}

export function RegisterPage() {
  const methods = useQuery({ queryKey: keys.waysIn, queryFn: waysIn.methods });
  return (
    <EntryCard tab="Create an account" title="Create an account">
      {methods.isError ? (
        <Failure what="This page could not be read" error={methods.error} onRetry={() => void methods.refetch()} />
      ) : methods.data === undefined ? (
        <Skeleton height={160} />
      ) : methods.data.registration === "open" ? (
        <JoinForm token={null} email={null} />
      ) : (
        <p>New accounts need an invitation here. Ask somebody who runs this installation.</p>
      )}
      <p>
        Have an account? <Link to="/login">Sign in</Link>
      </p>
    </EntryCard>
  );
}

function JoinForm({ token, email: invitedEmail }: { token: string | null; email: string | null }) {
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [email, setEmail] = useState(invitedEmail ?? "");
  const [problems, setProblems] = useState<{ name?: string; email?: string }>({});
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const [isMailed, setMailed] = useState(false);

  async function submit(event: FormEvent) {
    event.preventDefault();
    const readName = UserName.safeParse(name);
    const readEmail = email.trim() === "" && token !== null ? null : Email.safeParse(email);
    setProblems({
      ...(readName.success ? {} : { name: "Type a name of 1 to 100 letters." }),
      ...(readEmail?.success === false ? { email: "Type an e-mail address, like name@example.org." } : {}),
    });
    if (!readName.success || readEmail?.success === false || isBusy) return;
    setBusy(true);
    setError(null);
    try {
      await waysIn.register({
        name: readName.data,
        ...(readEmail === null ? {} : { email: readEmail.data }),
        ...(token === null ? {} : { invitation: token }),
      });
      if (token === null) {
        setMailed(true);
      } else {
        await enter();
        await navigate({ to: "/welcome", replace: true });
      }
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  }

  if (isMailed) {
    return (
      <Notice tone="ok" title="Look into your mail">
        If this address can have an account here, a link is on its way to it. It works once, for 15 minutes.
      </Notice>
    );
  }
  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)} noValidate>
      {error ? <Failure what="The account could not be made" error={error} /> : null}
      <TextField
        label="Your name"
        name="name"
        autoComplete="name"
        value={name}
        onChange={(event) => setName(event.target.value)}
        problem={problems.name}
      />
      <TextField
        label={token === null ? "E-mail address" : "E-mail address (optional)"}
        type="email"
        name="email"
        autoComplete="email"
        value={email}
        readOnly={invitedEmail !== null}
        onChange={(event) => setEmail(event.target.value)}
        problem={problems.email}
      />
      <Button kind="primary" type="submit" disabled={isBusy}>
        {isBusy ? "Creating…" : token === null ? "Send me a link" : "Accept the invitation"}
      </Button>
    </form>
  );
}
