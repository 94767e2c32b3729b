// Deleting a version, and the same one asked for again between its row and its picture.
import { expect, it } from "vitest";
import { migrationFiles } from "../../../local/local-state.ts";
import { pictureOfVersion } from "../../../shared/adapters/version-picture.ts";
import { UserId, VersionId } from "../../../shared/contracts/ids.ts";
import { findVersion, finishVersion, wantVersion } from "../../../shared/db/photos/version-statements.ts";
import { FakeDatabase } from "../../../tests/simulation/fake-d1.ts";
import { FakeBucket } from "../../../tests/simulation/fake-r2.ts";
import type { Call } from "../../../tests/simulation/scheduler.ts";
import { removeVersion } from "./remove-version.ts";

const USER = UserId.parse("00000000-0000-7000-8000-00000000000a");
const PHOTO = "00000000-0000-7000-8000-00000000000b";
const FIRST = VersionId.parse("00000000-0000-7000-8000-00000000000c");
const AGAIN = VersionId.parse("00000000-0000-7000-8000-00000000000d");
const NOW = 1_800_000_000_000;
const honest: Call = async (_kind, _label, execute) => execute();

/** A photo with a version that is done. */
async function world() {
  const database = new FakeDatabase(migrationFiles().flatMap(({ statements }) => statements));
  database.statement(`INSERT INTO users (id, name, role, created_at) VALUES (?, 'U', 'member', 1)`).run(USER);
  database
    .statement(
      `INSERT INTO photos (id, user_id, lifecycle, upload_key, filename, mime, bytes, created_at, stored_at, changed_at)
       VALUES (?, ?, 'stored', 'k', 'f', 'image/png', 1, 1, 1, 1)`,
    )
    .run(PHOTO, USER);
  const bucket = new FakeBucket(
    () => NOW,
    (asked) => asked,
  );
  const db = database.binding(honest);
  const make = async (id: VersionId) => {
    const intent = { id, userId: USER, photoId: PHOTO, kind: "dither", ops: "dither_atkinson", format: "png" } as const;
    const row = await wantVersion(db, intent, NOW);
    const picture = row === null ? null : await pictureOfVersion(db, row);
    if (picture === null) throw new Error("it can be made");
    await bucket.binding(honest).put(picture.key, new Uint8Array(2));
    await finishVersion(db, id, { widthPx: 4, heightPx: 3, sizeBytes: 2 }, NOW);
  };
  await make(FIRST);
  return { database, bucket, db, make };
}

it("takes the picture with the version", async () => {
  const { bucket, db } = await world();
  await removeVersion({ db, bucket: bucket.binding(honest) }, FIRST, USER);
  expect(await findVersion(db, FIRST, USER)).toBeNull();
  expect(bucket.objects.size).toBe(0);
});

it("leaves the picture to the same version, asked for again meanwhile", async () => {
  const { database, bucket, db, make } = await world();
  let calls = 0;
  const disturbed: Call = async (_kind, _label, execute) => {
    const result = execute();
    if (++calls === 1) await make(AGAIN);
    return result;
  };
  await removeVersion({ db: database.binding(disturbed), bucket: bucket.binding(honest) }, FIRST, USER);
  expect(await findVersion(db, AGAIN, USER)).toMatchObject({ state: "done" });
  expect(bucket.objects.size).toBe(1);
});
