// One byte range, case by case as RFC 9110 §14.1.1–14.2 has them.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseRange } from "./byte-range.ts";

/** Of a representation of 1,000 bytes: the header, and first and last byte of what is sent. */
const PARTS: readonly (readonly [header: string, first: number, last: number])[] = [
  ["bytes=0-499", 0, 499],
  ["bytes=500-999", 500, 999],
  ["bytes=-500", 500, 999],
  ["bytes=500-", 500, 999],
  ["bytes=0-0", 0, 0],
  ["bytes=999-999", 999, 999],
  ["bytes=999-", 999, 999],
  ["bytes=-1", 999, 999],
  // More than there is: what there is.
  ["bytes=0-1000", 0, 999],
  ["bytes=0-99999999999999999999", 0, 999],
  ["bytes=-1000", 0, 999],
  ["bytes=-99999999999999999999", 0, 999],
  // Units are case-insensitive (§14.1), and lists may have white space (§5.6.1).
  ["BYTES=1-2", 1, 2],
  ["bytes= 1-2 ", 1, 2],
  ["bytes=00001-0002", 1, 2],
];

/** Ignored: the whole is sent. */
const WHOLE = [
  "bytes=",
  "bytes=-",
  "bytes",
  "",
  "bytes=5-4",
  "bytes=a-b",
  "bytes=1.5-2",
  "bytes=0x1-2",
  "bytes=+1-2",
  "bytes=--1",
  "bytes=1--2",
  "bytes=1-2-3",
  "bytes 1-2",
  "items=0-5",
  "none",
  "bytes=0-1,4-5",
  "bytes=0-1,",
  "bytes=١-٢",
  "bytes=0-1;bytes=2-3",
];

const BEHIND = ["bytes=1000-", "bytes=1000-1001", "bytes=99999999999999999999-", "bytes=-0"];

describe("a Range header", () => {
  it.each(PARTS)("%s is a part", (header, first, last) => {
    expect(parseRange(header, 1000)).toEqual({ start: first, length: last - first + 1 });
  });

  it.each(WHOLE)("%s is the whole", (header) => {
    expect(parseRange(header, 1000)).toBeNull();
  });

  it.each(BEHIND)("%s is behind the end", (header) => {
    expect(parseRange(header, 1000)).toBe("unsatisfiable");
  });

  it("is the whole where there is none, and behind the end of nothing", () => {
    expect(parseRange(undefined, 1000)).toBeNull();
    for (const header of ["bytes=0-", "bytes=0-0", "bytes=-1"]) expect(parseRange(header, 0)).toBe("unsatisfiable");
  });

  it("never leaves the bytes there are, whatever it says", () => {
    const number = fc.oneof(fc.nat(2000), fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.constant(""));
    fc.assert(
      fc.property(number, number, fc.integer({ min: 1, max: 1500 }), (first, last, size) => {
        const range = parseRange(`bytes=${first}-${last}`, size);
        if (range === null || range === "unsatisfiable") return;
        expect(range.start).toBeGreaterThanOrEqual(0);
        expect(range.length).toBeGreaterThan(0);
        expect(range.start + range.length).toBeLessThanOrEqual(size);
      }),
    );
  });
});
