// A short chaos run with fixed dice: enough kills to lose every queue several times, in about a minute.
import { expect, it } from "vitest";
import { generatedPhotos } from "../client/photo-sources.ts";
import { RECOVERY_MAX_SECONDS, runChaos } from "./run-chaos.ts";

it("loses, doubles and bends nothing while the platform is killed under an upload", { timeout: 240_000 }, async () => {
  const report = await runChaos({
    users: 2,
    photosOf: (n) => generatedPhotos(20, `short chaos user ${n}`),
    killEverySeconds: 2,
    minKills: 4,
    uploadOverSeconds: 5,
    faults: { eventLoss: 0.1, eventDuplicate: 0.15, storageError: 0.03, databaseError: 0.03, ambiguousCommit: 0.02 },
    models: false,
    seed: 7,
    concurrency: 4,
    say: () => {},
  });
  expect(report).toMatchObject({
    acknowledged: 40,
    refused: 0,
    lost: 0,
    stuck: 0,
    duplicated: 0,
    wrongDigest: 0,
    viewDifferences: [],
    differences: [],
    notDone: {},
  });
  expect(report.kills).toBeGreaterThanOrEqual(4);
  expect(report.recoverySeconds).toBeLessThanOrEqual(RECOVERY_MAX_SECONDS);
});
