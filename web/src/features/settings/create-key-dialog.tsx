// Making an API key: what for, what it may do, until when; then the key itself, this once.
import { type FormEvent, useState } from "react";
import type { CreateApiKey } from "../../../../shared/contracts/account.ts";
import { Scope, type UserInfo } from "../../../../shared/contracts/auth.ts";
import { API_KEY_NAME_MAX_CHARS } from "../../../../shared/contracts/limits.ts";
import { apiKeys } from "../../identity-api.ts";
import { keys } from "../../queries/keys.ts";
import { isAdmin } from "../../queries/session.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { CopyField, SelectField, TextField } from "../../ui/field.tsx";
import { Failure } from "../../ui/notice.tsx";
import { ScopeList, scopesFor } from "./scope-list.tsx";
import styles from "./settings.module.css";
import { ShownOnceDialog } from "./shown-once-dialog.tsx";
import { useAct } from "./use-act.ts";

const LIVES = [
  { days: "30", label: "30 days" },
  { days: "90", label: "90 days" },
  { days: "365", label: "One year" },
  { days: "never", label: "Never ends" },
] as const;

export function CreateKeyDialog({ user, onClose }: { user: UserInfo; onClose: () => void }) {
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState<readonly Scope[]>(["photo.read"]);
  const [life, setLife] = useState<string>("365");
  const [isChecked, setChecked] = useState(false);
  const create = useAct({
    run: (body: CreateApiKey) => apiKeys.create(body),
    changes: [keys.apiKeys],
    done: "Key created. Copy it now.",
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (name.trim() === "" || chosen.length === 0 || create.isPending) return;
    create.mutate({
      name: name.trim(),
      scopes: [...chosen],
      expiresInDays: life === "never" ? null : Number(life),
    });
  }

  if (create.isSuccess) {
    return (
      <ShownOnceDialog title="Copy your key now" onClose={onClose}>
        <p>This is the only time it is shown. Keep it like a password.</p>
        <CopyField label="API key" value={create.data.key} hint="Send it as: Authorization: Bearer hg_…" />
      </ShownOnceDialog>
    );
  }
  return (
    <Dialog title="Create an API key" onClose={onClose}>
      <form className={styles.form} onSubmit={submit} noValidate>
        {create.isError ? <Failure what="The key could not be created" error={create.error} /> : null}
        <TextField
          label="Name"
          data-first-focus
          maxLength={API_KEY_NAME_MAX_CHARS}
          value={name}
          onChange={(event) => setName(event.target.value)}
          problem={isChecked && name.trim() === "" ? "Give it a name you will recognise." : null}
          placeholder="Backup script"
        />
        <ScopeList
          legend="It may"
          offered={scopesFor(isAdmin(user), Scope.options)}
          chosen={chosen}
          onChange={setChosen}
        />
        {isChecked && chosen.length === 0 ? <p role="alert">Tick at least one thing it may do.</p> : null}
        <SelectField label="It ends after" value={life} onChange={(event) => setLife(event.target.value)}>
          {LIVES.map(({ days, label }) => (
            <option key={days} value={days}>
              {label}
            </option>
          ))}
        </SelectField>
        <div className={styles.buttons}>
          <Button kind="primary" type="submit" disabled={create.isPending}>
            {create.isPending ? "Creating…" : "Create the key"}
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </form>
    </Dialog>
  );
}
