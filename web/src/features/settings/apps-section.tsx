// Programs that were let in, and the ones this person registered.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { UserInfo } from "../../../../shared/contracts/auth.ts";
import { programs } from "../../identity-api.ts";
import { SCOPE_WORDS } from "../../identity-words.ts";
import { keys } from "../../queries/keys.ts";
import { sayDate } from "../../say.ts";
import { Button } from "../../ui/button.tsx";
import { Failure } from "../../ui/notice.tsx";
import { Row, Rows, Tag } from "../../ui/rows.tsx";
import { CreateClientDialog } from "./create-client-dialog.tsx";
import { Listed } from "./listed.tsx";
import { SectionCard } from "./section-card.tsx";
import styles from "./settings.module.css";
import { useAct } from "./use-act.ts";

const KIND_WORDS = { app: "App", device: "Device", service: "Service" } as const;

export function AppsSection({ user }: { user: UserInfo }) {
  return (
    <>
      <GrantsCard />
      <ClientsCard user={user} />
    </>
  );
}

function GrantsCard() {
  const list = useQuery({ queryKey: keys.grants, queryFn: programs.grants });
  const end = useAct({ run: programs.endGrant, changes: [keys.grants], done: "Access ended" });
  return (
    <SectionCard title="Let in by you" intro="These act for you until you end it.">
      {end.isError ? <Failure what="The access could not be ended" error={end.error} /> : null}
      <Listed query={list} items={list.data?.items} what="Your apps" empty="You have not let in any app.">
        {(items) => (
          <Rows label="Apps let in">
            {items.map((one) => (
              <Row
                key={one.id}
                title={one.client.name}
                tags={<Tag>{KIND_WORDS[one.client.kind]}</Tag>}
                facts={[
                  one.scopes.map((scope) => SCOPE_WORDS[scope]).join(", "),
                  `since ${sayDate(one.createdAt)}`,
                  `last used ${sayDate(one.lastUsedAt)}`,
                ].join(" · ")}
                actions={
                  <Button
                    small
                    aria-label={`End access of ${one.client.name}`}
                    disabled={end.isPending}
                    onClick={() => end.mutate(one.id)}
                  >
                    End access
                  </Button>
                }
              />
            ))}
          </Rows>
        )}
      </Listed>
    </SectionCard>
  );
}

function ClientsCard({ user }: { user: UserInfo }) {
  const list = useQuery({ queryKey: keys.clients, queryFn: programs.clients });
  const remove = useAct({ run: programs.removeClient, changes: [keys.clients, keys.grants], done: "App removed" });
  const [isCreating, setCreating] = useState(false);
  return (
    <SectionCard
      title="Registered by you"
      intro="For your own programs that sign in with OAuth. A service acts as you, without anybody at a browser."
      action={
        <Button icon="plus" onClick={() => setCreating(true)}>
          Register one
        </Button>
      }
    >
      {remove.isError ? <Failure what="It could not be removed" error={remove.error} /> : null}
      <Listed query={list} items={list.data?.items} what="Your programs" empty="You have not registered any.">
        {(items) => (
          <Rows label="Registered programs">
            {items.map((one) => (
              <Row
                key={one.id}
                title={one.name}
                tags={<Tag>{KIND_WORDS[one.kind]}</Tag>}
                facts={`Since ${sayDate(one.createdAt)} · ${one.scopes.map((scope) => SCOPE_WORDS[scope]).join(", ")}`}
                actions={
                  <Button
                    small
                    icon="trash"
                    aria-label={`Remove ${one.name}`}
                    disabled={remove.isPending}
                    onClick={() => remove.mutate(one.id)}
                  >
                    Remove
                  </Button>
                }
              >
                <code className={styles.raw}>{one.id}</code>
              </Row>
            ))}
          </Rows>
        )}
      </Listed>
      {isCreating ? <CreateClientDialog user={user} onClose={() => setCreating(false)} /> : null}
    </SectionCard>
  );
}
