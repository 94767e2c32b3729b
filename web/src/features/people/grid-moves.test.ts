// Arrow keys in a grid of equal cells.
import { expect, test } from "vitest";
import { moveInGrid, uniformRows } from "./grid-moves.ts";

const from = (active: number, key: string, count = 8, columns = 3) =>
  moveInGrid({ count, columns, active, key, pageRows: 2 });

test("arrows keep the column, stop at the edges, and fall to the last cell where the last row is short", () => {
  expect(from(0, "ArrowRight")).toBe(1);
  expect(from(0, "ArrowLeft")).toBe(0);
  expect(from(1, "ArrowDown")).toBe(4);
  expect(from(5, "ArrowDown")).toBe(7);
  expect(from(7, "ArrowDown")).toBe(7);
  expect(from(1, "ArrowUp")).toBe(1);
  expect(from(7, "PageUp")).toBe(1);
  expect(from(2, "End")).toBe(7);
  expect(from(7, "Home")).toBe(0);
  expect(from(2, "x")).toBeNull();
});

test("rows lie one below the other, and nothing needs no room", () => {
  const { rowCount, rowTop, totalHeightPx } = uniformRows(8, 3, 100);
  expect([rowCount, [...rowTop], totalHeightPx]).toEqual([3, [0, 100, 200, 300], 300]);
  expect(uniformRows(0, 3, 100).totalHeightPx).toBe(0);
});
