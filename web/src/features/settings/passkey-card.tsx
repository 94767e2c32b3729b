// Passkeys: add, rename, remove.
import { browserSupportsWebAuthn } from "@simplewebauthn/browser";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { PASSKEY_NAME_MAX_CHARS } from "../../../../shared/contracts/limits.ts";
import type { Passkey } from "../../../../shared/contracts/sign-in.ts";
import { passkeys } from "../../identity-api.ts";
import { keys } from "../../queries/keys.ts";
import { sayDate } from "../../say.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { Failure, Notice } from "../../ui/notice.tsx";
import { Row, Rows, Tag } from "../../ui/rows.tsx";
import { addPasskey } from "../login/add-passkey.ts";
import { sayPasskeyProblem } from "../login/ask-for-passkey.ts";
import { Listed } from "./listed.tsx";
import { SectionCard } from "./section-card.tsx";
import styles from "./settings.module.css";
import { useAct } from "./use-act.ts";

const CHANGES = [keys.passkeys, keys.session];

export function PasskeyCard() {
  const list = useQuery({ queryKey: keys.passkeys, queryFn: passkeys.list });
  const add = useAct({ run: addPasskey, changes: CHANGES, done: "Passkey added" });
  const [renaming, setRenaming] = useState<Passkey | null>(null);
  const [removing, setRemoving] = useState<Passkey | null>(null);
  const byBrowser = sayPasskeyProblem(add.error);
  return (
    <SectionCard
      title="Passkeys"
      intro="Your fingerprint, face or device PIN signs you in. Add one on each device you use, or one that your devices share."
      action={
        <Button icon="plus" disabled={add.isPending || !browserSupportsWebAuthn()} onClick={() => add.mutate()}>
          {add.isPending ? "Waiting for your device…" : "Add a passkey"}
        </Button>
      }
    >
      {byBrowser !== null ? (
        <Notice tone="error" title="The passkey was not added">
          {byBrowser}
        </Notice>
      ) : add.isError ? (
        <Failure what="The passkey could not be added" error={add.error} />
      ) : null}
      <Listed query={list} items={list.data?.items} what="Your passkeys" empty="You have no passkey yet.">
        {(items) => (
          <Rows label="Passkeys">
            {items.map((one) => (
              <Row
                key={one.id}
                title={one.name}
                tags={one.isSynced ? <Tag>Shared by your devices</Tag> : null}
                facts={`Added ${sayDate(one.createdAt)} · ${one.lastUsedAt === null ? "not used yet" : `last used ${sayDate(one.lastUsedAt)}`}`}
                actions={
                  <>
                    <Button small icon="edit" aria-label={`Rename ${one.name}`} onClick={() => setRenaming(one)}>
                      Rename
                    </Button>
                    <Button small icon="trash" aria-label={`Remove ${one.name}`} onClick={() => setRemoving(one)}>
                      Remove
                    </Button>
                  </>
                }
              />
            ))}
          </Rows>
        )}
      </Listed>
      {renaming ? <RenameDialog passkey={renaming} onClose={() => setRenaming(null)} /> : null}
      {removing ? <RemoveDialog passkey={removing} onClose={() => setRemoving(null)} /> : null}
    </SectionCard>
  );
}

function RenameDialog({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const [name, setName] = useState(passkey.name);
  const rename = useAct({
    run: () => passkeys.rename(passkey.id, name.trim()),
    changes: CHANGES,
    done: "Passkey renamed",
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    if (name.trim() !== "") rename.mutate(undefined, { onSuccess: onClose });
  }
  return (
    <Dialog title="Rename the passkey" onClose={onClose}>
      <form className={styles.form} onSubmit={submit}>
        {rename.isError ? <Failure what="The name could not be saved" error={rename.error} /> : null}
        <TextField
          label="Name"
          data-first-focus
          maxLength={PASSKEY_NAME_MAX_CHARS}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <div className={styles.buttons}>
          <Button kind="primary" type="submit" disabled={rename.isPending || name.trim() === ""}>
            Save
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </form>
    </Dialog>
  );
}

function RemoveDialog({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const remove = useAct({ run: () => passkeys.remove(passkey.id), changes: CHANGES, done: "Passkey removed" });
  return (
    <Dialog title={`Remove ${passkey.name}?`} onClose={onClose}>
      <p>It no longer signs you in here. Your device keeps its half until you delete it there.</p>
      {remove.isError ? <Failure what="The passkey stays" error={remove.error} /> : null}
      <div className={styles.buttons}>
        <Button
          kind="danger"
          icon="trash"
          data-first-focus
          disabled={remove.isPending}
          onClick={() => remove.mutate(undefined, { onSuccess: onClose })}
        >
          Remove the passkey
        </Button>
        <Button onClick={onClose}>Keep it</Button>
      </div>
    </Dialog>
  );
}
