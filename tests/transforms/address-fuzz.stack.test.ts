// Random addresses of the image service against the running platform. HELIOGRAPH_URLS and HELIOGRAPH_FUZZ_SEED say how many and which;
// `npm run test:transforms` asks for 100,000.
import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Photo } from "../../shared/contracts/photos.ts";
import { pngPhoto } from "../fixtures/png-photo.ts";
import { openTestPlatform, postForm, sha256Of, type TestPlatform, untilEnded } from "../fixtures/test-platform.ts";
import { Random } from "../simulation/random.ts";
import { randomAddress } from "./random-addresses.ts";

const ADDRESSES = Number(process.env.HELIOGRAPH_URLS ?? 400);
const SEED = Number(process.env.HELIOGRAPH_FUZZ_SEED ?? Date.now() % 2 ** 31);
const AT_ONCE = 8;
/** Longest time (ms) one address may take on a busy machine. */
const ADDRESS_MAX_MS = 60;

let platform: TestPlatform;
/** Photos of users 0 and 1: small, so that what is asked for is cheap to draw. */
let photos: Photo[];

beforeAll(async () => {
  // Nobody's budget of renders is what is tested here.
  platform = await openTestPlatform({ users: 2, attemptLimitFactor: 10_000 });
  photos = [];
  for (const n of [0, 1]) {
    const posted = (await (await postForm(platform.as(n), "small.png", pngPhoto(48, 32, n + 1))).json()) as Photo;
    photos.push(await untilEnded(platform.as(n), posted.id));
  }
});
afterAll(() => platform.close());

it(`${ADDRESSES} random addresses are drawn, redirected or refused as the caller's mistake`, {
  timeout: 120_000 + ADDRESSES * ADDRESS_MAX_MS,
}, async () => {
  const random = new Random(SEED);
  const [mine, theirs] = photos;
  if (mine === undefined || theirs === undefined) throw new Error("no photos");
  const theirOriginal = sha256Of(pngPhoto(48, 32, 2));
  const seen: Record<number, number> = {};
  const complaints: string[] = [];
  const visit = async (): Promise<void> => {
    const address = randomAddress(random, mine.id, theirs.id);
    const asked = await platform.as(0)(address, { redirect: "manual" });
    const canonical = asked.status === 301 ? asked.headers.get("location") : null;
    seen[asked.status] = (seen[asked.status] ?? 0) + 1;
    // Whoever is sent on goes there, and is not sent on again.
    const response =
      canonical === null
        ? asked
        : await platform.as(0)(new URL(canonical, platform.stack.url).href.slice(platform.stack.url.length), {
            redirect: "manual",
          });
    if (canonical !== null && response.status === 301) complaints.push(`sent on twice: ${address}`);
    const body = new Uint8Array(await response.arrayBuffer());
    if (response !== asked) seen[response.status] = (seen[response.status] ?? 0) + 1;
    // Faces are hidden only where a model has looked for them, and there is none here.
    const isRefusedToHide = response.status === 409 && /redact_/.test(address);
    if (!isRefusedToHide && ![200, 303, 400, 404].includes(response.status))
      complaints.push(`${response.status} ${address} ${new TextDecoder().decode(body.slice(0, 300))}`);
    if (response.status >= 400 && response.headers.get("content-type") !== "application/problem+json")
      complaints.push(`not a problem: ${address}`);
    if (response.status === 200 && address.includes(theirs.id)) complaints.push(`somebody else's: ${address}`);
    if (response.status === 200 && sha256Of(body) === theirOriginal) complaints.push(`their original: ${address}`);
  };
  for (let done = 0; done < ADDRESSES; done += AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, ADDRESSES - done) }, visit));
    if (process.env.HELIOGRAPH_FUZZ_REPORT !== undefined && done % 5000 < AT_ONCE)
      process.stderr.write(`  ${done} addresses\n`);
  }
  const report = process.env.HELIOGRAPH_FUZZ_REPORT;
  if (report !== undefined)
    writeFileSync(report, JSON.stringify({ addresses: ADDRESSES, seed: SEED, seen, complaints }));
  expect(complaints.slice(0, 20), `seed ${SEED}`).toEqual([]);
  // Not everything is refused: some of it was drawn, and some said in another dialect.
  expect(seen[200] ?? 0).toBeGreaterThan(ADDRESSES / 100);
  expect(seen[301] ?? 0).toBeGreaterThan(ADDRESSES / 100);
});
