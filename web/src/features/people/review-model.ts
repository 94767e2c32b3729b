// The review session: keeps questions coming, sends answers without waiting for them, and takes them back.
import type { PeopleChange, Suggestion } from "../../../../shared/contracts/people.ts";
import { ApiError } from "../../api.ts";
import { people as api } from "../../people-api.ts";
import {
  type Answer,
  answer,
  drop,
  FETCH_BELOW,
  forget,
  NO_REVIEW,
  type ReviewState,
  receiveQuestions,
  takeBack,
} from "./review-queue.ts";

const ASKED_AT_ONCE = 12;

export interface ReviewView {
  readonly review: ReviewState;
  readonly state: "loading" | "ready" | "failed";
  readonly error: unknown;
}

/** Where words about a session go; the page shows them, tests collect them. */
export interface ReviewEars {
  readonly onFailed: (question: Suggestion, error: unknown) => void;
  readonly onUndone: (kept: number) => void;
}

export class ReviewModel {
  view: ReviewView = { review: NO_REVIEW, state: "loading", error: null };
  readonly #ears: ReviewEars;
  readonly #listeners = new Set<() => void>();
  /** What each answered question came to; undefined when sending failed or it no longer existed. */
  readonly #sent = new Map<string, Promise<PeopleChange | undefined>>();
  #isFetching = false;
  /** The server had nothing that was not seen here: asking again before an answer changes it is useless. */
  #isDry = false;

  constructor(ears: ReviewEars) {
    this.#ears = ears;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  get = (): ReviewView => this.view;

  async fetchMore(): Promise<void> {
    if (this.#isFetching) return;
    this.#isFetching = true;
    try {
      // Skipped questions stay on the server's list, before the ones we want.
      const skipped = this.view.review.past.filter((entry) => entry.answer === "skip").length;
      const { items, total } = await api.suggestions(Math.min(50, ASKED_AT_ONCE + skipped));
      const before = this.view.review.questions.length;
      const review = receiveQuestions(this.view.review, items, total);
      this.#isDry = review.questions.length === before;
      this.#set({ review, state: "ready", error: null });
      for (const { left, right } of items.slice(0, ASKED_AT_ONCE)) warm([...left.faces, ...right.faces]);
    } catch (error) {
      // With questions in hand there is no need to say so yet.
      if (this.view.review.questions.length === 0) this.#set({ state: "failed", error });
    } finally {
      this.#isFetching = false;
    }
  }

  give(given: Answer): void {
    const question = this.view.review.questions[0];
    if (!question) return;
    this.#set({ review: answer(this.view.review, given) });
    if (given !== "skip") this.#send(question, given);
    this.#keepUp();
  }

  /** The last answer back on screen; what it had done is undone. */
  async undo(): Promise<boolean> {
    const last = this.view.review.past.at(-1);
    if (!last) return false;
    this.#set({ review: takeBack(this.view.review) });
    if (last.answer === "skip") return true;
    const sent = this.#sent.get(last.question.id);
    this.#sent.delete(last.question.id);
    try {
      const change = await sent;
      if (change) this.#ears.onUndone((await api.undo(change.action.id)).kept);
    } catch (error) {
      // It stays answered: the question must not pretend to be open.
      this.#set({ review: drop(this.view.review, last.question.id) });
      this.#ears.onFailed(last.question, error);
    }
    return true;
  }

  #send(question: Suggestion, given: "same" | "different"): void {
    const sending = api.answer(question.id, given).then(
      (change) => {
        this.#isDry = false;
        if (given === "same") this.#joined(question, change);
        return change;
      },
      (error: unknown) => {
        if (error instanceof ApiError && error.code === "not-found") {
          this.#set({ review: drop(this.view.review, question.id) });
        } else {
          this.#set({ review: takeBack(this.view.review, question.id) });
          this.#ears.onFailed(question, error);
        }
        this.#keepUp();
        return undefined;
      },
    );
    this.#sent.set(question.id, sending);
  }

  /** Whoever did not survive a yes is in no question any more. */
  #joined({ left, right }: Suggestion, { person }: PeopleChange): void {
    const gone = [left.person?.id, right.person?.id].filter((id) => id !== undefined && id !== person?.id);
    this.#set({ review: forget(this.view.review, gone as string[]) });
    this.#keepUp();
  }

  #keepUp(): void {
    if (this.view.review.questions.length < FETCH_BELOW && !this.#isDry) void this.fetchMore();
  }

  #set(change: Partial<ReviewView>): void {
    this.view = { ...this.view, ...change };
    for (const listener of this.#listeners) listener();
  }
}

/** Fetches crops before their question is on screen. */
function warm(cards: readonly { readonly crop: string }[]): void {
  if (typeof Image === "undefined") return;
  for (const { crop } of cards) new Image().src = crop;
}
