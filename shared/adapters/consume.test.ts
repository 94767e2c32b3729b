import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { QUEUE_MAX_DELAY_SECONDS } from "../contracts/limits.ts";
import { backoffSeconds, consume, type Outcome, type QueueMessage } from "./consume.ts";

const Body = z.object({ n: z.int() });
const OPTIONS = { queue: "test", concurrency: 1 };

function message(body: unknown, attempts = 1): QueueMessage & { settled: string[] } {
  const settled: string[] = [];
  return {
    id: `m${String(attempts)}`,
    body,
    attempts,
    settled,
    ack: () => void settled.push("ack"),
    retry: (options) => void settled.push(`retry in ${options?.delaySeconds} s`),
  };
}

describe("consume", () => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  const errors = vi.spyOn(console, "error").mockImplementation(() => {});

  it("settles every message once, by its own outcome", async () => {
    const outcomes: Record<number, Outcome> = {
      1: { kind: "done" },
      2: { kind: "retry", reason: "busy", delaySeconds: 7 },
      3: { kind: "drop", reason: "deleted" },
    };
    const messages = [1, 2, 3].map((n) => message({ n }));
    await consume(messages, Body, OPTIONS, async ({ n }) => outcomes[n] as Outcome);
    expect(messages.map(({ settled }) => settled)).toEqual([["ack"], ["retry in 7 s"], ["ack"]]);
  });

  it("retries a message whose handler throws, and goes on with its neighbours", async () => {
    const messages = [message({ n: 1 }, 3), message({ n: 2 })];
    await consume(messages, Body, OPTIONS, async ({ n }) => {
      if (n === 1) throw new Error("the database is away");
      return { kind: "done" };
    });
    expect(messages.map(({ settled }) => settled)).toEqual([["retry in 8 s"], ["ack"]]);
  });

  it("drops a message it cannot read, says so, and never calls the handler", async () => {
    const handle = vi.fn();
    const unreadable = message({ n: "one" });
    errors.mockClear();
    await consume([unreadable], Body, OPTIONS, handle);
    expect(unreadable.settled).toEqual(["ack"]);
    expect(handle).not.toHaveBeenCalled();
    expect(errors).toHaveBeenCalledOnce();
  });

  it("handles no more messages at once than it may", async () => {
    let running = 0;
    let most = 0;
    const messages = Array.from({ length: 7 }, (_, n) => message({ n }));
    await consume(messages, Body, { queue: "test", concurrency: 2 }, async () => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
      return { kind: "done" };
    });
    expect(most).toBe(2);
    expect(messages.every(({ settled }) => settled.join() === "ack")).toBe(true);
  });
});

describe("backoff", () => {
  it("doubles with every attempt up to a quarter of an hour", () => {
    expect([1, 2, 3, 4].map(backoffSeconds)).toEqual([2, 4, 8, 16]);
    expect(backoffSeconds(30)).toBe(QUEUE_MAX_DELAY_SECONDS);
  });
});
