// The watcher watched: a write beside an allocation must be noticed, and one within it must not.
import { beforeAll, describe, expect, it } from "vitest";
import { compileWasm } from "../../fixtures/compile-wasm.ts";
import { buildGuardedEngine } from "./build-guarded-engine.ts";

interface GuardedExports {
  readonly memory: WebAssembly.Memory;
  allocate(sizeBytes: number): number;
  mark(): number;
  release(to: number): void;
  setDirt(byte: number): void;
  guardViolations(): number;
  firstGuardViolation(): number;
}

describe("the guarded engine", () => {
  let module: WebAssembly.Module;
  beforeAll(async () => {
    module = compileWasm(await buildGuardedEngine());
  });

  function start(): { arena: GuardedExports; bytes: () => Uint8Array } {
    const arena = new WebAssembly.Instance(module, {}).exports as unknown as GuardedExports;
    return { arena, bytes: () => new Uint8Array(arena.memory.buffer) };
  }

  it("lets allocations be written from end to end", () => {
    const { arena, bytes } = start();
    const at = arena.allocate(1000);
    bytes().fill(7, at, at + 1000);
    expect(arena.guardViolations()).toBe(0);
  });

  it.each([
    ["behind", 1000],
    ["in front of", -1],
  ])("notices a byte written %s an allocation", (_, offset) => {
    const { arena, bytes } = start();
    const at = arena.allocate(1000);
    bytes()[at + offset] = 7;
    expect(arena.guardViolations()).toBe(1);
    expect(arena.firstGuardViolation()).toBe(at + offset);
  });

  it("notices it at the release, too", () => {
    const { arena, bytes } = start();
    const before = arena.mark();
    const at = arena.allocate(10);
    bytes().fill(7, at, at + 12);
    arena.release(before);
    expect(arena.guardViolations()).toBe(2);
  });

  it("hands out memory as dirty as it is told", () => {
    const { arena, bytes } = start();
    arena.setDirt(0x5c);
    const at = arena.allocate(10);
    expect([...bytes().subarray(at, at + 10)]).toEqual(Array(10).fill(0x5c));
  });
});
