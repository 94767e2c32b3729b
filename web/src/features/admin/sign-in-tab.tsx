// How people get in: passwords, registration, room for new accounts, providers.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { IdentitySettings, Provider } from "../../../../shared/contracts/admin.ts";
import { admin } from "../../admin-api.ts";
import { keys } from "../../queries/keys.ts";
import { Button } from "../../ui/button.tsx";
import { CheckField, SavedMark, SelectField, TextField } from "../../ui/field.tsx";
import { Failure, Skeleton } from "../../ui/notice.tsx";
import { Row, Rows, Tag } from "../../ui/rows.tsx";
import { Listed } from "../settings/listed.tsx";
import { SectionCard } from "../settings/section-card.tsx";
import styles from "../settings/settings.module.css";
import { useAct } from "../settings/use-act.ts";
import { readCount, readGigabytes, writeGigabytes } from "./gigabytes.ts";
import { LockOutWarning } from "./lock-out-warning.tsx";
import { ProviderDialog } from "./provider-dialog.tsx";

export function SignInTab() {
  const settings = useQuery({ queryKey: keys.identitySettings, queryFn: admin.identity });
  return (
    <>
      {settings.data ? (
        <SettingsCard saved={settings.data} />
      ) : settings.isError ? (
        <Failure what="The settings could not be read" error={settings.error} onRetry={() => void settings.refetch()} />
      ) : (
        <Skeleton height={240} />
      )}
      <ProvidersCard />
    </>
  );
}

function SettingsCard({ saved }: { saved: IdentitySettings }) {
  const [room, setRoom] = useState(writeGigabytes(saved.defaultQuotaBytes));
  const [photos, setPhotos] = useState(saved.defaultQuotaPhotos === null ? "" : String(saved.defaultQuotaPhotos));
  const save = useAct({ run: admin.putIdentity, changes: [keys.identitySettings, keys.waysIn] });
  // What was chosen shows at once; only a refusal puts back what is stored. A box drawn from the answer
  // would spring back under the finger until the server has spoken.
  const [chosen, setChosen] = useState(saved);
  const put = (change: Partial<IdentitySettings>, isForced = false) => {
    const next = { ...chosen, ...change };
    setChosen(next);
    save.mutate({ ...next, isForced }, { onError: () => setChosen(saved) });
  };
  const quotaBytes = readGigabytes(room);
  const quotaPhotos = readCount(photos);
  return (
    <SectionCard
      title="Getting in"
      action={<SavedMark state={save.isPending ? "saving" : save.isSuccess ? "saved" : "idle"} />}
    >
      {save.isError ? (
        <LockOutWarning
          what="That was not saved"
          error={save.error}
          onForce={() => {
            if (!save.variables) return;
            const { isForced: _, ...asked } = save.variables;
            put(asked, true);
          }}
        />
      ) : null}
      <div className={styles.form}>
        <CheckField
          label="Allow passwords"
          hint="Passkeys, links and providers work without. People may then set one under Settings."
          checked={chosen.passwords}
          onChange={(event) => put({ passwords: event.target.checked })}
        />
        <SelectField
          label="New accounts"
          value={chosen.registration}
          onChange={(event) => {
            const { value } = event.target;
            put({ registration: value === "open" ? "open" : value === "closed" ? "closed" : "invited" });
          }}
        >
          <option value="invited">With an invitation</option>
          <option value="open">Anybody, by a mailed link</option>
          <option value="closed">Nobody</option>
        </SelectField>
        <TextField
          label="Room for each account in GB"
          inputMode="decimal"
          value={room}
          onChange={(event) => setRoom(event.target.value)}
          onBlur={() => {
            if (quotaBytes !== undefined && quotaBytes !== saved.defaultQuotaBytes)
              put({ defaultQuotaBytes: quotaBytes });
          }}
          problem={quotaBytes === undefined ? "Type a number, or leave it empty." : null}
          hint="Empty: no limit. Accounts with limits of their own keep them."
        />
        <TextField
          label="Photos for each account, at most"
          inputMode="numeric"
          value={photos}
          onChange={(event) => setPhotos(event.target.value)}
          onBlur={() => {
            if (quotaPhotos !== undefined && quotaPhotos !== saved.defaultQuotaPhotos)
              put({ defaultQuotaPhotos: quotaPhotos });
          }}
          problem={quotaPhotos === undefined ? "Type a whole number, or leave it empty." : null}
          hint="Empty: no limit."
        />
      </div>
    </SectionCard>
  );
}

function ProvidersCard() {
  const list = useQuery({ queryKey: keys.providers, queryFn: admin.providers });
  const remove = useAct({
    run: admin.removeProvider,
    changes: [keys.providers, keys.waysIn],
    done: "Provider removed",
  });
  const [editing, setEditing] = useState<Provider | "new" | null>(null);
  return (
    <SectionCard
      title="Providers"
      intro="Any that speaks OpenID Connect: Keycloak, Authentik, Google, your company's."
      action={
        <Button icon="plus" onClick={() => setEditing("new")}>
          Add a provider
        </Button>
      }
    >
      {remove.isError ? (
        <LockOutWarning
          what="The provider was not removed"
          error={remove.error}
          onForce={() => remove.variables && remove.mutate({ ...remove.variables, isForced: true })}
        />
      ) : null}
      <Listed query={list} items={list.data?.items} what="The providers" empty="There is none.">
        {(items) => (
          <Rows label="Providers">
            {items.map((one) => (
              <Row
                key={one.id}
                title={one.name}
                tags={one.isEnabled ? null : <Tag tone="warn">Switched off</Tag>}
                facts={`${one.issuer} · ${one.allowSignUp ? "makes accounts" : "for people with an account"}`}
                actions={
                  <>
                    <Button small icon="edit" aria-label={`Change ${one.name}`} onClick={() => setEditing(one)}>
                      Change
                    </Button>
                    <Button
                      small
                      icon="trash"
                      aria-label={`Remove ${one.name}`}
                      disabled={remove.isPending}
                      onClick={() => remove.mutate({ id: one.id, isForced: false })}
                    >
                      Remove
                    </Button>
                  </>
                }
              />
            ))}
          </Rows>
        )}
      </Listed>
      {editing ? (
        <ProviderDialog provider={editing === "new" ? null : editing} onClose={() => setEditing(null)} />
      ) : null}
    </SectionCard>
  );
}
