// What each dither costs at 1 MP in workerd, from RGBA to indices: part of `npm run bench:transforms`, and by itself as
// `node bench/transforms/measure-dithers.ts [--rounds N --json]`. CPU of that process as the kernel counts it; Linux only.
import { parseArgs } from "node:util";
import { buildKernelsIfChanged } from "../../local/build-kernels.ts";
import { DITHER_ALGORITHMS, type PaletteSpec } from "../../shared/contracts/transforms/dither-options.ts";
import { type BenchWorker, startBenchWorker } from "../start-bench-worker.ts";
import { medianOf } from "../thumbs/measure.ts";
import { workerdCpuMs } from "../workerd-cpu.ts";
import type { DitherRequest } from "./dither-worker/dither-request.ts";
import type { TargetResult } from "./text-report.ts";

const SIDE_PX = 1000;
/** CPU (ms) one sample should take, so that ticks of 10 ms are noise. */
const SAMPLE_MS = 300;
const MAX_TIMES = 200;
const MONO: PaletteSpec = { kind: "grey", levels: 2 };
/** Of the issue: CPU (ms) at 1 MP to black and white. */
const MUST_MS: Readonly<Record<string, number>> = { "floyd-steinberg": 12, bayer8: 4 };

export interface DitherReport {
  readonly name: string;
  /** Milliseconds of CPU at 1 MP, by round. */
  readonly cpuMs: readonly number[];
  readonly mustBeAtMostMs: number | null;
}

interface DitherCase {
  readonly name: string;
  readonly algorithm: string;
  readonly palette: PaletteSpec;
}

const COLOURS: readonly { readonly words: string; readonly palette: PaletteSpec }[] = [
  { words: "16 greys", palette: { kind: "grey", levels: 16 } },
  { words: "27 colours (3 steps a channel)", palette: { kind: "rgb", levels: 3 } },
  { words: "16 named colours", palette: { kind: "named", name: "pico8" } },
  { words: "16 adaptive colours", palette: { kind: "adaptive", colours: 16 } },
  { words: "256 adaptive colours", palette: { kind: "adaptive", colours: 256 } },
];

const CASES: readonly DitherCase[] = [
  ...DITHER_ALGORITHMS.map((algorithm) => ({ name: `${algorithm} to 1 bit`, algorithm, palette: MONO })),
  ...["floyd-steinberg", "bayer8"].flatMap((algorithm) =>
    COLOURS.map(({ words, palette }) => ({ name: `${algorithm} to ${words}`, algorithm, palette })),
  ),
];

/** Every case in turns, round by round. NaN where the kernel does not say what CPU time was. */
export async function measureDithers(rounds: number): Promise<DitherReport[]> {
  await buildKernelsIfChanged();
  const worker = await startBenchWorker("bench/transforms/dither-worker/wrangler.toml", ["nodejs_compat"]);
  try {
    const samples = CASES.map((): number[] => []);
    const expected = CASES.map(() => SAMPLE_MS / 2);
    // The first round only finds out how often a sample has to run, and lets compilers tier up.
    for (let round = -1; round < rounds; round++)
      for (const [i, one] of CASES.entries()) {
        const times = Math.max(1, Math.min(MAX_TIMES, Math.round(SAMPLE_MS / (expected[i] ?? SAMPLE_MS))));
        const cpuMs = await cpuMsOf(worker, one, round < 0 ? 3 : times);
        expected[i] = Math.max(1, cpuMs);
        if (round >= 0) samples[i]?.push(cpuMs);
      }
    return CASES.map(({ name, algorithm, palette }, i) => ({
      name,
      cpuMs: samples[i] ?? [],
      mustBeAtMostMs: palette === MONO ? (MUST_MS[algorithm] ?? null) : null,
    }));
  } finally {
    await worker.close();
  }
}

async function cpuMsOf(worker: BenchWorker, { algorithm, palette }: DitherCase, times: number): Promise<number> {
  const request: DitherRequest = { widthPx: SIDE_PX, heightPx: SIDE_PX, algorithm, palette, times };
  const before = workerdCpuMs(process.pid) ?? Number.NaN;
  await worker.ask("/", JSON.stringify(request));
  return ((workerdCpuMs(process.pid) ?? Number.NaN) - before) / times;
}

export function ditherTargets(reports: readonly DitherReport[]): TargetResult[] {
  return reports.flatMap(({ name, cpuMs, mustBeAtMostMs: must }) => {
    const worst = medianOf(cpuMs);
    return must === null ? [] : [{ target: `${name}, 1 MP`, must, worst, unit: "ms", isMet: worst <= must }];
  });
}

export function ditherLine({ name, cpuMs, mustBeAtMostMs }: DitherReport): string {
  const median = medianOf(cpuMs);
  const target =
    mustBeAtMostMs === null ? "" : `  ${median <= mustBeAtMostMs ? "met" : "MISSED"}: at most ${mustBeAtMostMs}`;
  return `${name.padEnd(52)}${median.toFixed(1).padStart(7)} ms${target}`;
}

if (import.meta.main) {
  const { values: flags } = parseArgs({
    options: { rounds: { type: "string", default: "3" }, json: { type: "boolean", default: false } },
  });
  const reports = await measureDithers(Number(flags.rounds));
  if (flags.json) process.stdout.write(`${JSON.stringify(reports, null, 2)}\n`);
  else process.stdout.write(`${reports.map(ditherLine).join("\n")}\n`);
}
