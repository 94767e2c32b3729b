import { describe, expect, it } from "vitest";
import {
  STAGE_MAX_ATTEMPTS,
  TOMBSTONE_KEEP_MS,
  TRASH_KEEP_MS,
  UPLOAD_ABANDON_AFTER_MS,
} from "../../contracts/limits.ts";
import { isTerminal, Lifecycle, StageState } from "../../contracts/photos.ts";
import { decideRepair, type Evidence, type RepairRow } from "./repair-decisions.ts";

const NOW = 2_000_000_000_000;
const STALE_AFTER_MS = 300_000;
/** Older than every period the sweep knows. */
const LONG_AGO = NOW - 100 * 24 * 60 * 60_000;

const stored: RepairRow = {
  lifecycle: "stored",
  purgedAt: null,
  deletedAt: null,
  storedAt: LONG_AGO,
  changedAt: LONG_AGO,
  nudgedAt: 0,
  thumbnailState: "pending",
  thumbnailAttempts: 0,
  thumbnailLeaseUntil: 0,
  indexState: "pending",
  indexAttempts: 0,
  indexLeaseUntil: 0,
};
const decide = (row: Partial<RepairRow> | null, more: Partial<Evidence> = {}) =>
  decideRepair({
    row: row === null ? null : { ...stored, ...row },
    original: true,
    derivatives: "unknown",
    now: NOW,
    staleAfterMs: STALE_AFTER_MS,
    ...more,
  });

const AGES = [LONG_AGO, NOW];
const BOTH = [true, false];
const ATTEMPTS = [0, STAGE_MAX_ATTEMPTS];
const LEASES = [0, NOW + 1];

/** When it was removed for good, and when its bytes came: what goes with a lifecycle. */
function pastsOf(lifecycle: Lifecycle): (readonly [number | null, number | null])[] {
  if (lifecycle !== "deleted") return [[null, lifecycle === "stored" ? LONG_AGO : null]];
  return [null, ...AGES].flatMap((purgedAt) => [[purgedAt, null] as const, [purgedAt, LONG_AGO] as const]);
}

/** Every row the schema allows, with each number on either side of its limit. */
function* everyEvidence(): Generator<Evidence & { row: RepairRow }> {
  for (const lifecycle of Lifecycle.options)
    for (const [purgedAt, storedAt] of pastsOf(lifecycle))
      for (const changedAt of AGES)
        for (const thumbnailState of StageState.options)
          for (const indexState of StageState.options)
            for (const attempts of ATTEMPTS)
              for (const leaseUntil of LEASES)
                for (const original of BOTH)
                  for (const derivatives of ["complete", "incomplete", "unknown"] as const)
                    yield {
                      row: {
                        ...stored,
                        lifecycle,
                        purgedAt,
                        deletedAt: lifecycle === "deleted" ? changedAt : null,
                        storedAt,
                        changedAt,
                        thumbnailState,
                        thumbnailAttempts: attempts,
                        thumbnailLeaseUntil: leaseUntil,
                        indexState,
                        indexAttempts: attempts,
                        indexLeaseUntil: leaseUntil,
                      },
                      original,
                      derivatives,
                      now: NOW,
                      staleAfterMs: STALE_AFTER_MS,
                    };
}
const EVERYTHING = [...everyEvidence()];

describe("the sweep's law", () => {
  it("has a rule for every pair of facts", () => {
    expect(EVERYTHING.length).toBeGreaterThan(4000);
    for (const evidence of EVERYTHING) expect(decideRepair(evidence)).toEqual(expect.any(String));
  });

  it("never lets a photo wait that is unfinished, unheld and old", () => {
    const isHeld = ({ thumbnailLeaseUntil, indexLeaseUntil }: RepairRow) =>
      thumbnailLeaseUntil > NOW || indexLeaseUntil > NOW;
    const isUnfinished = ({ lifecycle, thumbnailState, indexState }: RepairRow) =>
      lifecycle === "uploading" || (lifecycle === "stored" && !(isTerminal(thumbnailState) && isTerminal(indexState)));
    const stuck = EVERYTHING.filter(({ row }) => isUnfinished(row) && !isHeld(row) && row.changedAt === LONG_AGO);
    expect(stuck.length).toBeGreaterThan(100);
    for (const evidence of stuck) expect(decideRepair(evidence)).not.toMatch(/^(none|wait)$/);
  });

  it("starts no work on a photo that is in the trash or removed", () => {
    for (const evidence of EVERYTHING.filter(({ row }) => row.lifecycle === "deleted"))
      expect(decideRepair(evidence)).toMatch(/^(none|wait|purge|delete-objects|forget|count-trashed)$/);
  });

  it("removes objects only of removed photos", () => {
    for (const evidence of EVERYTHING.filter(({ row }) => row.purgedAt === null))
      expect(decideRepair(evidence)).not.toMatch(/^(delete-objects|forget)$/);
  });

  it("leaves a live attempt alone", () => {
    for (const evidence of EVERYTHING) {
      const { row } = evidence;
      if (row.lifecycle !== "stored" || row.thumbnailLeaseUntil <= NOW || isTerminal(row.thumbnailState)) continue;
      expect(decideRepair(evidence)).toBe("wait");
    }
  });

  it("leaves a photo alone that is finished and complete", () => {
    expect(decide({ thumbnailState: "done", indexState: "done" }, { derivatives: "complete" })).toBe("none");
  });
});

