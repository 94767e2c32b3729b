// Review: two face walls, one question. Y, N, S and U, or the buttons; the next question is there at once.
import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import type { Suggestion } from "../../../../shared/contracts/people.ts";
import { sayCount, sayNumber } from "../../say.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { announce } from "../../ui/live-region.tsx";
import { EmptyState, Failure, Skeleton } from "../../ui/notice.tsx";
import { Page } from "../../ui/page.tsx";
import { toast } from "../../ui/toasts.tsx";
import { isTyping } from "../shell/use-shortcuts.ts";
import { refreshPeople, whyFailed } from "./decide.ts";
import { nameInSentence } from "./decisions.ts";
import { FaceCrop } from "./face-crop.tsx";
import { LIKELIHOOD_WORDS } from "./likelihood-words.ts";
import styles from "./review.module.css";
import { ReviewModel } from "./review-model.ts";
import { countReview } from "./review-queue.ts";

const FACES_SHOWN = 9;

export function ReviewPage() {
  const [model] = useState(
    () =>
      new ReviewModel({
        onFailed: (_question, error) =>
          toast(`That answer could not be kept. ${whyFailed(error)} The question is here again.`, { tone: "error" }),
        onUndone: (kept) => announce(kept === 0 ? "Undone" : "Undone, except what changed since"),
      }),
  );
  const { review, state, error } = useSyncExternalStore(model.subscribe, model.get);
  const question = review.questions[0];
  const counts = countReview(review);
  const box = useRef<HTMLDivElement>(null);

  useEffect(() => {
    void model.fetchMore();
    // People, counts and history have changed: the pages behind read them again.
    return () => void refreshPeople();
  }, [model]);
  useEffect(() => {
    if (question)
      announce(
        `Same person? ${sideName(question.left)} and ${sideName(question.right)}. ${LIKELIHOOD_WORDS[question.likelihood]}.`,
      );
  }, [question]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isTyping(event.target) || event.altKey || document.querySelector("dialog[open]")) return;
      const key = event.key.toLowerCase();
      const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey ? key === "z" : key === "u";
      if (!isUndo && (event.ctrlKey || event.metaKey)) return;
      const actions = new Map<string, () => void>([
        ["y", () => model.give("same")],
        ["n", () => model.give("different")],
        ["s", () => model.give("skip")],
      ]);
      const action = isUndo ? () => void model.undo() : actions.get(key);
      if (!action) return;
      event.preventDefault();
      // A key that is held down answers one question, not every one there is.
      if (!event.repeat) action();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [model]);

  const hasPast = review.past.length > 0;
  return (
    <Page
      title="Same person?"
      wide
      intro={question ? `${sayCount(counts.left, "question", "questions")} left` : undefined}
      actions={
        <Link to="/people" className={buttonClass({ small: true })}>
          <Icon name="left" size={18} /> People
        </Link>
      }
    >
      {state === "loading" && !question ? <ReviewSkeleton /> : null}
      {state === "failed" && !question ? (
        <Failure what="Questions could not be fetched" error={error} onRetry={() => void model.fetchMore()} />
      ) : null}
      {question ? (
        <div ref={box} className={styles.question} key={question.id}>
          <Side side={question.left} />
          <p className={styles.likelihood}>{LIKELIHOOD_WORDS[question.likelihood]}</p>
          <Side side={question.right} />
        </div>
      ) : null}
      {question || hasPast ? (
        <div className={styles.controls}>
          {question ? (
            <>
              <Button kind="primary" icon="check" aria-keyshortcuts="y" onClick={() => model.give("same")}>
                Yes, same <kbd>Y</kbd>
              </Button>
              <Button icon="close" aria-keyshortcuts="n" onClick={() => model.give("different")}>
                No <kbd>N</kbd>
              </Button>
              <Button aria-keyshortcuts="s" onClick={() => model.give("skip")}>
                Skip <kbd>S</kbd>
              </Button>
            </>
          ) : null}
          <Button
            kind="quiet"
            icon="undo"
            aria-keyshortcuts="u Control+z"
            disabled={!hasPast}
            onClick={() => void model.undo()}
          >
            Undo <kbd>U</kbd>
          </Button>
          <p className={styles.tally}>
            {sayNumber(counts.same)} same · {sayNumber(counts.different)} different · {sayNumber(counts.skipped)}{" "}
            skipped
          </p>
        </div>
      ) : null}
      {!question && state === "ready" ? (
        <EmptyState
          icon="check"
          title={hasPast ? "That is all for now" : "No questions right now"}
          actions={
            <>
              <Link to="/people" className={buttonClass({ kind: "primary" })}>
                See your people
              </Link>
              <Link to="/people/history" className={buttonClass()}>
                See the history
              </Link>
            </>
          }
        >
          {hasPast
            ? `You answered ${sayCount(counts.same + counts.different, "question", "questions")}: ${sayNumber(counts.same)} the same, ${sayNumber(counts.different)} different.${counts.skipped > 0 ? ` ${sayCount(counts.skipped, "was", "were")} skipped and will be asked another time.` : ""}`
            : "Whoever looks alike is grouped already. New questions come with new photos."}
        </EmptyState>
      ) : null}
    </Page>
  );
}

type SuggestionSide = Suggestion["left"];

const sideName = ({ person }: SuggestionSide): string => (person === null ? "a single face" : nameInSentence(person));

function Side({ side }: { side: SuggestionSide }) {
  const { person, faces } = side;
  const shown = faces.slice(0, FACES_SHOWN);
  return (
    <article className={styles.side} aria-label={sideName(side)}>
      <header className={styles.sideHead}>
        <h2>{person === null ? "A single face" : nameInSentence(person)}</h2>
        <p className={styles.count}>
          {person === null ? "Belongs to nobody yet" : sayCount(person.photos, "photo", "photos")}
        </p>
      </header>
      <ul className={styles.faces} data-count={Math.min(shown.length, FACES_SHOWN)}>
        {shown.map((face, at) => (
          <li key={face.id}>
            <FaceCrop src={face.crop} size={256} square eager alt={`Face ${at + 1} of ${sideName(side)}`} />
          </li>
        ))}
      </ul>
    </article>
  );
}

function ReviewSkeleton() {
  return (
    <div className={styles.question} aria-busy="true">
      <p className="visually-hidden">Looking for questions</p>
      <Skeleton height={320} />
      <Skeleton height={320} />
    </div>
  );
}
