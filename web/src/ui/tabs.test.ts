// Where the keys lead from tab to tab.
import { describe, expect, it } from "vitest";
import { tabAfterKey } from "./tabs.tsx";

describe("tabs", () => {
  it.each([
    { key: "ArrowRight", from: 0, to: 1 },
    { key: "ArrowRight", from: 3, to: 0 },
    { key: "ArrowLeft", from: 0, to: 3 },
    { key: "ArrowLeft", from: 2, to: 1 },
    { key: "Home", from: 2, to: 0 },
    { key: "End", from: 1, to: 3 },
    { key: "ArrowDown", from: 1, to: null },
    { key: "Enter", from: 1, to: null },
  ])("$key leads from $from to $to of four", ({ key, from, to }) => {
    expect(tabAfterKey(from, 4, key)).toBe(to);
  });
});
