// Signing in: passkey first, then a mailed link, a password, a provider. Links carry their token in the fragment, which no
// server ever sees.
import { useQuery } from "@tanstack/react-query";
import { Link, Navigate, useLocation, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { ErrorCode } from "../../../../shared/contracts/errors.ts";
import { safeTarget } from "../../../../shared/contracts/safe-target.ts";
import type { SignInMethods } from "../../../../shared/contracts/sign-in.ts";
import { waysIn } from "../../identity-api.ts";
import { ERROR_WORDS } from "../../plain-words.ts";
import { keys } from "../../queries/keys.ts";
import { useSession } from "../../queries/session.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Isolated } from "../../ui/isolate.tsx";
import { Failure, Notice, Skeleton } from "../../ui/notice.tsx";
import { AddressForm } from "./address-form.tsx";
import { EntryCard, Or } from "./card.tsx";
import { LinkForm } from "./link-form.tsx";
import { ForeignLink, LinkQuestion, WaitingLink } from "./link-question.tsx";
import styles from "./login-page.module.css";
import { PasskeyButton } from "./passkey-button.tsx";
import { readInvitation } from "./read-token.ts";
import { SignInProblem } from "./sign-in-problem.tsx";
import { startAt } from "./start-url.ts";
import { useLink } from "./use-link.ts";
import { type Attempts, useSignIn } from "./use-sign-in.ts";

export function LoginPage() {
  const { to, problem } = useSearch({ from: "/login" });
  const navigate = useNavigate();
  const session = useSession();
  const attempts = useSignIn();
  // Pasted into the address of this very page, a link changes nothing but the fragment.
  const { hash } = useLocation();
  const user = session.data ?? null;
  const { stage, open, leave } = useLink(hash, user, attempts);
  const target = safeTarget(to);

  useEffect(() => {
    if (!user || stage.at !== "none" || attempts.trouble !== null) return;
    if (user.needsSignInMethod) void navigate({ to: "/welcome", search: { to: target }, replace: true });
    else void navigate({ href: target, replace: true });
  }, [user, stage, attempts.trouble, navigate, target]);

  const invitation = readInvitation(`#${hash}`);
  if (invitation !== null) return <Navigate to="/invite" hash={`token=${invitation}`} replace />;
  if (user && stage.at === "asking")
    return <LinkQuestion name={user.name} onUse={() => void open(stage.token)} onStay={leave} />;
  if (user && stage.at === "foreign") return <ForeignLink name={user.name} onStay={leave} />;

  return (
    <EntryCard tab="Sign in" title="Sign in to Heliograph">
      {problem && !attempts.trouble ? <ProviderProblem code={problem} /> : null}
      {attempts.trouble ? <SignInProblem trouble={attempts.trouble} /> : null}
      {user && attempts.trouble ? (
        <Button kind="primary" onClick={attempts.clear}>
          Go on as {user.name}
        </Button>
      ) : null}
      {stage.at === "waiting" ? <WaitingLink /> : null}
      {stage.at === "opening" ? (
        <p role="status">Opening your link…</p>
      ) : (
        <Ways to={target} attempts={attempts} onToken={open} />
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
