// Signing in: passkey first, then a mailed link, a password, a provider. Links carry their token in the fragment, which no
// server ever sees.
import { useQuery } from "@tanstack/react-query";
import { Link, Navigate, useLocation, useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect, useRef, useState } from "react";
import { ErrorCode } from "../../../../shared/contracts/errors.ts";
import { safeTarget } from "../../../../shared/contracts/safe-target.ts";
import type { SignInMethods } from "../../../../shared/contracts/sign-in.ts";
import { waysIn } from "../../identity-api.ts";
import { ERROR_WORDS } from "../../plain-words.ts";
import { keys } from "../../queries/keys.ts";
import { refreshSession, useSession } from "../../queries/session.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Isolated } from "../../ui/isolate.tsx";
import { Failure, Notice, Skeleton } from "../../ui/notice.tsx";
import { AddressForm } from "./address-form.tsx";
import { EntryCard, Or } from "./card.tsx";
import { LinkForm } from "./link-form.tsx";
import styles from "./login-page.module.css";
import { PasskeyButton } from "./passkey-button.tsx";
import { readInvitation, readToken } from "./read-token.ts";
import { SignInProblem } from "./sign-in-problem.tsx";
import { startAt } from "./start-url.ts";
import { type Attempts, useSignIn } from "./use-sign-in.ts";

const LINK_REFUSED = {
  title: "This link does not work any more",
  next: "Each link works once and not for long. Ask for a new one here, or look further down in Heliograph's terminal.",
};

export function LoginPage() {
  const { to, problem } = useSearch({ from: "/login" });
  const navigate = useNavigate();
  const session = useSession();
  const attempts = useSignIn();
  const { run } = attempts;
  // Whoever opens a link means to be the one it is for, even where somebody else is signed in.
  const [isOpeningLink, setOpeningLink] = useState(() => readToken(location.hash) !== null);
  /** The link proved an address; that signs nobody in. */
  const [isProved, setProved] = useState(false);
  const tried = useRef<string | null>(null);
  // Pasted into the address of this very page, a link changes nothing but the fragment.
  const { hash } = useLocation();
  const target = safeTarget(to);

  const openLink = useCallback(
    async (token: string) => {
      setOpeningLink(true);
      await run(async () => {
        const { purpose } = await waysIn.link(token);
        if (purpose !== "verify") return undefined;
        setProved(true);
        await refreshSession();
        return "nobody";
      }, LINK_REFUSED);
      setOpeningLink(false);
    },
    [run],
  );

  useEffect(() => {
    const token = readToken(`#${hash}`);
    if (token === null || tried.current === token) return;
    tried.current = token;
    // Out of the address bar and the history before anything else can happen to it.
    history.replaceState(history.state, "", location.pathname + location.search);
    void openLink(token);
  }, [hash, openLink]);

  const user = session.data;
  useEffect(() => {
    if (!user || isOpeningLink || isProved || attempts.trouble !== null) return;
    if (user.needsSignInMethod) void navigate({ to: "/welcome", search: { to: target }, replace: true });
    else void navigate({ href: target, replace: true });
  }, [user, isOpeningLink, isProved, attempts.trouble, navigate, target]);

  const invitation = readInvitation(`#${hash}`);
  if (invitation !== null) return <Navigate to="/invite" hash={`token=${invitation}`} replace />;
  if (isProved) return <Proved isSignedIn={user != null} />;

  return (
    <EntryCard tab="Sign in" title="Sign in to Heliograph">
      {problem && !attempts.trouble ? <ProviderProblem code={problem} /> : null}
      {attempts.trouble ? <SignInProblem trouble={attempts.trouble} /> : null}
      {user && attempts.trouble ? (
        <Button kind="primary" onClick={attempts.clear}>
          Go on as {user.name}
        </Button>
      ) : null}
      {isOpeningLink ? (
        <p role="status">Opening your link…</p>
      ) : (
        <Ways to={target} attempts={attempts} onToken={openLink} />
      )}
    </EntryCard>
  );
}

function Proved({ isSignedIn }: { isSignedIn: boolean }) {
  return (
    <EntryCard tab="Address proved" title="This address is yours">
      <p>Sign-in links can be sent to it from now on.</p>
      {isSignedIn ? (
        <Link to="/" className={buttonClass({ kind: "primary" })}>
          Go on
        </Link>
      ) : (
        <Link to="/login" reloadDocument className={buttonClass({ kind: "primary" })}>
          Sign in
        </Link>
      )}
    </EntryCard>
  );
}

/** Why a provider sent the person back without a session. */
function ProviderProblem({ code }: { code: string }) {
  const known = ErrorCode.safeParse(code);
  const words = ERROR_WORDS[known.success ? known.data : "sign-in-failed"];
  return (
    <Notice tone="error" title={words.sentence}>
      {words.action}
    </Notice>
  );
}

interface WaysProps {
  readonly to: string;
  readonly attempts: Attempts;
  readonly onToken: (token: string) => Promise<void>;
}

function Ways(props: WaysProps) {
  const methods = useQuery({ queryKey: keys.waysIn, queryFn: waysIn.methods });
  if (methods.isError) {
    return (
      <>
        <Failure
          what="The ways to sign in could not be read"
          error={methods.error}
          onRetry={() => void methods.refetch()}
        />
        <HasLink {...props} />
      </>
    );
  }
  if (methods.data === undefined) return <Skeleton height={180} />;
  if (methods.data.isUnclaimed) return <Unclaimed {...props} />;
  return <Offered {...props} methods={methods.data} />;
}

function Unclaimed({ attempts, onToken }: WaysProps) {
  return (
    <>
      <p>
        Nobody owns this installation yet. Open the sign-in link printed in the terminal where Heliograph was started:
        it looks like <code>/login#token=…</code>, works once, and makes you the owner.
      </p>
      <LinkForm kind="primary" disabled={attempts.isBusy} onToken={(token) => void onToken(token)} />
    </>
  );
}

function Offered({ methods, to, attempts, onToken }: WaysProps & { methods: SignInMethods }) {
  const hasAddress = methods.email || methods.password;
  return (
    <>
      {methods.passkey ? <PasskeyButton attempts={attempts} offersQuietly={hasAddress} /> : null}
      {methods.passkey && hasAddress ? <Or /> : null}
      {hasAddress ? <AddressForm methods={methods} to={to} attempts={attempts} /> : null}
      {methods.providers.length > 0 ? (
        <>
          {methods.passkey || hasAddress ? <Or /> : null}
          <ul className={styles.providers}>
            {methods.providers.map(({ id, name, startUrl }) => (
              <li key={id}>
                {/* Leaves the app: the provider's page comes next. */}
                <a className={buttonClass()} href={startAt(startUrl, to)}>
                  Continue with <Isolated>{name}</Isolated>
                </a>
              </li>
            ))}
          </ul>
        </>
      ) : null}
      {methods.registration === "open" ? (
        <p>
          New here? <Link to="/register">Create an account</Link>
        </p>
      ) : null}
      <HasLink to={to} attempts={attempts} onToken={onToken} />
    </>
  );
}

function HasLink({ attempts, onToken }: WaysProps) {
  return (
    <details className={styles.details}>
      <summary>I have a link</summary>
      <LinkForm kind="secondary" disabled={attempts.isBusy} onToken={(token) => void onToken(token)} />
    </details>
  );
}
