// Registering a program: a service for oneself; apps and devices for everybody, which is an admin's to do.
import { type FormEvent, useState } from "react";
import type { CreateClient } from "../../../../shared/contracts/admin.ts";
import { Scope, type UserInfo } from "../../../../shared/contracts/auth.ts";
import { CLIENT_NAME_MAX_CHARS } from "../../../../shared/contracts/limits.ts";
import { programs } from "../../identity-api.ts";
import { keys } from "../../queries/keys.ts";
import { isAdmin } from "../../queries/session.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { CheckField, CopyField, SelectField, TextArea, TextField } from "../../ui/field.tsx";
import { Failure } from "../../ui/notice.tsx";
import { ScopeList, scopesFor } from "./scope-list.tsx";
import styles from "./settings.module.css";
import { ShownOnceDialog } from "./shown-once-dialog.tsx";
import { useAct } from "./use-act.ts";

type Kind = CreateClient["kind"];

export function CreateClientDialog({ user, onClose }: { user: UserInfo; onClose: () => void }) {
  const [name, setName] = useState("");
  const [kind, setKind] = useState<Kind>("service");
  const [redirects, setRedirects] = useState("");
  const [hasSecret, setSecret] = useState(false);
  const [chosen, setChosen] = useState<readonly Scope[]>(["photo.read"]);
  const [isChecked, setChecked] = useState(false);
  const create = useAct({ run: programs.createClient, changes: [keys.clients], done: "Registered" });
  const redirectUris = redirects.split(/\s+/).filter(Boolean);

  function submit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (name.trim() === "" || chosen.length === 0 || create.isPending) return;
    if (kind === "app" && redirectUris.length === 0) return;
    create.mutate({
      name: name.trim(),
      kind,
      redirectUris: kind === "app" ? redirectUris : [],
      scopes: [...chosen],
      isPublic: kind !== "service" && !hasSecret,
    });
  }

  if (create.isSuccess) {
    const { id, clientSecret } = create.data;
    return (
      <ShownOnceDialog title={`${create.data.name} is registered`} onClose={onClose}>
        <CopyField label="Client ID" value={id} />
        {clientSecret === null ? null : (
          <CopyField
            label="Client secret"
            value={clientSecret}
            hint="This is the only time it is shown. Keep it like a password."
          />
        )}
      </ShownOnceDialog>
    );
  }
  return (
    <Dialog title="Register a program" onClose={onClose}>
      <form className={styles.form} onSubmit={submit} noValidate>
        {create.isError ? <Failure what="It could not be registered" error={create.error} /> : null}
        <TextField
          label="Name"
          data-first-focus
          maxLength={CLIENT_NAME_MAX_CHARS}
          value={name}
          onChange={(event) => setName(event.target.value)}
          problem={isChecked && name.trim() === "" ? "Give it a name people will recognise." : null}
        />
        {isAdmin(user) ? (
          <SelectField label="What it is" value={kind} onChange={(event) => setKind(event.target.value as Kind)}>
            <option value="service">A service: acts as you, with a secret</option>
            <option value="app">An app: people let it in at a browser</option>
            <option value="device">A device: people type a code</option>
          </SelectField>
        ) : null}
        {kind === "app" ? (
          <TextArea
            label="Where people come back to"
            rows={3}
            spellCheck={false}
            value={redirects}
            onChange={(event) => setRedirects(event.target.value)}
            problem={isChecked && redirectUris.length === 0 ? "Name at least one address." : null}
            hint="One address a line, exact: https, or http on this computer."
          />
        ) : null}
        {kind === "app" ? (
          <CheckField
            label="It can keep a secret"
            hint="A server can; an app on a phone or in a page cannot."
            checked={hasSecret}
            onChange={(event) => setSecret(event.target.checked)}
          />
        ) : null}
        <ScopeList
          legend="It may ask for"
          offered={scopesFor(isAdmin(user), Scope.options)}
          chosen={chosen}
          onChange={setChosen}
        />
        {isChecked && chosen.length === 0 ? <p role="alert">Tick at least one thing it may do.</p> : null}
        <div className={styles.buttons}>
          <Button kind="primary" type="submit" disabled={create.isPending}>
            Register
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </form>
    </Dialog>
  );
}
