// API keys: for scripts of one's own. Shown once, ended any time.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ApiKey } from "../../../../shared/contracts/account.ts";
import type { UserInfo } from "../../../../shared/contracts/auth.ts";
import { apiKeys } from "../../identity-api.ts";
import { SCOPE_WORDS } from "../../identity-words.ts";
import { keys } from "../../queries/keys.ts";
import { sayDate } from "../../say.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Failure } from "../../ui/notice.tsx";
import { Row, Rows, Tag } from "../../ui/rows.tsx";
import { CreateKeyDialog } from "./create-key-dialog.tsx";
import { Listed } from "./listed.tsx";
import { SectionCard } from "./section-card.tsx";
import styles from "./settings.module.css";
import { useAct } from "./use-act.ts";

export function ApiKeysSection({ user }: { user: UserInfo }) {
  const list = useQuery({ queryKey: keys.apiKeys, queryFn: apiKeys.list });
  const [isCreating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  return (
    <SectionCard
      title="API keys"
      intro="For scripts and tools of your own. A key does what you tick, and nothing else."
      action={
        <Button icon="plus" onClick={() => setCreating(true)}>
          Create a key
        </Button>
      }
    >
      <Listed query={list} items={list.data?.items} what="Your keys" empty="You have no API key.">
        {(items) => (
          <Rows label="API keys">
            {items.map((one) => (
              <Row
                key={one.id}
                title={one.name}
                tags={
                  <>
                    <code className={styles.raw}>{one.prefix}…</code>
                    {hasEnded(one) ? <Tag tone="warn">Ended</Tag> : null}
                  </>
                }
                facts={[
                  one.scopes.map((scope) => SCOPE_WORDS[scope]).join(", "),
                  one.lastUsedAt === null ? "not used yet" : `last used ${sayDate(one.lastUsedAt)}`,
                  one.expiresAt === null ? "never ends" : `ends ${sayDate(one.expiresAt)}`,
                ].join(" · ")}
                actions={
                  <Button small icon="trash" aria-label={`Revoke ${one.name}`} onClick={() => setRevoking(one)}>
                    Revoke
                  </Button>
                }
              />
            ))}
          </Rows>
        )}
      </Listed>
      {isCreating ? <CreateKeyDialog user={user} onClose={() => setCreating(false)} /> : null}
      {revoking ? <RevokeDialog apiKey={revoking} onClose={() => setRevoking(null)} /> : null}
    </SectionCard>
  );
}

const hasEnded = ({ expiresAt }: ApiKey): boolean => expiresAt !== null && Date.parse(expiresAt) < Date.now();

function RevokeDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const revoke = useAct({ run: () => apiKeys.revoke(apiKey.id), changes: [keys.apiKeys], done: "Key revoked" });
  return (
    <Dialog title={`Revoke ${apiKey.name}?`} onClose={onClose}>
      <p>Whatever uses this key stops working at once. It cannot be taken back.</p>
      {revoke.isError ? <Failure what="The key could not be revoked" error={revoke.error} /> : null}
      <div className={styles.buttons}>
        <Button
          kind="danger"
          icon="trash"
          data-first-focus
          disabled={revoke.isPending}
          onClick={() => revoke.mutate(undefined, { onSuccess: onClose })}
        >
          Revoke the key
        </Button>
        <Button onClick={onClose}>Keep it</Button>
      </div>
    </Dialog>
  );
}
