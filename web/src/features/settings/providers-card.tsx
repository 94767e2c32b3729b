// Accounts at sign-in providers that open this one.
import { useQuery } from "@tanstack/react-query";
import type { SignInMethods } from "../../../../shared/contracts/sign-in.ts";
import { identities } from "../../identity-api.ts";
import { keys } from "../../queries/keys.ts";
import { sayDate } from "../../say.ts";
import { Button } from "../../ui/button.tsx";
import { Failure } from "../../ui/notice.tsx";
import { Row, Rows } from "../../ui/rows.tsx";
import { Listed } from "./listed.tsx";
import { SectionCard } from "./section-card.tsx";
import styles from "./settings.module.css";
import { useAct } from "./use-act.ts";

export function ProvidersCard({ offered }: { offered: SignInMethods["providers"] }) {
  const linked = useQuery({ queryKey: keys.identities, queryFn: identities.list });
  const unlink = useAct({
    run: identities.unlink,
    changes: [keys.identities, keys.session],
    done: "Provider unlinked",
  });
  const link = useAct({
    run: async (provider: string) => location.assign((await identities.link(provider)).startUrl),
    changes: [],
  });
  const items = linked.data?.items;
  const others = offered.filter(({ id }) => !items?.some(({ provider }) => provider === id));
  if (offered.length === 0 && (items === undefined || items.length === 0)) return null;
  return (
    <SectionCard title="Providers" intro="Accounts elsewhere that open this one.">
      {unlink.isError ? <Failure what="The provider stays linked" error={unlink.error} /> : null}
      {link.isError ? <Failure what="The provider could not be linked" error={link.error} /> : null}
      <Listed query={linked} items={items} what="Your providers" empty="None is linked.">
        {(shown) => (
          <Rows label="Linked providers">
            {shown.map((one) => (
              <Row
                key={one.provider}
                title={one.name}
                facts={`${one.email ?? "No address"} · linked ${sayDate(one.createdAt)} · ${one.lastUsedAt === null ? "not used yet" : `last used ${sayDate(one.lastUsedAt)}`}`}
                actions={
                  <Button
                    small
                    aria-label={`Unlink ${one.name}`}
                    disabled={unlink.isPending}
                    onClick={() => unlink.mutate(one.provider)}
                  >
                    Unlink
                  </Button>
                }
              />
            ))}
          </Rows>
        )}
      </Listed>
      {others.length > 0 ? (
        <div className={styles.buttons}>
          {others.map(({ id, name }) => (
            <Button key={id} icon="plus" disabled={link.isPending} onClick={() => link.mutate(id)}>
              Link {name}
            </Button>
          ))}
        </div>
      ) : null}
    </SectionCard>
  );
}
