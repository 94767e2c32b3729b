// CPU time of contenders on one photo, in turns A B A B, so that a busy machine is unfair to all of them alike.
import type { BenchPhoto } from "./bench-photos.ts";
import type { Contender, RenditionSize } from "./contender.ts";

/** Runs before anything is counted: compilers have tiered up and pools have filled by then. */
const WARM_UP_ROUNDS = 2;

/** CPU milliseconds per run, by contender. */
export async function measureInTurns(
  contenders: readonly Contender[],
  photo: BenchPhoto,
  sizes: readonly RenditionSize[],
  rounds: number,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const samples = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    for (const contender of contenders) {
      const cpuMs = await (contender.cpuMsOf?.(photo, sizes) ?? ownCpuMsOf(() => contender.render(photo, sizes)));
      if (round >= 0) samples.get(contender.name)?.push(cpuMs);
    }
  }
  return samples;
}

/** CPU of this process while `run` runs: all its threads, so libvips' and the compilers' too. */
async function ownCpuMsOf(run: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? (upper + (sorted[middle - 1] ?? Number.NaN)) / 2 : upper;
}
