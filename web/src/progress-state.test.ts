// The client's progress against a model server, over random losses, reorders and replays.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PhotoId } from "../../shared/contracts/ids.ts";
import type { ProgressCounters, ProgressDelta, ProgressSnapshot } from "../../shared/contracts/progress.ts";
import { connected, finished, NO_PROGRESS, type ProgressState, receive, stageParts } from "./progress-state.ts";

const PHOTO = "01920000-0000-7000-8000-000000000001" as PhotoId;

function counters(total: number, thumbnails: number, indexed: number, failed: number): ProgressCounters {
  return {
    phase: thumbnails + failed < total ? "processing" : indexed + failed < total ? "indexing" : "done",
    label: "Processing your photos",
    expected: total,
    received: total,
    thumbnail: { total, done: thumbnails, skipped: 0, failed },
    index: { total, done: indexed, skipped: failed, failed: 0 },
    rate: { thumbnail: 0, index: 0 },
    eta_s: null,
  };
}

/** The truth, step by step: every step is one delta, and any step can be photographed as a snapshot. */
const history = fc
  .array(fc.constantFrom("thumbnail", "index", "failed"), { minLength: 1, maxLength: 40 })
  .map((steps) => {
    const total = steps.length + 1;
    let [done, indexed, failed] = [0, 0, 0];
    const states = [counters(total, 0, 0, 0)];
    for (const step of steps) {
      if (step === "thumbnail") done += 1;
      if (step === "index" && indexed < done) indexed += 1;
      if (step === "failed") failed += 1;
      states.push(counters(total, done, indexed, failed));
    }
    return states;
  });

function snapshot(states: ProgressCounters[], seq: number): ProgressSnapshot {
  const state = states[seq];
  if (!state) throw new Error(`no state ${seq}`);
  return {
    v: 1,
    kind: "snapshot",
    seq,
    batch: null,
    ...state,
    server_time: "2026-01-01T00:00:00Z",
    poll_after_ms: 1000,
  };
}

function delta(states: ProgressCounters[], seq: number): ProgressDelta {
  const state = states[seq];
  if (!state) throw new Error(`no state ${seq}`);
  return {
    v: 1,
    kind: "delta",
    prev: seq - 1,
    seq,
    photos: [{ id: PHOTO, status: "indexing", rev: seq }],
    counters: state,
  };
}

const play = history.chain((states) =>
  fc.record({
    states: fc.constant(states),
    frames: fc.array(fc.record({ isSnapshot: fc.boolean(), seq: fc.integer({ min: 1, max: states.length - 1 }) }), {
      maxLength: 80,
    }),
  }),
);

describe("progress", () => {
  test("equals the server after a snapshot, whatever was lost, reordered or replayed before", () => {
    fc.assert(
      fc.property(play, ({ states, frames }) => {
        let state: ProgressState = NO_PROGRESS;
        for (const { isSnapshot, seq } of frames) {
          const before = state;
          state = receive(state, isSnapshot ? snapshot(states, seq) : delta(states, seq)).state;
          if (state.counters && state.seq !== null) {
            expect(state.counters.thumbnail).toEqual(states[state.seq]?.thumbnail);
            for (const stage of [state.counters.thumbnail, state.counters.index]) {
              const parts = stageParts(stage);
              expect(parts.done + parts.skipped + parts.failed + parts.waiting).toBe(stage.total);
            }
          }
          expect(state.seq ?? 0).toBeGreaterThanOrEqual(before.seq ?? 0);
          expect(state.best.thumbnail).toBeGreaterThanOrEqual(before.best.thumbnail);
          expect(state.best.index).toBeGreaterThanOrEqual(before.best.index);
        }
        const last = states.length - 1;
        state = receive(state, snapshot(states, last)).state;
        expect(state).toMatchObject({ seq: last, hasGap: false });
        const {
          seq: _seq,
          v: _v,
          kind: _kind,
          batch: _b,
          server_time: _t,
          poll_after_ms: _p,
          ...truth
        } = snapshot(states, last);
        expect(state.counters).toEqual(truth);
      }),
      { numRuns: 2000 },
    );
  });

  test("follows deltas in order without asking", () => {
    fc.assert(
      fc.property(history, (states) => {
        let state = receive(NO_PROGRESS, snapshot(states, 0)).state;
        for (let seq = 1; seq < states.length; seq += 1) {
          const step = receive(state, delta(states, seq));
          expect(step.shouldAsk).toBe(false);
          state = step.state;
        }
        expect(state.counters).toEqual(states.at(-1));
        expect(state.missed).toBe(0);
      }),
    );
  });

  const states = [0, 1, 2, 3].map((done) => counters(4, done, 0, 0));

  test("asks once for a snapshot when a delta is missing", () => {
    const start = receive(NO_PROGRESS, snapshot(states, 0)).state;
    const gap = receive(start, delta(states, 2));
    expect(gap).toMatchObject({ shouldAsk: true, state: { seq: 0, hasGap: true } });
    expect(receive(gap.state, delta(states, 3)).shouldAsk).toBe(false);
  });

  test("tells that photo changes may have been missed when a snapshot jumps ahead", () => {
    const start = receive(NO_PROGRESS, snapshot(states, 0)).state;
    expect(receive(start, snapshot(states, 3)).state.missed).toBe(1);
    expect(receive(start, snapshot(states, 0)).state.missed).toBe(0);
  });

  test("believes a lower sequence only right after connecting", () => {
    const late = receive(NO_PROGRESS, snapshot(states, 3)).state;
    expect(receive(late, snapshot(states, 1)).state.seq).toBe(3);
    expect(receive(connected(late), snapshot(states, 1)).state.seq).toBe(1);
  });

  test("counts failed and skipped as finished", () => {
    expect(finished({ total: 9, done: 2, skipped: 3, failed: 1 })).toBe(6);
  });
});
