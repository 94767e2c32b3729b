// Selecting faces and people: one, a range, and what happens when some of them go.
import { describe, expect, test } from "vitest";
import { extend, NOTHING, prune, toggle } from "./selection.ts";

const ORDER = ["a", "b", "c", "d", "e"];

describe("a selection", () => {
  test("takes and gives back one at a time", () => {
    const one = toggle(NOTHING, "a");
    expect([...toggle(one, "b").ids]).toEqual(["a", "b"]);
    expect([...toggle(one, "a").ids]).toEqual([]);
  });

  test("takes everything between the last choice and here, in either direction, and keeps the rest", () => {
    const held = toggle(toggle(NOTHING, "a"), "d");
    expect([...extend(held, ORDER, "b").ids].sort()).toEqual(["a", "b", "c", "d"]);
    expect([...extend(toggle(NOTHING, "b"), ORDER, "d").ids]).toEqual(["b", "c", "d"]);
  });

  test("starts with one where nothing was chosen before, or the start is gone", () => {
    expect([...extend(NOTHING, ORDER, "c").ids]).toEqual(["c"]);
    expect([...extend(toggle(NOTHING, "gone"), ORDER, "c").ids]).toContain("c");
    expect(extend(NOTHING, ORDER, "unknown")).toBe(NOTHING);
  });

  test("forgets what is no longer there, and stays the same object when all of it is", () => {
    const held = toggle(toggle(NOTHING, "a"), "b");
    expect(prune(held, new Set(["a", "b", "c"]))).toBe(held);
    expect(prune(held, new Set(["a"]))).toEqual({ ids: new Set(["a"]), anchor: null });
  });
});
