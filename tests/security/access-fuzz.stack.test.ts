// A short run of the fuzz that `npm run test:security` does at length; HELIOGRAPH_FUZZ_REQUESTS and _SEED say how long and which.
import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { openTestPlatform, type TestPlatform } from "../fixtures/test-platform.ts";
import { fuzzRequests } from "./fuzz-requests.ts";
import { gatewayRoutes } from "./gateway-routes.ts";
import { fillTenant, type Tenant } from "./tenants.ts";
import { testCredentials } from "./test-credentials.ts";

vi.mock("cloudflare:workers", () => ({ DurableObject: class {}, WorkerEntrypoint: class {} }));
vi.mock("cloudflare:sockets", () => ({ connect: () => {} }));
vi.mock("../../shared/codecs/engine/engine-module.ts", () => ({ engineModule: {} }));

const REQUESTS = Number(process.env.HELIOGRAPH_FUZZ_REQUESTS ?? 1500);
const SEED = Number(process.env.HELIOGRAPH_FUZZ_SEED ?? Date.now() % 2 ** 31);
/** Longest time (ms) one request may take on a busy machine. */
const REQUEST_MAX_MS = 60;

let platform: TestPlatform;
const tenants: Tenant[] = [];

beforeAll(async () => {
  platform = await openTestPlatform({ users: 4 });
  const make = testCredentials(platform);
  for (const n of [1, 2, 3]) tenants.push(await fillTenant(platform, make, n));
});
afterAll(() => platform.close());

it(`${REQUESTS} random requests bring no byte of another user and no 5xx`, {
  timeout: 120_000 + REQUESTS * REQUEST_MAX_MS,
}, async () => {
  const report = await fuzzRequests(platform, testCredentials(platform), tenants, await gatewayRoutes(), {
    requests: REQUESTS,
    seed: SEED,
    onProgress: (done) => {
      if (process.env.HELIOGRAPH_FUZZ_REPORT !== undefined) process.stderr.write(`  ${done} requests\n`);
    },
  });
  const path = process.env.HELIOGRAPH_FUZZ_REPORT;
  if (path !== undefined) writeFileSync(path, JSON.stringify(report));
  expect(report.violations, `seed ${SEED}`).toEqual([]);
  // Behind the walls, too: most routes have answered somebody.
  expect(report.reached).toBeGreaterThan(20);
});
