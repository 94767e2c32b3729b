// Lanes and waiting: bounded, climbing, stepping back; backoff honours the server.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseRetryAfterMs } from "../../../api.ts";
import { BACKOFF_MAX_MS, backoffMs } from "./backoff.ts";
import { afterPushback, afterWindow, LANES_AT_START, LANES_MAX, LANES_MIN } from "./lane-control.ts";

describe("lanes", () => {
  test("stay between the least and the most, whatever the goodput does", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.integer({ min: 1, max: 1e9 }), fc.constant(null))), (windows) => {
        let state = LANES_AT_START;
        for (const goodput of windows) {
          state = goodput === null ? afterPushback(state) : afterWindow(state, goodput);
          expect(state.lanes).toBeGreaterThanOrEqual(LANES_MIN);
          expect(state.lanes).toBeLessThanOrEqual(LANES_MAX);
        }
      }),
    );
  });

  test("climb while more lanes bring more, and step back when they bring less", () => {
    let state = afterWindow(LANES_AT_START, 100);
    for (const goodput of [120, 150, 190, 240]) state = afterWindow(state, goodput);
    expect(state.lanes).toBe(8);
    expect(afterWindow(state, 150).lanes).toBe(7);
  });

  test("never exceed what the connection carries", () => {
    let state = LANES_AT_START;
    for (const goodput of [100, 200, 400, 800]) state = afterWindow(state, goodput, 4);
    expect(state.lanes).toBe(4);
  });

  test("halve when the server asks for less", () => {
    expect(afterPushback({ lanes: 8, direction: 1, goodput: 5 }).lanes).toBe(4);
  });
});

describe("backoff", () => {
  test("grows, stays under its ceiling, and never undercuts Retry-After", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
        expect(backoffMs(failures, random)).toBeLessThanOrEqual(BACKOFF_MAX_MS);
        expect(backoffMs(failures, random)).toBeGreaterThanOrEqual(250);
        expect(backoffMs(failures, random, 7_000)).toBeGreaterThanOrEqual(7_000);
      }),
    );
  });

  test("reads Retry-After as seconds and as a date", () => {
    expect(parseRetryAfterMs("3", 0)).toBe(3000);
    expect(parseRetryAfterMs("Thu, 01 Jan 1970 00:00:10 GMT", 4_000)).toBe(6_000);
    expect(parseRetryAfterMs(null, 0)).toBeNull();
    expect(parseRetryAfterMs("soon", 0)).toBeNull();
  });
});
