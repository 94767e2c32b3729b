// The history of people: every human decision, newest first, each with the way back.
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { PEOPLE_HISTORY_KEEP_MS } from "../../../../shared/contracts/limits.ts";
import type { PeopleAction } from "../../../../shared/contracts/people.ts";
import { people as api } from "../../people-api.ts";
import { keys } from "../../queries/keys.ts";
import { sayCount, sayDate } from "../../say.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { EmptyState, Failure, Skeleton } from "../../ui/notice.tsx";
import { Page } from "../../ui/page.tsx";
import { toast } from "../../ui/toasts.tsx";
import { refreshPeople, whyFailed } from "./decide.ts";
import styles from "./history.module.css";
import { actionSentence } from "./history-words.ts";

const KEPT_DAYS = Math.round(PEOPLE_HISTORY_KEEP_MS / 86_400_000);

export function HistoryPage() {
  const query = useInfiniteQuery({
    queryKey: keys.peopleHistory,
    queryFn: ({ pageParam, signal }) => api.history(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.cursor,
    // Whoever comes here wants to see what they have just done.
    staleTime: 0,
  });
  const actions = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Page
      title="History of people"
      intro={`What was decided about people, newest first. Each can be undone for ${KEPT_DAYS} days.`}
      actions={
        <Link to="/people" className={buttonClass({ small: true })}>
          <Icon name="left" size={18} /> People
        </Link>
      }
    >
      {query.isPending ? (
        <div aria-busy="true">
          <p className="visually-hidden">Loading the history</p>
          <Skeleton height={64} />
        </div>
      ) : null}
      {query.isError ? (
        <Failure what="The history could not be read" error={query.error} onRetry={() => void query.refetch()} />
      ) : null}
      {query.isSuccess && actions.length === 0 ? (
        <EmptyState icon="clock" title="Nothing has been decided yet">
          Names, merges, splits and answers appear here.
        </EmptyState>
      ) : null}
      {actions.length > 0 ? (
        <ul className={styles.list} aria-label="Decisions">
          {actions.map((action) => (
            <ActionRow key={action.id} action={action} />
          ))}
        </ul>
      ) : null}
      {query.hasNextPage ? (
        <div>
          <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Show older
          </Button>
        </div>
      ) : null}
    </Page>
  );
}

function ActionRow({ action }: { action: PeopleAction }) {
  const sentence = actionSentence(action);
  const undo = useMutation({
    mutationFn: () => api.undo(action.id),
    onSuccess: ({ kept }) => {
      toast(
        kept === 0
          ? "Undone."
          : `Undone, except ${sayCount(kept, "thing", "things")} that a later decision changed: ${kept === 1 ? "it was" : "they were"} left.`,
        { tone: "ok" },
      );
    },
    onError: (error) => toast(`That could not be undone. ${whyFailed(error)}`, { tone: "error" }),
    onSettled: () => refreshPeople(),
  });
  const isUndone = action.undoneAt !== null || undo.isSuccess;
  return (
    <li className={styles.row} data-undone={isUndone || undo.isPending || undefined}>
      <div className={styles.words}>
        <p className={styles.sentence}>
          {sentence}
          {isUndone ? <span className={styles.tag}>Undone</span> : null}
        </p>
        <p className={styles.when}>
          <time dateTime={action.createdAt}>{sayDate(action.createdAt)}</time>
          {action.faces > 0 ? ` · ${sayCount(action.faces, "face", "faces")}` : ""}
        </p>
      </div>
      <Button
        small
        icon="undo"
        aria-label={`Undo: ${sentence}`}
        disabled={isUndone || undo.isPending}
        onClick={() => undo.mutate()}
      >
        Undo
      </Button>
    </li>
  );
}
