import { describe, expect, it } from "vitest";
import { NOW, photo, storedPhoto } from "../../../tests/fixtures/stored-photo.ts";
import { reindexOutdated, switchModel, usersBehindModel } from "./model-statements.ts";

async function world(indexed: Record<string, string | number>) {
  const stored = await storedPhoto();
  stored.run(
    `INSERT OR REPLACE INTO users (id, name, role, face_consent, face_epoch, face_model_id, created_at)
     VALUES (?1, 'Asha', 'owner', 'granted', 1, 'old', 1)`,
    [photo.userId],
  );
  stored.insertPhoto({ thumbnail_state: "done", index_state: "done", index_model_id: "old", faces: 1, ...indexed });
  return stored.db;
}
const isSwitched = (db: D1Database) => switchModel(db, "ask", photo.userId, "new");

describe("a user's model", () => {
  it("is not followed while a photo is of the old one, or is being looked at again", async () => {
    const db = await world({});
    expect(await usersBehindModel(db, "ask", "new", "", 10)).toEqual([{ userId: photo.userId }]);
    expect(await isSwitched(db)).toBe(false);
    expect(await reindexOutdated(db, "ask", photo.userId, "new", 10, NOW)).toHaveLength(1);
    expect(await isSwitched(db)).toBe(false);
  });

  it("is followed once when the last photo is through, whether by success or by failure", async () => {
    for (const end of [{ index_model_id: "new" }, { index_state: "failed" }]) {
      const db = await world(end);
      expect(await isSwitched(db)).toBe(true);
      expect(await isSwitched(db)).toBe(false);
      expect(await usersBehindModel(db, "ask", "new", "", 10)).toEqual([]);
    }
  });

  it("does not wait for what cannot be looked at again", async () => {
    for (const stuck of [{ thumbnail_state: "failed" }, { lifecycle: "deleted", deleted_at: 1 }])
      expect(await isSwitched(await world(stuck))).toBe(true);
  });

  it("stays without consent", async () => {
    const db = await world({ index_model_id: "new" });
    await db.prepare("UPDATE users SET face_consent = 'withdrawn'").run();
    expect(await isSwitched(db)).toBe(false);
    expect(await usersBehindModel(db, "ask", "new", "", 10)).toEqual([]);
    expect(await reindexOutdated(db, "ask", photo.userId, "other", 10, NOW)).toEqual([]);
  });
});
