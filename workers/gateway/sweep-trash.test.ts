// Objects of photos that are gone for good: however many one has, and whatever happens to it, the others' go too.
import { expect, it } from "vitest";
import { migrationFiles } from "../../local/local-state.ts";
import { deletePhotoObjects, renderKey } from "../../shared/adapters/objects.ts";
import { FakeDatabase } from "../../tests/simulation/fake-d1.ts";
import { FakeBucket } from "../../tests/simulation/fake-r2.ts";
import type { Call } from "../../tests/simulation/scheduler.ts";
import { sweep } from "./sweep.ts";
import type { SweepDeps } from "./sweeping.ts";

const USER = "00000000-0000-7000-8000-00000000000a";
const [FIRST = "", SECOND = ""] = ["b", "c"].map((digit) => `00000000-0000-7000-8000-00000000000${digit}`);
const NOW = 1_800_000_000_000;
const call: Call = async (_kind, _label, execute) => execute();

function openBucket(pageLimit = (asked: number) => asked): FakeBucket {
  return new FakeBucket(() => NOW, pageLimit);
}

async function putRenders(bucket: FakeBucket, photoId: string, count: number): Promise<void> {
  const owner = { userId: USER, photoId, gen: 1 };
  for (let i = 0; i < count; i++)
    await bucket.binding(call).put(renderKey(owner, String(i).padStart(64, "0"), "jpg"), new Uint8Array(1));
}

it("a purge that is cut off again and again has fewer objects to remove each time", async () => {
  const bucket = openBucket(() => 10);
  await putRenders(bucket, FIRST, 60);
  const left: number[] = [];
  for (let run = 0; run < 8 && bucket.objects.size > 0; run++) {
    // As a platform that allows a few calls.
    let calls = 0;
    const cutOff: Call = async (_kind, _label, execute) => {
      if (++calls > 5) throw new Error("Too many subrequests.");
      return execute();
    };
    await deletePhotoObjects(bucket.binding(cutOff), USER, FIRST).catch(() => null);
    left.push(bucket.objects.size);
  }
  expect(left).toEqual([40, 20, 0]);
});

it("a photo whose objects cannot be removed holds up nobody behind it", async () => {
  const database = new FakeDatabase(migrationFiles().flatMap(({ statements }) => statements));
  const bucket = openBucket();
  database.statement(`INSERT INTO users (id, name, role, created_at) VALUES (?, 'U', 'member', 1)`).run(USER);
  for (const id of [FIRST, SECOND]) {
    database
      .statement(
        `INSERT INTO photos (id, user_id, lifecycle, upload_key, filename, mime, bytes, created_at, changed_at, deleted_at, purged_at)
         VALUES (?, ?, 'deleted', ?1, 'f', 'image/png', 1, 1, 1, 1, ?)`,
      )
      .run(id, USER, NOW - 1);
    await putRenders(bucket, id, 1);
  }
  const failing: Call = async (_kind, label, execute) => {
    if (label().startsWith(`list derived/${USER}/${FIRST}`)) throw new Error("out of order");
    return execute();
  };
  const nothing = async () => {};
  const deps = {
    db: database.binding(call),
    bucket: bucket.binding(failing),
    progress: { report: nothing },
    sendUploaded: nothing,
    sendThumbnailed: nothing,
    sendAllThumbnailed: nothing,
    newId: () => FIRST,
    now: () => NOW,
    people: {},
    recognitionModel: async () => null,
    variables: { bucketName: "photos", facePreset: "ask" },
    backlog: async () => 0,
  } as unknown as SweepDeps;
  const report = await sweep(deps, 60_000);
  expect(report).toMatchObject({ failures: 1, repaired: { "delete-objects": 1 } });
  expect([...bucket.objects.keys()].map((key) => key.split("/")[2])).toEqual([FIRST]);
});
