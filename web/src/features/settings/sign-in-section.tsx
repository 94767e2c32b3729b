// The ways in: passkeys, a password where the installation has them, accounts at providers.
import { useQuery } from "@tanstack/react-query";
import type { UserInfo } from "../../../../shared/contracts/auth.ts";
import { waysIn } from "../../identity-api.ts";
import { keys } from "../../queries/keys.ts";
import { Notice } from "../../ui/notice.tsx";
import { PasskeyCard } from "./passkey-card.tsx";
import { PasswordCard } from "./password-card.tsx";
import { ProvidersCard } from "./providers-card.tsx";

export function SignInSection({ user }: { user: UserInfo }) {
  const methods = useQuery({ queryKey: keys.waysIn, queryFn: waysIn.methods });
  return (
    <>
      {user.needsSignInMethod ? (
        <Notice tone="warn" title="You could not sign in again">
          Add a passkey now: the link you came by works only once.
        </Notice>
      ) : null}
      <PasskeyCard />
      {methods.data?.password ? <PasswordCard /> : null}
      <ProvidersCard offered={methods.data?.providers ?? []} />
    </>
  );
}
