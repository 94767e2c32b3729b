// Events of the audit log in plain words; more of them on request.
import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import type { AuditEvent, AuditPage } from "../../../../shared/contracts/audit.ts";
import { AUDIT_WORDS } from "../../identity-words.ts";
import { sayDate } from "../../say.ts";
import { Button } from "../../ui/button.tsx";
import { Row, Rows, Tag } from "../../ui/rows.tsx";
import { Listed } from "./listed.tsx";
import styles from "./settings.module.css";

interface AuditListProps {
  readonly pages: UseInfiniteQueryResult<InfiniteData<AuditPage>>;
  /** Says about whom, and by whom: for admins. */
  readonly showsPeople: boolean;
}

const WORRYING = /failed|limited|reuse|regressed|denied|disabled|closing|purged/;
const VIA_WORDS = {
  session: "in a browser",
  "api-key": "by an API key",
  token: "by an app",
  system: "by itself",
  none: "before signing in",
} as const;

export function AuditList({ pages, showsPeople }: AuditListProps) {
  const items = pages.data?.pages.flatMap((page) => page.items);
  return (
    <>
      <Listed query={pages} items={items} what="The log" empty="Nothing has happened yet.">
        {(events) => (
          <Rows label="Events">
            {events.map((event) => (
              <Row
                key={event.id}
                title={AUDIT_WORDS[event.action]}
                tags={WORRYING.test(event.action) ? <Tag tone="warn">Look at this</Tag> : null}
                facts={factsOf(event, showsPeople)}
              />
            ))}
          </Rows>
        )}
      </Listed>
      {pages.hasNextPage ? (
        <div className={styles.buttons}>
          <Button disabled={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            {pages.isFetchingNextPage ? "Reading…" : "Show more"}
          </Button>
        </div>
      ) : null}
    </>
  );
}

function factsOf(event: AuditEvent, showsPeople: boolean): string {
  const subject = event.subject?.name ?? (event.subject === null ? "the installation" : "a deleted account");
  const byOther = event.actor !== null && event.actor.id !== event.subject?.id;
  return [
    sayDate(event.at),
    ...(showsPeople ? [subject] : []),
    ...(byOther ? [`by ${event.actor?.name ?? "somebody"}`] : []),
    VIA_WORDS[event.via],
    ...(event.device === null ? [] : [event.device]),
    ...(event.network === null ? [] : [`from ${event.network}`]),
    ...Object.entries(event.details).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`])),
  ].join(" · ");
}
