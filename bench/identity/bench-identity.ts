// `npm run bench:identity [-- --rounds N --json]`: CPU of proving who somebody is, in workerd. Fails when a target is missed.

import { parseArgs } from "node:util";
import { keepStdoutForJson } from "../json-on-stdout.ts";
import { type BenchWorker, startBenchWorker } from "../start-bench-worker.ts";
import { medianOf } from "../thumbs/measure.ts";
import { workerdCpuMs } from "../workerd-cpu.ts";
import { measureSignIns, type SignInWork } from "./measure-sign-ins.ts";
import type { IdentityWork, WorkRequest } from "./worker/identity-work.ts";

const HELP = `npm run bench:identity -- [options]
  --rounds N   samples of each figure, interleaved (default 7)
  --json       print JSON
`;
/** What is measured: how often one sample does it, so that clock ticks of 10 ms are noise, and the CPU (ms) it may cost. */
const WORKS: Readonly<Record<IdentityWork, { times: number; targetMs: number; words: string }>> = {
  "access-token": { times: 2000, targetMs: 1, words: "access token (ES256)" },
  "id-token": { times: 2000, targetMs: 1, words: "provider's ID token (RS256)" },
};
/** Through the front door, with the database and the counters of attempts. */
const SIGN_INS: Readonly<Record<SignInWork, { targetMs: number; words: string }>> = {
  passkey: { targetMs: 150, words: "sign-in by passkey" },
  password: { targetMs: 150, words: "sign-in by password (scrypt)" },
  "email-link": { targetMs: 150, words: "sign-in by mailed link" },
  session: { targetMs: 150, words: "a request of a session" },
};
const NOT_MEASURED = 2;

const { values: flags } = parseArgs({
  options: {
    rounds: { type: "string", default: "7" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const printJson = flags.json ? keepStdoutForJson() : null;
if (flags.help) process.stdout.write(HELP);
else process.exitCode = await main(Number(flags.rounds));

async function main(rounds: number): Promise<number> {
  if (!Number.isInteger(rounds) || rounds < 1) {
    process.stderr.write("--rounds takes a whole number above 0.\n");
    return NOT_MEASURED;
  }
  const tokens = await measureTokens(rounds);
  const signIns = tokens === null ? null : await measureSignIns(rounds);
  if (tokens === null || signIns === null) {
    process.stderr.write("This system does not say what workerd's CPU time is; only Linux does.\n");
    return NOT_MEASURED;
  }
  return report([
    ...[...tokens].map(([work, costs]) => ({ work, costs, ...WORKS[work] })),
    ...[...signIns].map(([work, costs]) => ({ work, costs, ...SIGN_INS[work] })),
  ]);
}

/** @returns CPU (ms) of each, per sample; null where the system does not say */
async function measureTokens(rounds: number): Promise<Map<IdentityWork, number[]> | null> {
  const worker = await startBenchWorker("bench/identity/worker/wrangler.toml", ["nodejs_compat"]);
  try {
    const works = Object.keys(WORKS) as IdentityWork[];
    const samples = new Map<IdentityWork, number[]>(works.map((work) => [work, []]));
    // The first round makes keys and warms the compiler.
    for (let round = -1; round < rounds; round++)
      for (const work of works) {
        const cpuMs = await measure(worker, work);
        if (Number.isNaN(cpuMs)) return null;
        if (round >= 0) samples.get(work)?.push(cpuMs);
      }
    return samples;
  } finally {
    await worker.close();
  }
}

async function measure(worker: BenchWorker, work: IdentityWork): Promise<number> {
  const { times } = WORKS[work];
  const before = workerdCpuMs(process.pid) ?? Number.NaN;
  const answer = (await worker.ask("/", JSON.stringify({ work, times } satisfies WorkRequest))) as { accepted: number };
  if (answer.accepted !== times) throw new Error(`${work}: ${answer.accepted} of ${times} were accepted`);
  return ((workerdCpuMs(process.pid) ?? Number.NaN) - before) / times;
}

interface Measured {
  readonly work: string;
  readonly words: string;
  readonly targetMs: number;
  readonly costs: readonly number[];
}

function report(measured: readonly Measured[]): number {
  const figures = measured.map(({ work, words, targetMs, costs }) => ({
    work,
    words,
    medianCpuMs: medianOf(costs),
    worstCpuMs: Math.max(...costs),
    targetMs,
  }));
  if (printJson !== null) printJson({ figures });
  else
    for (const { words, medianCpuMs, worstCpuMs, targetMs } of figures)
      process.stdout.write(
        `${words.padEnd(30)} median ${medianCpuMs.toFixed(3)} ms  worst ${worstCpuMs.toFixed(3)} ms  of ${targetMs} ms\n`,
      );
  return figures.every(({ medianCpuMs, targetMs }) => medianCpuMs <= targetMs) ? 0 : 1;
}
