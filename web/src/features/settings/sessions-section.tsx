// Where the account is signed in, and how to end that.
import { useQuery } from "@tanstack/react-query";
import { sessions, waysIn } from "../../identity-api.ts";
import { METHOD_WORDS } from "../../identity-words.ts";
import { keys } from "../../queries/keys.ts";
import { sayCount, sayDate } from "../../say.ts";
import { Button } from "../../ui/button.tsx";
import { announce } from "../../ui/live-region.tsx";
import { Failure } from "../../ui/notice.tsx";
import { Row, Rows, Tag } from "../../ui/rows.tsx";
import { Listed } from "./listed.tsx";
import { SectionCard } from "./section-card.tsx";
import { useAct } from "./use-act.ts";

export function SessionsSection() {
  const list = useQuery({ queryKey: keys.sessions, queryFn: sessions.list });
  const methods = useQuery({ queryKey: keys.waysIn, queryFn: waysIn.methods });
  const nameOf = (provider: string) => methods.data?.providers.find(({ id }) => id === provider)?.name ?? provider;
  const end = useAct({ run: sessions.end, changes: [keys.sessions], done: "Session ended" });
  const endOthers = useAct({ run: sessions.endOthers, changes: [keys.sessions] });
  const others = list.data?.items.filter(({ isCurrent }) => !isCurrent).length ?? 0;
  return (
    <SectionCard
      title="Signed in here"
      intro="End what you do not know. An ended session stops at once, its live updates too."
      action={
        <Button
          icon="signout"
          disabled={endOthers.isPending || others === 0}
          onClick={() =>
            endOthers.mutate(undefined, {
              onSuccess: ({ ended }) => announce(`${sayCount(ended, "session", "sessions")} ended`),
            })
          }
        >
          Sign out all others
        </Button>
      }
    >
      {end.isError ? <Failure what="The session could not be ended" error={end.error} /> : null}
      {endOthers.isError ? <Failure what="The others could not be ended" error={endOthers.error} /> : null}
      <Listed query={list} items={list.data?.items} what="Your sessions" empty="There is no session.">
        {(items) => (
          <Rows label="Sessions">
            {items.map((one) => (
              <Row
                key={one.id}
                title={one.device}
                tags={one.isCurrent ? <Tag tone="ok">This one</Tag> : null}
                facts={[
                  `Signed in ${sayDate(one.createdAt)} by ${one.provider === null ? METHOD_WORDS[one.method] : nameOf(one.provider)}`,
                  `last seen ${sayDate(one.lastSeenAt)}`,
                  ...(one.network === null ? [] : [`from ${one.network}`]),
                ].join(" · ")}
                actions={
                  one.isCurrent ? null : (
                    <Button
                      small
                      aria-label={`End the session on ${one.device}, last seen ${sayDate(one.lastSeenAt)}`}
                      disabled={end.isPending}
                      onClick={() => end.mutate(one.id)}
                    >
                      End
                    </Button>
                  )
                }
              />
            ))}
          </Rows>
        )}
      </Listed>
    </SectionCard>
  );
}
