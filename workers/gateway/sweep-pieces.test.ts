// Pieces of files that a crash left beside their photo: taken away once nobody can go on with them, and not before.
import { expect, it } from "vitest";
import { migrationFiles } from "../../local/local-state.ts";
import { uploadPieceKey } from "../../shared/adapters/objects.ts";
import { UPLOAD_PIECE_KEEP_MS } from "../../shared/contracts/limits.ts";
import { FakeDatabase } from "../../tests/simulation/fake-d1.ts";
import { FakeBucket } from "../../tests/simulation/fake-r2.ts";
import type { Call } from "../../tests/simulation/scheduler.ts";
import { sweep } from "./sweep.ts";
import type { SweepDeps } from "./sweeping.ts";

const OWNER = {
  userId: "00000000-0000-7000-8000-00000000000a",
  photoId: "00000000-0000-7000-8000-00000000000b",
  gen: 1,
};
const call: Call = async (_kind, _label, execute) => execute();

it.each([
  ["stored", UPLOAD_PIECE_KEEP_MS, 0],
  ["abandoned", UPLOAD_PIECE_KEEP_MS, 0],
  ["stored", UPLOAD_PIECE_KEEP_MS - 1, 1],
  ["uploading", UPLOAD_PIECE_KEEP_MS * 2, 1],
])("a piece of a photo that is %s, %i ms old: %i left", async (lifecycle, ageMs, left) => {
  let now = 1_800_000_000_000;
  const database = new FakeDatabase(migrationFiles().flatMap(({ statements }) => statements));
  const bucket = new FakeBucket(
    () => now,
    (asked) => asked,
  );
  database.statement(`INSERT INTO users (id, name, role, created_at) VALUES (?, 'U', 'member', 1)`).run(OWNER.userId);
  database
    .statement(
      `INSERT INTO photos (id, user_id, lifecycle, upload_key, filename, mime, bytes, created_at, changed_at, nudged_at)
       VALUES (?, ?, ?, 'k', 'f', 'image/png', 1, 1, ?, ?)`,
    )
    .run(OWNER.photoId, OWNER.userId, lifecycle, now + ageMs, now + ageMs);
  const r2 = bucket.binding(call);
  await r2.put(uploadPieceKey(OWNER, 0, "writer"), new Uint8Array(1));
  now += ageMs;
  const nothing = async () => {};
  const deps = {
    db: database.binding(call),
    bucket: r2,
    progress: { report: nothing },
    sendUploaded: nothing,
    sendThumbnailed: nothing,
    sendAllThumbnailed: nothing,
    newId: () => OWNER.photoId,
    now: () => now,
    people: {},
    recognitionModel: async () => null,
    variables: { bucketName: "photos", facePreset: "ask" },
    backlog: async () => 0,
  } as unknown as SweepDeps;
  const report = await sweep(deps, 60_000);
  expect(report.failures).toBe(0);
  expect(bucket.objects.size).toBe(left);
});
