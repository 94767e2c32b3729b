// What admins type into a quota.
import { describe, expect, test } from "vitest";
import { readCount, readGigabytes, writeGigabytes } from "./gigabytes.ts";

describe("a quota", () => {
  test.each([
    ["", null],
    ["10", 10_000_000_000],
    ["0.5", 500_000_000],
    ["0,5", 500_000_000],
    ["0", 0],
    ["-1", undefined],
    ["ten", undefined],
    ["1e300", undefined],
  ])("reads %j as %j bytes", (text, bytes) => expect(readGigabytes(text)).toBe(bytes));

  test("comes back as it was typed", () => {
    expect(writeGigabytes(readGigabytes("2.5") ?? null)).toBe("2.5");
    expect(writeGigabytes(null)).toBe("");
  });

  test.each([
    ["", null],
    ["1000", 1000],
    ["1.5", undefined],
    ["-3", undefined],
  ])("reads %j as %j photos", (text, count) => expect(readCount(text)).toBe(count));
});
