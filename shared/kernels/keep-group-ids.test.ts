import { expect, it } from "vitest";
import { keepGroupIds } from "./keep-group-ids.ts";

it("gives a group the id with which it shares the most faces, and each id once", () => {
  const before = ["a", "a", "a", "b", "b", null, "c", "b"];
  const after = [0, 0, 1, 1, 1, 1, -1, 2];
  expect([...keepGroupIds(before, after)].sort()).toEqual([
    [0, "a"],
    [1, "b"],
  ]);
});

it("keeps the larger part's id when a group falls apart, and the larger group's when two become one", () => {
  expect([...keepGroupIds(["a", "a", "a"], [0, 1, 1])]).toEqual([[1, "a"]]);
  expect([...keepGroupIds(["a", "b", "b"], [0, 0, 0])]).toEqual([[0, "b"]]);
});
