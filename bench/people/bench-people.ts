// `npm run bench:people [-- --faces N --identities N --rounds N --json]`: what it costs to tell people apart, in workerd: a library
// taken photo by photo, grouped anew at once, and one new face in it. Faces are made up. Results on stdout, progress on stderr.
import { parseArgs } from "node:util";
import { buildKernelsIfChanged } from "../../local/build-kernels.ts";
import { type BenchWorker, startBenchWorker } from "../start-bench-worker.ts";
import { medianOf } from "../thumbs/measure.ts";
import { workerdCpuMs } from "../workerd-cpu.ts";
import type { LibraryRequest, PeopleWork, WorkAnswer, WorkRequest } from "./worker/people-work.ts";

const HELP = `npm run bench:people -- [options]
  --faces N        faces in the library (default 20000)
  --identities N   people in it (default: a 33rd of the faces)
  --rounds N       samples of each figure, interleaved (default 5)
  --json           print JSON
`;
/** CPU (ms) the issue allows: a library of 20,000 faces, and one new face in it. */
const TARGETS_MS = { take: 10_000, face: 20 } as const;
/** Single faces of one sample, so that ticks of 10 ms are noise. */
const FACES_PER_SAMPLE = 500;
const NOT_MEASURED = 2;
const WORKS: readonly PeopleWork[] = ["take", "regroup", "face"];

const { values: flags } = parseArgs({
  options: {
    faces: { type: "string", default: "20000" },
    identities: { type: "string" },
    rounds: { type: "string", default: "5" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (flags.help) process.stdout.write(HELP);
else process.exitCode = await main();

async function main(): Promise<number> {
  const faces = Number(flags.faces);
  const identities = Number(flags.identities ?? Math.max(1, Math.round(faces / 33)));
  const rounds = Number(flags.rounds);
  if (![faces, identities, rounds].every((count) => Number.isInteger(count) && count > 0)) {
    process.stderr.write("--faces, --identities and --rounds take whole numbers above 0.\n");
    return NOT_MEASURED;
  }
  await buildKernelsIfChanged();
  const worker = await startBenchWorker("bench/people/worker/wrangler.toml", ["nodejs_compat"]);
  try {
    await worker.ask("/library", JSON.stringify({ faces, identities, seed: 1 } satisfies LibraryRequest));
    if (workerdCpuMs(process.pid) === null) {
      process.stderr.write("This system does not say what workerd's CPU time is; only Linux does.\n");
      return NOT_MEASURED;
    }
    const samples: Record<PeopleWork, { cpuMs: number; answer: WorkAnswer }[]> = { take: [], regroup: [], face: [] };
    for (let round = 0; round < rounds; round++)
      for (const work of WORKS) {
        samples[work].push(await measure(worker, work));
        process.stderr.write(`round ${round + 1} of ${rounds}: ${work} ${samples[work].at(-1)?.cpuMs.toFixed(2)} ms\n`);
      }
    report(faces, identities, samples);
    return 0;
  } finally {
    await worker.close();
  }
}

async function measure(worker: BenchWorker, work: PeopleWork): Promise<{ cpuMs: number; answer: WorkAnswer }> {
  const times = work === "face" ? FACES_PER_SAMPLE : 1;
  const before = workerdCpuMs(process.pid) ?? Number.NaN;
  const answer = (await worker.ask("/work", JSON.stringify({ work, times } satisfies WorkRequest))) as WorkAnswer;
  return { cpuMs: ((workerdCpuMs(process.pid) ?? Number.NaN) - before) / times, answer };
}

function report(
  faces: number,
  identities: number,
  samples: Record<PeopleWork, { cpuMs: number; answer: WorkAnswer }[]>,
): void {
  const figures = WORKS.map((work) => {
    const costs = samples[work].map(({ cpuMs }) => cpuMs);
    const answer = samples[work].at(-1)?.answer;
    return {
      work,
      medianCpuMs: medianOf(costs),
      worstCpuMs: Math.max(...costs),
      targetMs: work === "regroup" ? null : TARGETS_MS[work],
      ...answer,
    };
  });
  if (flags.json) {
    process.stdout.write(`${JSON.stringify({ faces, identities, figures }, null, 2)}\n`);
    return;
  }
  const words: Record<PeopleWork, string> = {
    take: "library, photo by photo",
    regroup: "library, grouped anew",
    face: "one new face",
  };
  process.stdout.write(`${faces} made-up faces of ${identities} people, CPU of workerd (ms)\n`);
  for (const {
    work,
    medianCpuMs,
    worstCpuMs,
    targetMs,
    people = 0,
    ofNobody = 0,
    precision01 = 0,
    recall01 = 0,
  } of figures)
    process.stdout.write(
      `${words[work].padEnd(26)} median ${medianCpuMs.toFixed(2).padStart(9)}  worst ${worstCpuMs.toFixed(2).padStart(9)}  ` +
        `${targetMs === null ? "          " : `of ${targetMs}`.padEnd(10)}  ${people} people, ${ofNobody} of nobody, pairs: precision ${precision01.toFixed(4)} recall ${recall01.toFixed(4)}\n`,
    );
  process.stdout.write(`vectors: ${((figures[0]?.memoryBytes ?? 0) / 1e6).toFixed(2)} MB\n`);
}
