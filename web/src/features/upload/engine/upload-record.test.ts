// The law of a row: only forward, one door back.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { advance, isFinal, restart, STEPS, type UploadRecord } from "./upload-record.ts";

const fresh: UploadRecord = {
  batch: "b",
  index: 0,
  path: "a.jpg",
  sizeBytes: 3,
  mtime: 1,
  type: "image/jpeg",
  step: "waiting",
  sha256: null,
  photoId: null,
  url: null,
  sends: 0,
  trouble: null,
};

describe("an upload record", () => {
  test("never leaves its end and never goes back", () => {
    const rank = (record: UploadRecord) => Math.min(3, STEPS.indexOf(record.step));
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...STEPS)), (steps) => {
        let record = fresh;
        for (const step of steps) {
          const next = advance(record, { step });
          expect(rank(next)).toBeGreaterThanOrEqual(rank(record));
          if (isFinal(record)) expect(next.step).toBe(record.step);
          record = next;
        }
      }),
    );
  });

  test("starts from nothing by a retry, unless it is safe", () => {
    const stuck = advance(fresh, {
      step: "assigned",
      photoId: "p",
      sha256: "s",
      trouble: { cause: "size-mismatch", detail: "" },
    });
    expect(restart(stuck)).toEqual({ ...fresh, sends: 0 });
    const safe = advance(stuck, { step: "stored" });
    expect(restart(safe)).toBe(safe);
  });
});
