// The comparison itself is tested: a library that was tampered with behind the API's back must not pass as whole.
import { afterAll, beforeAll, expect, it } from "vitest";
import { originalKey } from "../../shared/adapters/objects.ts";
import { compareTruth } from "../chaos/compare-truth.ts";
import { settleViews } from "../chaos/settle-views.ts";
import { openTestPlatform, postForm, type TestPlatform } from "../fixtures/test-platform.ts";
import { compareLibrary, untilAllEnded } from "./compare-library.ts";
import { LiveView } from "./live-view.ts";
import { generatedPhotos } from "./photo-sources.ts";
import { uploadPhotos } from "./upload-photos.ts";

let platform: TestPlatform;
let view: LiveView;
beforeAll(async () => {
  platform = await openTestPlatform();
});
afterAll(async () => {
  view.close();
  await platform.close();
});

it("finds nothing in a whole library, and every kind of damage in a damaged one", async () => {
  const { db, bucket, url, users } = platform.stack;
  const user = users[0];
  const account = { url, apiKey: user?.apiKey ?? "" };
  const patience = { deadline: Date.now() + 30_000, random: Math.random };
  view = new LiveView(account, Math.random);
  const source = generatedPhotos(5, "to be damaged");
  const ledger = await uploadPhotos({ account, source, clientBatchId: "damage", concurrency: 2, patience });
  expect(ledger.acknowledged.size).toBe(5);
  expect(await untilAllEnded(account, ledger, patience)).toBe(true);
  const whole = await settleViews([{ account, view, ledger }], patience);
  expect(whole.viewDifferences).toEqual([]);
  const found = await compareLibrary(account, ledger, patience);
  expect(found).toEqual({ lost: 0, stuck: 0, duplicated: 0, wrongDigest: 0, notDone: {} });
  expect(await compareTruth(platform.stack, [ledger], whole.polled)).toEqual({ differences: [] });

  const [bytesGone = "", rowGone = "", changed = "", running = ""] = ledger.acknowledged.keys();
  const key = (photoId: string): string => originalKey({ userId: user?.id ?? "", photoId, gen: 1 });
  await bucket.delete(key(bytesGone));
  await db.prepare(`DELETE FROM photos WHERE id = ?`).bind(rowGone).run();
  await bucket.put(key(changed), "other bytes");
  await db.prepare(`UPDATE photos SET index_state = 'running' WHERE id = ?`).bind(running).run();
  await postForm(platform.as(0), "stranger.jpg", generatedPhotos(1, "never acknowledged").at(0).bytes);

  const damaged = await compareLibrary(account, ledger, { ...patience, deadline: Date.now() + 2000 });
  expect(damaged).toMatchObject({ lost: 2, wrongDigest: 1, duplicated: 1 });
  expect(damaged.stuck).toBeGreaterThanOrEqual(1);
  const truth = await compareTruth(platform.stack, [ledger], whole.polled);
  expect(truth.differences.join("\n")).toMatch(/hub.*not/);
  const views = await settleViews([{ account, view, ledger }], { ...patience, deadline: Date.now() + 1000 });
  expect(views.viewDifferences).toHaveLength(1);
});
