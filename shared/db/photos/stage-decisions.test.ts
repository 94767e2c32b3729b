import { describe, expect, it } from "vitest";
import { STAGE_MAX_ATTEMPTS } from "../../contracts/limits.ts";
import { isTerminal, Lifecycle, StageName, StageState } from "../../contracts/photos.ts";
import type { PhotoRow } from "./photo-row.ts";
import { explainMissedClaim } from "./stage-decisions.ts";

const NOW = 2_000_000_000_000;
const row = (more: Partial<PhotoRow> = {}): PhotoRow =>
  ({
    gen: 1,
    lifecycle: "stored",
    thumbnailState: "pending",
    thumbnailAttempts: 0,
    thumbnailLeaseUntil: 0,
    indexState: "pending",
    indexAttempts: 0,
    indexLeaseUntil: 0,
    ...more,
  }) as PhotoRow;
const explain = (photo: PhotoRow | null, stage: StageName = "thumbnail", gen = 1) =>
  explainMissedClaim(photo, gen, stage, NOW);

describe("a missed claim", () => {
  it("is explained for every row", () => {
    let explained = 0;
    for (const lifecycle of Lifecycle.options)
      for (const thumbnailState of StageState.options)
        for (const indexState of StageState.options)
          for (const attempts of [0, STAGE_MAX_ATTEMPTS])
            for (const leaseUntil of [0, NOW, NOW + 1])
              for (const stage of StageName.options) {
                const photo = row({
                  lifecycle,
                  thumbnailState,
                  indexState,
                  thumbnailAttempts: attempts,
                  indexAttempts: attempts,
                  thumbnailLeaseUntil: leaseUntil,
                  indexLeaseUntil: leaseUntil,
                });
                const missed = explain(photo, stage);
                explained++;
                // Looking again later is for those who may still get the stage; everybody else is told to stop.
                const canStillMove = missed.kind === "leased" || missed.kind === "again" || missed.kind === "exhausted";
                const state = stage === "thumbnail" ? thumbnailState : indexState;
                const isOpen = lifecycle !== "deleted" && !isTerminal(state);
                expect(canStillMove).toBe(isOpen && (stage === "thumbnail" || thumbnailState === "done"));
              }
    expect(explained).toBe(4 * 5 * 5 * 2 * 3 * 2);
  });

  it("of no photo, another generation or a deleted one is dropped", () => {
    expect(explain(null).kind).toBe("unknown");
    expect(explain(row(), "thumbnail", 2).kind).toBe("stale-generation");
    expect(explain(row({ lifecycle: "deleted" })).kind).toBe("deleted");
  });

  it("of an ended stage forwards only what the next stage still waits for", () => {
    expect(explain(row({ thumbnailState: "done" }))).toEqual({ kind: "ended", forward: true });
    expect(explain(row({ thumbnailState: "done", indexState: "done" }))).toEqual({ kind: "ended", forward: false });
    expect(explain(row({ thumbnailState: "failed", indexState: "skipped" }))).toEqual({
      kind: "ended",
      forward: false,
    });
    expect(explain(row({ thumbnailState: "done", indexState: "done" }), "index")).toEqual({
      kind: "ended",
      forward: false,
    });
  });

  it("of a held stage says when to look again, and a lease that ends now is not held", () => {
    expect(explain(row({ thumbnailState: "running", thumbnailLeaseUntil: NOW + 1 }))).toEqual({
      kind: "leased",
      retryAt: NOW + 1,
    });
    expect(explain(row({ thumbnailState: "running", thumbnailLeaseUntil: NOW })).kind).toBe("again");
  });

  it("without attempts left is exhausted, but not while the last attempt lives", () => {
    const last = { thumbnailState: "running", thumbnailAttempts: STAGE_MAX_ATTEMPTS } as const;
    expect(explain(row(last)).kind).toBe("exhausted");
    expect(explain(row({ ...last, thumbnailLeaseUntil: NOW + 1 })).kind).toBe("leased");
  });

  it("of an index before its thumbnails is too early", () => {
    expect(explain(row(), "index").kind).toBe("too-early");
    expect(explain(row({ thumbnailState: "done" }), "index").kind).toBe("again");
  });
});
