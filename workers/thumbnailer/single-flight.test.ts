// Runs that share a key, against runs that do not.
import { expect, it } from "vitest";
import { SingleFlight } from "./single-flight.ts";

function counted() {
  let runs = 0;
  const endings: ((how: "well" | "badly") => void)[] = [];
  const start = () =>
    new Promise<number>((resolve, reject) => {
      const run = ++runs;
      endings.push((how) => (how === "well" ? resolve(run) : reject(new Error(`run ${run}`))));
    });
  return { start, endings };
}

it("gives those who ask meanwhile the run that is on its way", async () => {
  const flights = new SingleFlight<number>();
  const { start, endings } = counted();
  const [first, second, other] = ["a", "a", "b"].map((key) => flights.run(key, 0, start));
  for (const end of endings) end("well");
  expect(await Promise.all([first, second, other])).toEqual([1, 1, 2]);
});

it("begins again after an end, good or bad", async () => {
  const flights = new SingleFlight<number>();
  const { start, endings } = counted();
  const first = flights.run("a", 0, start);
  endings[0]?.("badly");
  await expect(first).rejects.toThrow("run 1");
  const second = flights.run("a", 1, start);
  endings[1]?.("well");
  expect(await second).toBe(2);
  const third = flights.run("a", 2, start);
  endings[2]?.("well");
  expect(await third).toBe(3);
});

it("gives up on a run that never ends", async () => {
  const flights = new SingleFlight<number>();
  const { start, endings } = counted();
  void flights.run("a", 0, start);
  const late = flights.run("a", 30_000, start);
  endings[1]?.("well");
  expect(await late).toBe(2);
});
