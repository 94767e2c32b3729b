// What a client knows of the server's progress: snapshot, then deltas in order. Pure; a gap asks for a new snapshot.
import type {
  ProgressCounters,
  ProgressDelta,
  ProgressFrame,
  ProgressSnapshot,
  StageCounters,
} from "../../shared/contracts/progress.ts";

export interface ProgressState {
  /** Sequence number held; null until the first snapshot. */
  readonly seq: number | null;
  readonly counters: ProgressCounters | null;
  /** True from a missed delta until the snapshot that heals it. */
  readonly hasGap: boolean;
  /** True right after connecting: the next snapshot is believed even if the hub started counting anew. */
  readonly isFresh: boolean;
  /** Times photo changes may have been missed; whoever keeps photos reads its list again when this grows. */
  readonly missed: number;
  /** Highest share (0–1) of each stage seen so far. Within a batch a bar never goes back, also not for a retry. */
  readonly best: { readonly thumbnail: number; readonly index: number };
}

export const NO_PROGRESS: ProgressState = {
  seq: null,
  counters: null,
  hasGap: false,
  isFresh: true,
  missed: 0,
  best: { thumbnail: 0, index: 0 },
};

export type PhotoChange = ProgressDelta["photos"][number];

export interface Step {
  readonly state: ProgressState;
  /** Photos the frame named. Their `rev` orders them, so they are worth having even from a frame out of turn. */
  readonly changes: readonly PhotoChange[];
  readonly shouldAsk: boolean;
}

export function connected(state: ProgressState): ProgressState {
  return { ...state, isFresh: true, hasGap: false };
}

export function receive(state: ProgressState, frame: ProgressFrame): Step {
  return frame.kind === "snapshot" ? receiveSnapshot(state, frame) : receiveDelta(state, frame);
}

function receiveSnapshot(state: ProgressState, frame: ProgressSnapshot): Step {
  const isLate = state.seq !== null && frame.seq < state.seq && !state.isFresh;
  if (isLate) return { state, changes: [], shouldAsk: state.hasGap };
  const { expected, received, phase, label, thumbnail, index, rate, eta_s } = frame;
  const counters = { expected, received, phase, label, thumbnail, index, rate, eta_s };
  const skippedChanges = state.seq !== null && frame.seq !== state.seq;
  return {
    state: {
      seq: frame.seq,
      counters,
      hasGap: false,
      isFresh: false,
      missed: state.missed + (skippedChanges ? 1 : 0),
      best: raise(state.best, counters),
    },
    changes: [],
    shouldAsk: false,
  };
}

function receiveDelta(state: ProgressState, frame: ProgressDelta): Step {
  if (state.seq === null) return { state: { ...state, hasGap: true }, changes: frame.photos, shouldAsk: !state.hasGap };
  if (frame.prev === state.seq) {
    return {
      state: {
        ...state,
        seq: frame.seq,
        counters: frame.counters,
        hasGap: false,
        isFresh: false,
        best: raise(state.best, frame.counters),
      },
      changes: frame.photos,
      shouldAsk: false,
    };
  }
  if (frame.seq <= state.seq) return { state, changes: frame.photos, shouldAsk: false };
  return { state: { ...state, hasGap: true }, changes: frame.photos, shouldAsk: !state.hasGap };
}

function raise(best: ProgressState["best"], counters: ProgressCounters): ProgressState["best"] {
  return {
    thumbnail: Math.max(best.thumbnail, finishedShare01(counters.thumbnail)),
    index: Math.max(best.index, finishedShare01(counters.index)),
  };
}

/** Failed and skipped count as finished: nothing more will happen to them by itself. */
export function finished(stage: StageCounters): number {
  return stage.done + stage.skipped + stage.failed;
}

export function finishedShare01(stage: StageCounters): number {
  return stage.total === 0 ? 0 : Math.min(1, finished(stage) / stage.total);
}

export interface StageParts {
  readonly done: number;
  readonly skipped: number;
  readonly failed: number;
  readonly waiting: number;
}

/** The four parts always add up to the stage's total. */
export function stageParts(stage: StageCounters): StageParts {
  const { done, skipped, failed } = stage;
  return { done, skipped, failed, waiting: Math.max(0, stage.total - finished(stage)) };
}