describe("bytes and rows", () => {
  it("recovers bytes without a row, and removes derivatives without one", () => {
    expect(decide(null)).toBe("recover");
    expect(decide(null, { original: false, derivatives: "incomplete" })).toBe("delete-objects");
    expect(decide(null, { original: false })).toBe("none");
  });

  it("revives an upload whose bytes came, even when it was abandoned", () => {
    expect(decide({ lifecycle: "uploading" })).toBe("revive");
    expect(decide({ lifecycle: "uploading", changedAt: NOW })).toBe("wait");
    expect(decide({ lifecycle: "abandoned" })).toBe("revive");
  });

  it("counts bytes that came for a photo in the trash, once", () => {
    const trashed = { lifecycle: "deleted", deletedAt: NOW - 1 } as const;
    expect(decide({ ...trashed, storedAt: null })).toBe("count-trashed");
    expect(decide({ ...trashed, storedAt: null, changedAt: NOW })).toBe("wait");
    expect(decide({ ...trashed, storedAt: null }, { original: false })).toBe("none");
    expect(decide({ ...trashed, storedAt: LONG_AGO })).toBe("none");
  });

  it("abandons an upload without bytes after an hour, not before", () => {
    const started = (agoMs: number) => decide({ lifecycle: "uploading", changedAt: NOW - agoMs }, { original: false });
    expect(started(UPLOAD_ABANDON_AFTER_MS - 1)).toBe("wait");
    expect(started(UPLOAD_ABANDON_AFTER_MS)).toBe("abandon");
  });

  it("says that an original is missing only where nothing is left to try", () => {
    const finished = { thumbnailState: "done", indexState: "done" } as const;
    expect(decide({}, { original: false })).toBe("fail-thumbnail-missing");
    expect(decide(finished, { original: false })).toBe("alarm-original-missing");
    expect(decide(finished, { original: false, derivatives: "incomplete" })).toBe("alarm-original-missing");
  });
});

describe("stages", () => {
  it("sends the message again that a stale stage waits for", () => {
    expect(decide({})).toBe("enqueue-thumbnail");
    expect(decide({ thumbnailState: "done", indexState: "running" })).toBe("enqueue-index");
  });

  it("gives a message that was just sent again its time", () => {
    expect(decide({ nudgedAt: NOW - STALE_AFTER_MS + 1 })).toBe("wait");
    expect(decide({ nudgedAt: NOW - STALE_AFTER_MS })).toBe("enqueue-thumbnail");
  });

  it("fails a stage that has used up its attempts", () => {
    expect(decide({ thumbnailAttempts: STAGE_MAX_ATTEMPTS })).toBe("fail-thumbnail-exhausted");
    expect(decide({ thumbnailState: "done", indexAttempts: STAGE_MAX_ATTEMPTS })).toBe("fail-index-exhausted");
  });

  it("makes missing renditions again", () => {
    expect(decide({ thumbnailState: "done", indexState: "done" }, { derivatives: "incomplete" })).toBe(
      "redo-thumbnail",
    );
  });
});

describe("the trash", () => {
  it("is emptied after its time", () => {
    const deleted = (agoMs: number) => decide({ lifecycle: "deleted", deletedAt: NOW - agoMs });
    expect(deleted(TRASH_KEEP_MS - 1)).toBe("none");
    expect(deleted(TRASH_KEEP_MS)).toBe("purge");
  });

  it("keeps a tombstone for as long as late bytes may come, and longer while there are any", () => {
    const purged = (agoMs: number, original: boolean) =>
      decide({ lifecycle: "deleted", purgedAt: NOW - agoMs }, { original });
    expect(purged(0, true)).toBe("delete-objects");
    expect(purged(TOMBSTONE_KEEP_MS - 1, false)).toBe("none");
    expect(purged(TOMBSTONE_KEEP_MS, false)).toBe("forget");
    expect(purged(TOMBSTONE_KEEP_MS, true)).toBe("delete-objects");
  });
});
