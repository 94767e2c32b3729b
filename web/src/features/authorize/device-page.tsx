// A device or a terminal shows a code; whoever types it here says whether that device may come in.
import { useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import type { DeviceRequest } from "../../../../shared/contracts/oauth.ts";
import { ApiError } from "../../api.ts";
import { programs } from "../../identity-api.ts";
import { useSession } from "../../queries/session.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { isolate } from "../../ui/isolate.tsx";
import { announce } from "../../ui/live-region.tsx";
import { Failure, Notice } from "../../ui/notice.tsx";
import { EntryCard } from "../login/card.tsx";
import styles from "../login/login-page.module.css";
import { AskedScopes } from "./asked-scopes.tsx";

export function DevicePage() {
  const { user_code: prefilled } = useSearch({ from: "/member/device" });
  const { data: user } = useSession();
  const [code, setCode] = useState(prefilled ?? "");
  const [request, setRequest] = useState<DeviceRequest | null>(null);
  const [answer, setAnswer] = useState<boolean | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);

  async function attempt(act: () => Promise<void>) {
    if (isBusy) return;
    setBusy(true);
    setError(null);
    try {
      await act();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  }

  function find(event: FormEvent) {
    event.preventDefault();
    if (code.trim() !== "") void attempt(async () => setRequest(await programs.findDevice(code.trim())));
  }

  const decide = (userCode: string, isAllowed: boolean) =>
    attempt(async () => {
      await programs.decideDevice(userCode, isAllowed);
      setAnswer(isAllowed);
      announce(isAllowed ? "The device is let in" : "The device was turned away");
    });

  if (answer !== null) {
    return (
      <EntryCard tab="Connect a device" title={answer ? "You can go back to the device" : "Turned away"}>
        <p>
          {answer
            ? `${isolate(request?.client.name ?? "It")} is let in.`
            : "Nothing was given to it. You can close this page."}
        </p>
      </EntryCard>
    );
  }
  if (request !== null) {
    return (
      <EntryCard tab="Connect a device" title={`${isolate(request.client.name)} asks to be let in`}>
        <p>It shows this code. If yours shows another, or you did not start this, deny.</p>
        <p className={styles.code}>{request.userCode}</p>
        <p>
          You are signed in as <b>{user?.name}</b>. It would then:
        </p>
        <AskedScopes scopes={request.scopes} isOpenid={false} />
        {error ? <Failure what="Your answer did not arrive" error={error} /> : null}
        <div className={styles.buttons}>
          <Button kind="primary" disabled={isBusy} onClick={() => void decide(request.userCode, true)}>
            Allow
          </Button>
          <Button disabled={isBusy} onClick={() => void decide(request.userCode, false)}>
            Deny
          </Button>
        </div>
      </EntryCard>
    );
  }
  const isUnknown = error instanceof ApiError && (error.status === 404 || error.status === 400);
  return (
    <EntryCard tab="Connect a device" title="Connect a device">
      <p>Type the code that the device or the terminal shows.</p>
      {isUnknown ? (
        <Notice tone="error" title="There is no such code">
          Check it letter by letter. Codes end after ten minutes: the device can show a new one.
        </Notice>
      ) : error ? (
        <Failure what="The code could not be looked up" error={error} />
      ) : null}
      <form className={styles.form} onSubmit={find}>
        <TextField
          label="Code"
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          value={code}
          onChange={(event) => setCode(event.target.value)}
          placeholder="ABCD-EFGH"
        />
        <Button kind="primary" type="submit" disabled={isBusy || code.trim().length < 4}>
          Continue
        </Button>
      </form>
    </EntryCard>
  );
}
