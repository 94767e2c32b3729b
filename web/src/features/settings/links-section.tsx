// Public links: the keys they are signed with. A new key is for new links; ending a key ends every link made with it.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { UrlKey } from "../../../../shared/contracts/links.ts";
import { keys } from "../../queries/keys.ts";
import { urlKeys } from "../../renders-api.ts";
import { sayDate } from "../../say.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Failure } from "../../ui/notice.tsx";
import { Row, Rows, Tag } from "../../ui/rows.tsx";
import { Listed } from "./listed.tsx";
import { SectionCard } from "./section-card.tsx";
import styles from "./settings.module.css";
import { useAct } from "./use-act.ts";

export function LinksSection() {
  const list = useQuery({ queryKey: keys.urlKeys, queryFn: ({ signal }) => urlKeys.list(signal) });
  const [ending, setEnding] = useState<UrlKey | null>(null);
  const rotate = useAct({
    run: () => urlKeys.rotate(),
    changes: [keys.urlKeys],
    done: "New links are signed with a new key",
  });
  return (
    <SectionCard
      title="Keys of public links"
      intro="Every public link to a picture is signed with a key. Links of one photo end in its Transform tab; here, all that were made with a key."
      action={
        <Button icon="plus" disabled={rotate.isPending} onClick={() => rotate.mutate()}>
          Begin a new key
        </Button>
      }
    >
      {rotate.isError ? <Failure what="There is no new key" error={rotate.error} /> : null}
      <Listed query={list} items={list.data?.items} what="The keys" empty="You have made no public link yet.">
        {(items) => (
          <Rows label="Keys of public links">
            {items.map((one) => (
              <Row
                key={one.id}
                title={<code className={styles.raw}>{one.id}</code>}
                tags={one.state === "signing" ? <Tag tone="ok">Signs new links</Tag> : null}
                facts={`since ${sayDate(one.createdAt)}`}
                actions={
                  <Button
                    small
                    icon="trash"
                    aria-label={`End all its links: key ${one.id}`}
                    onClick={() => setEnding(one)}
                  >
                    End all its links
                  </Button>
                }
              />
            ))}
          </Rows>
        )}
      </Listed>
      {ending ? <EndDialog urlKey={ending} onClose={() => setEnding(null)} /> : null}
    </SectionCard>
  );
}

function EndDialog({ urlKey, onClose }: { urlKey: UrlKey; onClose: () => void }) {
  const end = useAct({ run: () => urlKeys.revoke(urlKey.id), changes: [keys.urlKeys], done: "Its links have ended" });
  return (
    <Dialog title="End all links of this key?" onClose={onClose}>
      <p>Whoever has one of them sees nothing any more, at once. It cannot be taken back.</p>
      {end.isError ? <Failure what="The links could not be ended" error={end.error} /> : null}
      <div className={styles.buttons}>
        <Button
          kind="danger"
          icon="trash"
          data-first-focus
          disabled={end.isPending}
          onClick={() => end.mutate(undefined, { onSuccess: onClose })}
        >
          End the links
        </Button>
        <Button onClick={onClose}>Keep them</Button>
      </div>
    </Dialog>
  );
}
