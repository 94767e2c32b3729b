// The layout pass: exact fill, order, stability, speed.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { itemInRow, justifyRows, rowAt, rowOfItem } from "./justify-rows.ts";

const OPTIONS = { widthPx: 1000, targetHeightPx: 200, gapPx: 4 };
const ratios = fc.array(fc.integer({ min: 0, max: 65535 }), { maxLength: 300 }).map((list) => Uint16Array.from(list));

describe("justified rows", () => {
  test("place every item once, in order, and fill the width of every row but the last", () => {
    fc.assert(
      fc.property(ratios, fc.integer({ min: 200, max: 3000 }), (list, widthPx) => {
        const rows = justifyRows(list, { ...OPTIONS, widthPx });
        expect(rows.rowStart[rows.rowCount]).toBe(list.length);
        for (let row = 0; row < rows.rowCount; row += 1) {
          const start = rows.rowStart[row] as number;
          const end = rows.rowStart[row + 1] as number;
          expect(end).toBeGreaterThan(start);
          for (let item = start + 1; item < end; item += 1) {
            expect(rows.left[item]).toBe(
              (rows.left[item - 1] as number) + (rows.width[item - 1] as number) + OPTIONS.gapPx,
            );
          }
          const right = (rows.left[end - 1] as number) + (rows.width[end - 1] as number);
          if (row < rows.rowCount - 1) expect(right).toBe(widthPx);
          else expect(right).toBeLessThanOrEqual(widthPx + 1);
        }
      }),
    );
  });

  test("keep rows near the wanted height for ordinary photos", () => {
    const list = Uint16Array.from({ length: 500 }, (_, at) => [1500, 667, 1333, 1000, 1777][at % 5] as number);
    const rows = justifyRows(list, OPTIONS);
    for (let row = 0; row < rows.rowCount - 1; row += 1) {
      expect(rows.rowHeight[row]).toBeGreaterThan(140);
      expect(rows.rowHeight[row]).toBeLessThan(300);
    }
  });

  test("do not stretch a lonely last photo", () => {
    const rows = justifyRows(Uint16Array.of(1000), OPTIONS);
    expect(rows.rowHeight[0]).toBe(200);
    expect(rows.width[0]).toBe(200);
  });

  test("are empty for no photos", () => {
    expect(justifyRows(new Uint16Array(0), OPTIONS)).toMatchObject({ rowCount: 0, totalHeightPx: 0 });
  });

  test("refuse a width of nothing", () => {
    expect(() => justifyRows(Uint16Array.of(1000), { ...OPTIONS, widthPx: 0 })).toThrow("Got 0 × 200");
  });

  test("find rows by height and by item", () => {
    const rows = justifyRows(new Uint16Array(100).fill(1000), OPTIONS);
    for (let row = 0; row < rows.rowCount; row += 1) {
      expect(rowAt(rows, (rows.rowTop[row] as number) + 1)).toBe(row);
      expect(rowOfItem(rows, rows.rowStart[row] as number)).toBe(row);
    }
    expect(rowAt(rows, -50)).toBe(0);
    expect(itemInRow(rows, 1, 1)).toBe(rows.rowStart[1]);
    expect(itemInRow(rows, 1, 5000)).toBe((rows.rowStart[2] as number) - 1);
  });

  test("lay out 100,000 photos well within a frame budget", () => {
    const list = Uint16Array.from({ length: 100_000 }, (_, at) => 600 + ((at * 7919) % 1400));
    const startedMs = performance.now();
    const rows = justifyRows(list, OPTIONS);
    expect(performance.now() - startedMs).toBeLessThan(500);
    expect(rows.rowStart[rows.rowCount]).toBe(100_000);
  });
});
