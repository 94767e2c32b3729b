import { expect, it } from "vitest";
import { BufferArena } from "./buffer-arena.ts";

it("gives room back: neighbours that are free are one stretch again", () => {
  const arena = new BufferArena();
  const [a, b, c] = [arena.take(64), arena.take(100), arena.take(64)];
  expect([a, b, c]).toEqual([0, 64, 192]);
  arena.give(a);
  arena.give(b);
  expect(arena.take(192)).toBe(0);
  expect(arena.sizeBytes).toBe(256);
});

it("takes the tightest stretch that holds a buffer, and grows only when none does", () => {
  const arena = new BufferArena();
  const [large, , small] = [arena.take(256), arena.take(64), arena.take(128), arena.take(64)];
  arena.give(large);
  arena.give(small);
  expect(arena.take(128)).toBe(small);
  expect(arena.take(256)).toBe(large);
  expect(arena.take(64)).toBe(512);
});

it("refuses to take back what it never gave", () => {
  expect(() => new BufferArena().give(0)).toThrow("Nothing was taken at 0");
});
