// "Same person?": the questions in hand, what was answered, and the way back. Pure; sending is somebody else's.
import type { Suggestion } from "../../../../shared/contracts/people.ts";

export type Answer = "same" | "different" | "skip";

export interface ReviewState {
  /** Still to be asked; the first is on screen. */
  readonly questions: readonly Suggestion[];
  /** Newest last. */
  readonly past: readonly { readonly question: Suggestion; readonly answer: Answer }[];
  /** Ids never to be asked again in this session: answered, skipped, or gone stale. */
  readonly seen: ReadonlySet<string>;
  /** Questions still to be asked: as the server counted, less what was answered and skipped here. */
  readonly total: number;
}

export const NO_REVIEW: ReviewState = { questions: [], past: [], seen: new Set(), total: 0 };

/** Questions in hand below which the next ones are fetched. */
export const FETCH_BELOW = 5;

/** New questions go behind those in hand; what was seen is not asked twice. */
export function receiveQuestions(state: ReviewState, items: readonly Suggestion[], total: number): ReviewState {
  const held = new Set(state.questions.map(({ id }) => id));
  const fresh = items.filter(({ id }) => !held.has(id) && !state.seen.has(id));
  const questions = [...state.questions, ...fresh];
  // The server still counts what was only skipped.
  const skipped = state.past.filter((entry) => entry.answer === "skip").length;
  return { ...state, questions, total: Math.max(questions.length, total - skipped) };
}

function peopleOf({ left, right }: Suggestion): Set<string> {
  return new Set([left.person?.id, right.person?.id].filter((id) => id !== undefined));
}

export function answer(state: ReviewState, given: Answer): ReviewState {
  const [question, ...rest] = state.questions;
  if (!question) return state;
  const joined = given === "same" ? peopleOf(question) : new Set<string>();
  const touches = (other: Suggestion) => [...peopleOf(other)].some((id) => joined.has(id));
  return {
    ...state,
    // Whom a yes has just joined may stand in other questions under an old id: those wait until the server has answered.
    questions: [...rest.filter((other) => !touches(other)), ...rest.filter(touches)],
    past: [...state.past, { question, answer: given }],
    seen: new Set([...state.seen, question.id]),
    total: Math.max(0, state.total - 1),
  };
}

/** The server joined two people: questions about whoever is no longer there are void. */
export function forget(state: ReviewState, gone: readonly string[]): ReviewState {
  const away = new Set(gone);
  const isVoid = (question: Suggestion) => [...peopleOf(question)].some((id) => away.has(id));
  return { ...state, questions: state.questions.filter((question) => !isVoid(question)) };
}

/** A question that no longer exists on the server is dropped without a word of blame. */
export function drop(state: ReviewState, id: string): ReviewState {
  return {
    ...state,
    questions: state.questions.filter((question) => question.id !== id),
    past: state.past.filter(({ question }) => question.id !== id),
    seen: new Set([...state.seen, id]),
  };
}

/** Takes an answer back (the last, or a certain one whose sending failed): its question is on screen again. */
export function takeBack(state: ReviewState, id = state.past.at(-1)?.question.id): ReviewState {
  const entry = state.past.find(({ question }) => question.id === id);
  if (!entry) return state;
  const seen = new Set(state.seen);
  seen.delete(entry.question.id);
  return {
    ...state,
    questions: [entry.question, ...state.questions.filter((question) => question.id !== id)],
    past: state.past.filter((other) => other !== entry),
    seen,
    total: state.total + 1,
  };
}

export interface ReviewCounts {
  readonly same: number;
  readonly different: number;
  readonly skipped: number;
  readonly left: number;
}

export function countReview({ past, questions, total }: ReviewState): ReviewCounts {
  const count = (given: Answer) => past.filter((entry) => entry.answer === given).length;
  return {
    same: count("same"),
    different: count("different"),
    skipped: count("skip"),
    left: Math.max(questions.length, total),
  };
}
