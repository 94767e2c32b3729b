// Every hostile file of the corpus, through the front doors of a real stack (a form, base64, an address), with honest photos in
// between: nothing may answer 5xx, hang, or keep its neighbours from their thumbnails; nor may asking for a picture of it.
import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Problem } from "../../shared/contracts/errors.ts";
import type { Photo } from "../../shared/contracts/photos.ts";
import { hasEnded, listLibrary } from "../client/compare-library.ts";
import { generatedPhotos } from "../client/photo-sources.ts";
import { openSmallInternet, PICTURE_HOST, type SmallInternet } from "../fixtures/small-internet.ts";
import { type Caller, openTestPlatform, postForm, type TestPlatform } from "../fixtures/test-platform.ts";

const ROOT = join(import.meta.dirname, "../..");
const HOSTILE = join(process.env.CORPUS_DIR ?? join(ROOT, "../shared/corpus"), "hostile");
/** Uploads on the way at once. */
const SENDERS = 8;
/** An honest photo after so many hostile files. */
const GOOD_EVERY = 10;
/** A picture is asked for of every so many accepted files: each takes a decoder and an encoder. */
const DRAWN_EVERY = 3;
/** Longest answer (ms) to one upload. */
const ANSWER_WITHIN_MS = 20_000;
/** Longest time (ms) until everything accepted has ended: a retried photo waits 2 + 4 + 8 … s between attempts. */
const END_WITHIN_MS = 240_000;

interface Sent {
  readonly name: string;
  readonly good: boolean;
  readonly status: number;
  readonly ms: number;
  readonly body: unknown;
}

const isPresent = existsSync(HOSTILE);
if (!isPresent) console.warn(`skipped: no hostile corpus at ${HOSTILE}; CORPUS_DIR names another place`);

describe.skipIf(!isPresent)("the hostile corpus", () => {
  let platform: TestPlatform;
  let net: SmallInternet;
  let owner: Caller;
  let sent: Sent[] = [];

  beforeAll(async () => {
    net = await openSmallInternet();
    platform = await openTestPlatform({
      sweepEverySeconds: 5,
      // Twenty addresses an hour are a person's; here every third file comes from one.
      attemptLimitFactor: 1000,
      importerVariables: {
        DNS_RESOLVER: net.resolver,
        IMPORT_TEST_HOSTS: JSON.stringify({ [PICTURE_HOST]: net.origin }),
      },
    });
    owner = platform.as(0);
    sent = await sendAll(owner, net);
  }, 300_000);
  afterAll(async () => {
    await platform.close();
    await net.close();
  });

  it("is answered without a 5xx and without a hang", () => {
    const hostile = sent.filter(({ good }) => !good);
    expect(hostile.length).toBeGreaterThan(500);
    expect(sent.filter(({ status }) => status >= 500 || status === 0)).toEqual([]);
  });

  it("is accepted or refused with a problem that says what to do", () => {
    for (const { name, status, body } of sent.filter((answer) => answer.status >= 400)) {
      const problem = Problem.safeParse(body);
      expect(problem.success, `${name}: ${status} ${JSON.stringify(body)}`).toBe(true);
      expect(problem.data?.status).toBe(status);
      expect(problem.data?.fix.length).toBeGreaterThan(10);
    }
    expect(sent.filter(({ good, status }) => good && status !== 201)).toEqual([]);
  });

  it("ends: every accepted photo is done, skipped or failed with a reason, and every honest one is done", async () => {
    const account = { url: platform.stack.url, apiKey: platform.stack.users[0]?.apiKey ?? "" };
    const deadline = Date.now() + END_WITHIN_MS;
    let photos: Photo[] = [];
    let unfinished: Photo[] = [];
    const startedAt = Date.now();
    const slowest: { name: string; afterMs: number }[] = [];
    do {
      photos = await listLibrary(account, { deadline, random: Math.random });
      const before = unfinished;
      unfinished = photos.filter((photo) => !hasEnded(photo));
      const ended = before.filter(({ id }) => !unfinished.some((photo) => photo.id === id));
      slowest.push(...ended.map(({ filename }) => ({ name: filename, afterMs: Date.now() - startedAt })));
      if (unfinished.length > 0) await new Promise((resolve) => setTimeout(resolve, 500));
    } while (unfinished.length > 0 && Date.now() < deadline);
    reportRun(sent, photos, slowest);

    expect(unfinished.map(({ filename, stages }) => `${filename} ${JSON.stringify(stages)}`)).toEqual([]);
    const honest = photos.filter(({ filename }) => filename.startsWith("made-"));
    expect(honest.length).toBe(sent.filter(({ good }) => good).length);
    expect(honest.filter(({ status }) => status !== "done")).toEqual([]);
    const unexplained = photos.filter(({ status, stages }) => status === "failed" && reasonOf(stages) === undefined);
    expect(unexplained).toEqual([]);
    // A decoder that crashes or hangs is retried until the attempts run out; a damaged file is told apart at once.
    const exhausted = photos.filter(({ stages }) => reasonOf(stages) === "attempts-exhausted");
    expect(exhausted.map(({ filename }) => filename)).toEqual([]);
  }, 300_000);

  it("is drawn or refused with a reason when a picture of it is asked for", async () => {
    const accepted = sent.filter(({ good, status }) => !good && (status === 200 || status === 201));
    expect(accepted.length).toBeGreaterThan(50);
    const ids = [...new Set(accepted.map(({ body }) => (body as { id: string }).id))];
    const waiting = ids.filter((_, i) => i % DRAWN_EVERY === 0);
    const wrong: string[] = [];
    const asker = async (): Promise<void> => {
      for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
        const response = await owner(`/api/v1/img/${id}.jpg?thumbnail=100&rotate=90`);
        const isDrawn = response.status === 200 && response.headers.get("content-type") === "image/jpeg";
        const problem = isDrawn ? null : Problem.safeParse(await response.json());
        if (!isDrawn && (response.status >= 500 || problem?.success !== true)) wrong.push(`${id} ${response.status}`);
      }
    };
    await Promise.all(Array.from({ length: SENDERS }, asker));
    expect(wrong).toEqual([]);
  }, 120_000);

  it("leaves the platform healthy, with its counters equal to the rows", async () => {
    const health = (await (await platform.anonymous("/health")).json()) as { status: string };
    expect(health.status).not.toBe("down");
    const [last] = [generatedPhotos(1, "after the storm").at(0)];
    const response = await postForm(owner, last.name, last.bytes);
    expect(response.status).toBe(201);
  });
});

