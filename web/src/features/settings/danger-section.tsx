// Deleting the account: typed, explained, and taken back within two weeks.
import { type FormEvent, useState } from "react";
import type { UserInfo } from "../../../../shared/contracts/auth.ts";
import { account } from "../../identity-api.ts";
import { keys } from "../../queries/keys.ts";
import { sayCount } from "../../say.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { CheckField, TextField } from "../../ui/field.tsx";
import { Failure } from "../../ui/notice.tsx";
import { SectionCard } from "./section-card.tsx";
import styles from "./settings.module.css";
import { useAct } from "./use-act.ts";

export function DangerSection({ user }: { user: UserInfo }) {
  const [isAsking, setAsking] = useState(false);
  return (
    <SectionCard title="Delete the account" isDangerous>
      {user.status === "closing" ? (
        <p>The account is being deleted. Keep it with the button at the top of this page, or delete it at once here.</p>
      ) : (
        <p>
          {sayCount(user.storage.photos, "photo", "photos")}, everything known about people in them, your keys and
          sessions go. For 14 days you can sign in and take it back; then it is gone for good. Download your photos
          first if you want to keep them.
        </p>
      )}
      <div className={styles.buttons}>
        <Button kind="danger" icon="trash" onClick={() => setAsking(true)}>
          Delete my account
        </Button>
      </div>
      {isAsking ? <DeleteDialog user={user} onClose={() => setAsking(false)} /> : null}
    </SectionCard>
  );
}

function DeleteDialog({ user, onClose }: { user: UserInfo; onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const [isNow, setNow] = useState(user.status === "closing");
  const remove = useAct({
    run: () => account.remove({ confirm: typed.trim(), now: isNow }),
    changes: [keys.session],
    done: isNow ? "Your account is deleted" : "Your account will be deleted in 14 days",
  });
  const isTyped = typed.trim() === user.name.trim();

  function submit(event: FormEvent) {
    event.preventDefault();
    if (isTyped && !remove.isPending) remove.mutate(undefined, { onSuccess: onClose });
  }

  return (
    <Dialog title="Delete your account?" onClose={onClose}>
      <form className={styles.form} onSubmit={submit}>
        <p>
          {isNow
            ? "Everything is deleted at once. This cannot be undone."
            : "You are signed out everywhere else at once. Sign in within 14 days to keep the account; then everything is deleted for good."}
        </p>
        {remove.isError ? <Failure what="The account stays" error={remove.error} /> : null}
        <TextField
          label={`Type your name, ${user.name}, to confirm`}
          data-first-focus
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <CheckField
          label="Delete at once, without the 14 days"
          checked={isNow}
          onChange={(event) => setNow(event.target.checked)}
        />
        <div className={styles.buttons}>
          <Button kind="danger" icon="trash" type="submit" disabled={!isTyped || remove.isPending}>
            Delete my account
          </Button>
          <Button onClick={onClose}>Keep it</Button>
        </div>
      </form>
    </Dialog>
  );
}
