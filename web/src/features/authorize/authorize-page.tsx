// An app asks to be let in: who, what for, and the person's answer. Nothing is ever answered without a press.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { programs } from "../../identity-api.ts";
import { useSession } from "../../queries/session.ts";
import { Button } from "../../ui/button.tsx";
import { isolate } from "../../ui/isolate.tsx";
import { Failure, Skeleton } from "../../ui/notice.tsx";
import { EntryCard } from "../login/card.tsx";
import styles from "../login/login-page.module.css";
import { AskedScopes } from "./asked-scopes.tsx";

export function AuthorizePage() {
  // As it came: it is the server's to read.
  const [query] = useState(() => location.search.slice(1));
  const { data: user } = useSession();
  const request = useQuery({
    queryKey: ["authorize", query],
    queryFn: () => programs.request(query),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);

  async function decide(isAllowed: boolean) {
    if (isBusy) return;
    setBusy(true);
    setError(null);
    try {
      const { redirectTo } = await programs.decide(query, isAllowed);
      location.assign(redirectTo);
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  }

  if (request.isError) {
    return (
      <EntryCard tab="App access" title="This request cannot be answered">
        <Failure what="The app asked in a way we do not accept" error={request.error} />
        <p>Go back to the app and begin again. Nothing was given to it.</p>
      </EntryCard>
    );
  }
  if (!request.data) {
    return (
      <EntryCard tab="App access" title="An app asks to be let in">
        <Skeleton height={180} />
      </EntryCard>
    );
  }
  const { client, scopes, isOpenid, redirectHost, isKnown } = request.data;
  return (
    <EntryCard tab="App access" title={`${isolate(client.name)} asks to be let in`}>
      <p>
        You are signed in as <b>{user?.name}</b>. {isKnown ? "You let it in before. It" : "It"} would then:
      </p>
      <AskedScopes scopes={scopes} isOpenid={isOpenid} />
      <p className={styles.quietWords}>
        Your answer goes to <b>{redirectHost}</b>. You can end the access any time under Settings, Connected apps.
      </p>
      {error ? <Failure what="Your answer did not arrive" error={error} /> : null}
      <div className={styles.buttons}>
        <Button kind="primary" disabled={isBusy} onClick={() => void decide(true)}>
          Allow
        </Button>
        <Button disabled={isBusy} onClick={() => void decide(false)}>
          Deny
        </Button>
      </div>
    </EntryCard>
  );
}
