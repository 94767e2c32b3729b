// A password, where the installation has them. A new one needs a fresh proof instead of the old one.
import { type FormEvent, useState } from "react";
import { PASSWORD_MAX_CHARS, PASSWORD_MIN_CHARS } from "../../../../shared/contracts/limits.ts";
import { account } from "../../identity-api.ts";
import { keys } from "../../queries/keys.ts";
import { Button } from "../../ui/button.tsx";
import { CheckField, TextField } from "../../ui/field.tsx";
import { Failure, Notice } from "../../ui/notice.tsx";
import { SectionCard } from "./section-card.tsx";
import styles from "./settings.module.css";
import { useAct } from "./use-act.ts";

export function PasswordCard() {
  const [password, setPassword] = useState("");
  const [isShown, setShown] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const put = useAct({ run: account.setPassword, changes: [keys.session], done: "Password saved" });
  const remove = useAct({ run: account.removePassword, changes: [keys.session], done: "Password removed" });

  function submit(event: FormEvent) {
    event.preventDefault();
    const isFine = password.length >= PASSWORD_MIN_CHARS && password.length <= PASSWORD_MAX_CHARS;
    setProblem(isFine ? null : `Take ${PASSWORD_MIN_CHARS} characters or more; a few words together are good.`);
    if (isFine && !put.isPending) put.mutate(password, { onSuccess: () => setPassword("") });
  }

  return (
    <SectionCard title="Password" intro="A passkey is safer and easier. With a password you also need your address.">
      {put.isSuccess ? <Notice tone="ok" title="The password is saved" /> : null}
      {put.isError ? <Failure what="The password could not be saved" error={put.error} /> : null}
      {remove.isSuccess ? <Notice tone="ok" title="You have no password any more" /> : null}
      {remove.isError ? <Failure what="The password could not be removed" error={remove.error} /> : null}
      <form className={styles.form} onSubmit={submit}>
        <TextField
          label="New password"
          type={isShown ? "text" : "password"}
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          problem={problem}
          hint={`${PASSWORD_MIN_CHARS} characters or more. No other rules; pasting is fine.`}
        />
        <CheckField label="Show it" checked={isShown} onChange={(event) => setShown(event.target.checked)} />
        <div className={styles.buttons}>
          <Button type="submit" disabled={put.isPending}>
            {put.isPending ? "Saving…" : "Save the password"}
          </Button>
          <Button kind="quiet" disabled={remove.isPending} onClick={() => remove.mutate()}>
            Remove the password
          </Button>
        </div>
      </form>
    </SectionCard>
  );
}
