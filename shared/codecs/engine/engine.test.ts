// An engine's life: memory that grows under its views, and the trap that ends it.
import { describe, expect, it } from "vitest";
import { loadEngineModule } from "../../../tests/fixtures/load-engine-module.ts";
import { createEngine, EngineTrap } from "./engine.ts";

const module = await loadEngineModule();
const MEBIBYTE = 1024 * 1024;

describe("an engine", () => {
  it("shows its memory through a fresh view after growth", () => {
    const engine = createEngine(module);
    const before = engine.bytes().length;
    const address = engine.call(({ allocate }) => allocate(8 * MEBIBYTE));
    expect(address % 16).toBe(0);
    expect(engine.bytes().length).toBeGreaterThan(before + 7 * MEBIBYTE);
    expect(engine.memoryBytes).toBe(engine.bytes().length);
  });

  it("gives back what was allocated since a mark", () => {
    const engine = createEngine(module);
    const start = engine.call(({ mark }) => mark());
    const first = engine.call(({ allocate }) => allocate(100));
    engine.call(({ release }) => release(start));
    expect(engine.call(({ allocate }) => allocate(100))).toBe(first);
  });

  it("names running past its maximum memory, and is dead afterwards", () => {
    const engine = createEngine(module);
    const exceed = () => engine.call(({ allocate }) => allocate(64 * MEBIBYTE));
    expect(exceed).toThrow(expect.objectContaining({ name: "EngineTrap", reason: "out-of-memory" }));
    expect(engine.isAlive).toBe(false);
    expect(() => engine.call(({ mark }) => mark())).toThrow(EngineTrap);
    expect(createEngine(module).isAlive).toBe(true);
  });
});