/** The ways in, in turns. An honest photo comes as a form. */
const WAYS: readonly Way[] = [
  (owner, _net, name, bytes) => postForm(owner, name, bytes),
  (owner, _net, _name, bytes) => postImg(owner, "base64", Buffer.from(bytes).toString("base64")),
  (owner, net, name, bytes) => {
    const path = `/hostile/${encodeURIComponent(name)}`;
    net.pages.set(path, bytes);
    return postImg(owner, "url", `https://${PICTURE_HOST}${path}`);
  },
];
type Way = (owner: Caller, net: SmallInternet, name: string, bytes: Uint8Array<ArrayBuffer>) => Promise<Response>;

async function postImg(owner: Caller, type: string, data: string): Promise<Response> {
  const headers = { "content-type": "application/json" };
  return await owner("/api/v1/img", { method: "POST", headers, body: JSON.stringify({ type, data }) });
}

async function sendAll(owner: Caller, net: SmallInternet): Promise<Sent[]> {
  const files = globSync("**/*", { cwd: HOSTILE })
    .sort()
    .filter((path) => statSync(join(HOSTILE, path)).isFile());
  const honest = generatedPhotos(Math.ceil(files.length / GOOD_EVERY), "between hostile files");
  const waiting = files.flatMap((path, i) => {
    const way = WAYS[i % WAYS.length] as Way;
    const hostile = { name: path, good: false, way, bytes: () => new Uint8Array(readFileSync(join(HOSTILE, path))) };
    if (i % GOOD_EVERY !== 0) return [hostile];
    const { name, bytes } = honest.at(i / GOOD_EVERY);
    return [hostile, { name, good: true, way: WAYS[0] as Way, bytes: () => bytes }];
  });
  const sent: Sent[] = [];
  const sender = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const startedAt = performance.now();
      const answer = await answerTo(next.way(owner, net, next.name, next.bytes()));
      sent.push({ name: next.name, good: next.good, ms: performance.now() - startedAt, ...answer });
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  return sent;
}

async function answerTo(asked: Promise<Response>): Promise<{ status: number; body: unknown }> {
  const answer = asked.then(async (response) => ({ status: response.status, body: await response.json() }));
  const silence = new Promise<{ status: number; body: unknown }>((resolve) =>
    setTimeout(() => resolve({ status: 0, body: "no answer" }), ANSWER_WITHIN_MS).unref(),
  );
  return await Promise.race([answer.catch((cause: unknown) => ({ status: 0, body: String(cause) })), silence]);
}

function reasonOf({ thumbnail, index }: Photo["stages"]): string | undefined {
  return thumbnail.reason ?? index.reason;
}

/** For the log: what the corpus came to, and what took longest. */
function reportRun(
  sent: readonly Sent[],
  photos: readonly Photo[],
  slowest: readonly { name: string; afterMs: number }[],
) {
  const tally: Record<string, number> = {};
  for (const { status, body } of sent.filter(({ good }) => !good)) {
    const key = status < 300 ? `accepted ${status}` : `${status} ${(body as { code?: string }).code}`;
    tally[key] = (tally[key] ?? 0) + 1;
  }
  const ends: Record<string, number> = {};
  for (const { status, stages } of photos.filter(({ filename }) => !filename.startsWith("made-"))) {
    const key = `${status} ${reasonOf(stages) ?? ""}`.trim();
    ends[key] = (ends[key] ?? 0) + 1;
  }
  const byRequest = [...sent].sort((a, b) => b.ms - a.ms).slice(0, 5);
  const byStage = photos
    .map(({ filename, stages }) => ({ filename, ms: stages.thumbnail.ms ?? 0, attempts: stages.thumbnail.attempts }))
    .sort((a, b) => b.ms - a.ms)
    .slice(0, 5);
  console.info(
    JSON.stringify(
      {
        answers: tally,
        ends,
        slowestAnswers: byRequest.map(({ name, ms, status }) => `${Math.round(ms)} ms ${status} ${name}`),
        slowestThumbnails: byStage.map(({ filename, ms, attempts }) => `${ms} ms (attempt ${attempts}) ${filename}`),
        lastToEnd: slowest.slice(-5).map(({ name, afterMs }) => `${afterMs} ms ${name}`),
      },
      null,
      1,
    ),
  );
}
