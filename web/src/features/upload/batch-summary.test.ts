// A row's one word, and sums that always add up.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { acceptsFile } from "./accepts-file.ts";
import { FILTERS, matches, ROW_STATES, ROW_WORDS, rowState, summarise } from "./batch-summary.ts";
import type { RowUpdate } from "./engine/engine-protocol.ts";
import { STEPS } from "./engine/upload-record.ts";

const row: RowUpdate = {
  batch: "b",
  index: 0,
  path: "a.jpg",
  sizeBytes: 100,
  mtime: 1,
  type: "",
  step: "waiting",
  sha256: null,
  photoId: "p",
  url: null,
  sends: 0,
  trouble: null,
  activity: null,
  sentBytes: 0,
  hasBytes: true,
};

const anyRow = fc
  .record({
    step: fc.constantFrom(...STEPS),
    activity: fc.constantFrom("checking" as const, "uploading" as const, null),
    trouble: fc.constantFrom(null, { cause: "empty-file" as const, detail: "" }),
    hasBytes: fc.boolean(),
    sentBytes: fc.integer({ min: 0, max: 100 }),
  })
  .map((change): RowUpdate => ({ ...row, ...change }));
const anyStatus = fc.constantFrom("uploading", "processing", "indexing", "done", "failed", undefined);

describe("a batch's summary", () => {
  test("puts every row under exactly one word, and the words add up to the total", () => {
    fc.assert(
      fc.property(
        fc.array(anyRow),
        anyStatus,
        fc.constantFrom("active", "paused", "cancelled"),
        (rows, status, state) => {
          const server = new Map(status ? [["p", { status, photo: null }]] : []);
          const summary = summarise(
            rows.map((one, index) => ({ ...one, index })),
            state,
            server,
          );
          expect(summary.states).toHaveLength(rows.length);
          expect(summary.groups.reduce((sum, group) => sum + group.indexes.length, 0)).toBe(summary.attention);
          expect(summary.safe + summary.stuck + summary.cancelled).toBeLessThanOrEqual(summary.total);
          expect(summary.sentShare01).toBeLessThanOrEqual(1);
          for (const one of summary.states) expect(matches(one, "all")).toBe(true);
        },
      ),
    );
  });

  test("follows a stored photo through the server's stages", () => {
    const stored: RowUpdate = { ...row, step: "stored" };
    const word = (status: "uploading" | "processing" | "indexing" | "done" | "failed") =>
      ROW_WORDS[rowState(stored, "active", { status, photo: null })];
    expect(word("uploading")).toBe("Uploaded");
    expect(word("processing")).toBe("Processing your photos");
    expect(word("indexing")).toBe("Indexing with AI");
    expect(word("done")).toBe("Done");
    expect(word("failed")).toBe("Needs attention");
  });

  test("says Already in your library, Paused, and when the file is needed again", () => {
    expect(ROW_WORDS[rowState({ ...row, step: "duplicate" }, "active", undefined)]).toBe("Already in your library");
    expect(rowState(row, "paused", undefined)).toBe("paused");
    expect(rowState({ ...row, hasBytes: false }, "active", undefined)).toBe("missing");
  });

  test("has a filter for every state", () => {
    for (const state of ROW_STATES) expect(FILTERS.some((filter) => matches(state, filter))).toBe(true);
  });
});

describe("accepting files", () => {
  test.each(["a.JPG", "trip/b.heic", "c.webp", "x/y/z.avif", "d.jpeg"])("takes %s", (path) => {
    expect(acceptsFile(path, "")).toBe(true);
  });
  test.each(["notes.txt", "a.mp4", "trip/.DS_Store", "trip/._a.jpg", "x/@eaDir/a.jpg", "b.cr2"])(
    "leaves out %s",
    (path) => {
      expect(acceptsFile(path, "")).toBe(false);
    },
  );
  test("takes a picture without an ending by its type", () => {
    expect(acceptsFile("image", "image/png")).toBe(true);
  });
});
