// The engines of an isolate: how many at once, who waits, who is dropped.
import { describe, expect, it } from "vitest";
import { loadEngineModule } from "../../../tests/fixtures/load-engine-module.ts";
import type { Engine } from "./engine.ts";
import { EnginePool, ISOLATE_DECODE_BYTES } from "./engine-pool.ts";

const module = await loadEngineModule();
const MB = 1024 * 1024;

/** Work that goes on until it is told to end. */
function openWork(pool: EnginePool, bytes: number) {
  const started = Promise.withResolvers<Engine>();
  const ended = Promise.withResolvers<void>();
  let hasStarted = false;
  const done = pool.use(bytes, async (engine) => {
    hasStarted = true;
    started.resolve(engine);
    await ended.promise;
  });
  const end = () => {
    ended.resolve();
    return done;
  };
  return { started: started.promise, isRunning: () => hasStarted, end };
}

/** Less than who waits waits before it looks again: what runs by then was woken. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

describe("the engines of an isolate", () => {
  it("work side by side as far as memory allows, and wait in order beyond it", async () => {
    const pool = new EnginePool(module);
    const works = Array.from({ length: 4 }, () => openWork(pool, 24 * MB));
    await settle();
    expect(works.map((work) => work.isRunning())).toEqual([true, true, false, false]);
    const [first, second] = await Promise.all([works[0]?.started, works[1]?.started]);
    expect(first).not.toBe(second);
    await works[1]?.end();
    await settle();
    expect(works.map((work) => work.isRunning())).toEqual([true, true, true, false]);
    await Promise.all(works.map((work) => work.end()));
  });

  it("leave a large decode alone, and small ones do not overtake it", async () => {
    const pool = new EnginePool(module);
    const small = openWork(pool, 8 * MB);
    const large = openWork(pool, 10 * ISOLATE_DECODE_BYTES);
    const late = openWork(pool, 8 * MB);
    await settle();
    expect([large.isRunning(), late.isRunning()]).toEqual([false, false]);
    await small.end();
    await settle();
    expect([large.isRunning(), late.isRunning()]).toEqual([true, false]);
    await large.end();
    await settle();
    expect(late.isRunning()).toBe(true);
    await late.end();
  });

  it("are taken back from work that a runtime has dropped, and a waiter that is gone keeps nobody waiting", async () => {
    let now = 0;
    const pool = new EnginePool(module, () => now);
    const dropped = openWork(pool, ISOLATE_DECODE_BYTES);
    const late = openWork(pool, ISOLATE_DECODE_BYTES);
    await settle();
    expect([dropped.isRunning(), late.isRunning()]).toEqual([true, false]);
    now = 120_001;
    await late.started;
    // The dropped one comes to its end after all: what it held is somebody else's.
    await dropped.end();
    const next = openWork(pool, MB);
    await settle();
    expect(next.isRunning()).toBe(false);
    await late.end();
    await next.started;
    await next.end();
  });

  it("are used again, with their arena as it was", async () => {
    const pool = new EnginePool(module);
    const mark = (engine: Engine) => engine.call((kernel) => kernel.mark());
    const first = await pool.use(MB, async (engine) => {
      const before = mark(engine);
      engine.call((kernel) => kernel.allocate(5 * MB));
      return { engine, before };
    });
    await pool.use(MB, async (engine) => {
      expect(engine).toBe(first.engine);
      expect(mark(engine)).toBe(first.before);
    });
  });

  it("are dropped when they have grown large or have trapped, and what they did is nobody else's trouble", async () => {
    const pool = new EnginePool(module);
    const grown = await pool.use(40 * MB, async (engine) => {
      engine.call((kernel) => kernel.allocate(40 * MB));
      return engine;
    });
    const trapped = await pool
      .use(MB, async (engine) => {
        expect(engine).not.toBe(grown);
        engine.call((kernel) => kernel.allocate(65 * MB));
      })
      .catch((error: Error) => error.name);
    expect(trapped).toBe("EngineTrap");
    expect(await pool.use(ISOLATE_DECODE_BYTES, async (engine) => engine.isAlive)).toBe(true);
  });
});
