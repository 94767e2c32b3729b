// Requests per second of a picture that is in the cache, against those of the bare health route, in one interleaved run of the
// whole stack: what authorising, looking up and sending cost above answering at all.
import { Pool } from "undici";
import type { Link } from "../../shared/contracts/links.ts";
import type { Photo } from "../../shared/contracts/photos.ts";
import { pngPhoto } from "../../tests/fixtures/png-photo.ts";
import { openTestPlatform, postForm, type TestPlatform, untilEnded } from "../../tests/fixtures/test-platform.ts";
import { medianOf } from "../thumbs/measure.ts";
import { workerdCpuMs } from "../workerd-cpu.ts";
import type { TargetResult } from "./text-report.ts";

/** Requests that are on their way at the same time. */
const CONNECTIONS = 32;
/** Share of the health route's requests per second that a cached picture must reach. */
const SHARE_TARGET = 0.6;

export interface CachedGetCost {
  readonly requestsPerSecond: number;
  /** Of all of workerd, per request; null where the system does not say. */
  readonly cpuMs: number | null;
}

export interface CachedGetReport {
  readonly health: CachedGetCost;
  /** A signed address, as anybody asks for it. */
  readonly signed: CachedGetCost;
  /** The owner's, with an API key. */
  readonly owner: CachedGetCost;
  /** As either, by who has it already (304). */
  readonly unchanged: CachedGetCost;
  /** Requests of the signed address that workerd answers in the CPU time of one of health's: its throughput, whatever else runs. */
  readonly share: number;
  /** The same by the clock: what else ran on the machine is in it. */
  readonly clockShare: number;
}

interface Work {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly status: number;
}

/** @param roundMs time each work gets in each round */
export async function measureCachedGet(rounds = 5, roundMs = 1500): Promise<CachedGetReport> {
  const platform = await openTestPlatform({});
  const pool = new Pool(platform.stack.url, { connections: CONNECTIONS, pipelining: 1 });
  try {
    const works = await prepare(platform);
    const samples = new Map<string, CachedGetCost[]>();
    for (let round = -1; round < rounds; round++)
      for (const [name, work] of Object.entries(works)) {
        const sample = await load(pool, work, roundMs);
        // The first round warms the compiler and the cache.
        if (round >= 0) samples.set(name, [...(samples.get(name) ?? []), sample]);
      }
    const cost = (name: keyof typeof works): CachedGetCost => {
      const of = samples.get(name) ?? [];
      const cpu = of.map(({ cpuMs }) => cpuMs).filter((value) => value !== null);
      return {
        requestsPerSecond: medianOf(of.map(({ requestsPerSecond }) => requestsPerSecond)),
        cpuMs: cpu.length === 0 ? null : medianOf(cpu),
      };
    };
    const [health, signed] = [cost("health"), cost("signed")];
    const clockShare = signed.requestsPerSecond / health.requestsPerSecond;
    const share = health.cpuMs === null || signed.cpuMs === null ? clockShare : health.cpuMs / signed.cpuMs;
    return { health, signed, owner: cost("owner"), unchanged: cost("unchanged"), share, clockShare };
  } finally {
    await pool.close();
    await platform.close();
  }
}

/** Requests a second, as the target has it; by CPU time (`share`) it varies less. Turned over, so that less is better as in every other target. */
export function judgeCachedGet({ clockShare }: CachedGetReport): TargetResult {
  const [must, worst] = [1 / SHARE_TARGET, 1 / clockShare];
  return { target: "GET /health/live over a cached picture, requests/s", must, worst, unit: "x", isMet: worst <= must };
}

async function prepare(platform: TestPlatform) {
  const owner = platform.as(0);
  const posted = (await (await postForm(owner, "a.png", pngPhoto(1200, 900, 1))).json()) as Photo;
  const photo = await untilEnded(owner, posted.id);
  const wanted = { ops: "w_320", file: "a.jpg", expiresInSeconds: 3600 };
  const created = await owner(`/api/v1/photos/${photo.id}/links`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(wanted),
  });
  const link = (await created.json()) as Link;
  const first = await platform.anonymous(link.path);
  await first.arrayBuffer();
  const authorization = `Bearer ${platform.stack.users[0]?.apiKey}`;
  const etag = first.headers.get("etag") ?? "";
  return {
    health: { path: "/health/live", headers: {}, status: 200 },
    signed: { path: link.path, headers: {}, status: 200 },
    owner: { path: link.path.split("?")[0] ?? "", headers: { authorization }, status: 200 },
    unchanged: { path: link.path, headers: { "if-none-match": etag }, status: 304 },
  } as const satisfies Record<string, Work>;
}

async function load(pool: Pool, work: Work, forMs: number): Promise<CachedGetCost> {
  const { path, headers, status } = work;
  const cpuBefore = workerdCpuMs(process.pid);
  const start = performance.now();
  let answered = 0;
  const client = async (): Promise<void> => {
    while (performance.now() - start < forMs) {
      const response = await pool.request({ path, method: "GET", headers });
      for await (const _ of response.body);
      if (response.statusCode !== status) throw new Error(`${path}: ${response.statusCode}`);
      answered++;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
  const seconds = (performance.now() - start) / 1000;
  const cpuAfter = workerdCpuMs(process.pid);
  return {
    requestsPerSecond: answered / seconds,
    cpuMs: cpuBefore === null || cpuAfter === null ? null : (cpuAfter - cpuBefore) / answered,
  };
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await measureCachedGet(), null, 2)}\n`);
