import { expect, it } from "vitest";
import { createOneAtATime } from "./one-at-a-time.ts";

it("runs jobs in the order given, never two at once, whatever some of them throw", async () => {
  const oneAtATime = createOneAtATime();
  const started: number[] = [];
  let running = 0;
  const outcomes = await Promise.allSettled(
    [0, 1, 2, 3].map((job) =>
      oneAtATime(async () => {
        started.push(job);
        running++;
        expect(running).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 4 - job));
        running--;
        if (job % 2 === 1) throw new Error(`job ${job}`);
        return job;
      }),
    ),
  );
  expect(started).toEqual([0, 1, 2, 3]);
  expect(outcomes.map((outcome) => (outcome.status === "fulfilled" ? outcome.value : String(outcome.reason)))).toEqual([
    0,
    "Error: job 1",
    2,
    "Error: job 3",
  ]);
});
