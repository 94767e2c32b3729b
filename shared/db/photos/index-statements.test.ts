// The guards of the index stage, one race each; thousands of others are in tests/simulation.
import { describe, expect, it } from "vitest";
import { NOW, photo, storedPhoto } from "../../../tests/fixtures/stored-photo.ts";
import { type ConsentRow, readConsent, recordGrant, recordWithdrawal } from "../consent/consent-statements.ts";
import { claimIndex, facesOfPhoto, finishIndex, type IndexResult, storeDrawnFace } from "./index-statements.ts";

const decision = (recordId: string) => ({ recordId, version: 1, source: "user" as const });
const face = (id: string) => ({
  id,
  is: "new" as const,
  box: { x: 0.1, y: 0.1, width: 0.2, height: 0.2 },
  landmarks: [],
  score: 0.9,
  quality: 0.5,
  sealed: "sealed",
});

async function claimedPhoto() {
  const world = await storedPhoto();
  world.run(
    `INSERT OR REPLACE INTO users (id, name, role, face_consent, face_epoch, created_at) VALUES (?1, 'Asha', 'owner', 'granted', 1, 1)`,
    [photo.userId],
  );
  world.insertPhoto({ thumbnail_state: "done", index_state: "pending" });
  const claim = await claimIndex(world.db, "ask", photo, NOW);
  if (claim?.kind !== "claimed") throw new Error("the photo could not be claimed");
  const finish = (more: Partial<IndexResult> = {}) =>
    finishIndex(
      world.db,
      "ask",
      photo,
      { epoch: claim.epoch, modelId: "a", isRecognition: true, faces: [face("f")], gone: [], ms: 1, ...more },
      NOW,
    );
  const count = async (table: string) =>
    (await world.db.prepare(`SELECT count(*) AS n FROM ${table}`).first<{ n: number }>())?.n;
  return { world, claim, finish, count };
}

describe("a finish", () => {
  it("writes faces and vectors together, under the epoch of its claim", async () => {
    const { world, finish, claim } = await claimedPhoto();
    expect(await finish()).toMatchObject({ indexState: "done", faces: 1 });
    const vector = await world.db.prepare("SELECT epoch, sealed FROM face_vectors").first();
    expect(vector).toMatchObject({ epoch: claim.epoch, sealed: "sealed" });
  });

  it("writes nothing after a withdrawal", async () => {
    const { world, finish, count } = await claimedPhoto();
    await recordWithdrawal(world.db, photo.userId, decision("no"), NOW);
    expect(await finish()).toBeNull();
    expect([await count("faces"), await count("face_vectors")]).toEqual([0, 0]);
  });

  it("writes nothing after a withdrawal that was taken back", async () => {
    const { world, finish, count, claim } = await claimedPhoto();
    await recordWithdrawal(world.db, photo.userId, decision("no"), NOW);
    const now = (await readConsent(world.db, photo.userId)) as ConsentRow;
    const granted = await recordGrant(world.db, "ask", photo.userId, now, decision("yes"), NOW);
    expect(granted?.epoch).toBe(claim.epoch + 2);
    expect(await finish()).toBeNull();
    expect([await count("faces"), await count("face_vectors")]).toEqual([0, 0]);
  });

  it("looks again when a human has drawn a face since it looked", async () => {
    const { world, finish, claim } = await claimedPhoto();
    const known = await facesOfPhoto(world.db, photo);
    expect(known).toEqual([]);
    const { is: _, ...drawn } = face("drawn");
    await storeDrawnFace(world.db, "ask", photo, { epoch: claim.epoch, modelId: "b", face: drawn }, NOW);
    expect(await finish()).toBeNull();
    expect(await facesOfPhoto(world.db, photo)).toMatchObject([{ id: "drawn", isHuman: true }]);
  });

  it("leaves a face alone that was drawn meanwhile and has its vector already", async () => {
    const { world, finish, claim } = await claimedPhoto();
    const { is: _, ...drawn } = face("drawn");
    await storeDrawnFace(world.db, "ask", photo, { epoch: claim.epoch, modelId: "a", face: drawn }, NOW);
    expect(await finish()).toMatchObject({ indexState: "done", faces: 2 });
    expect((await facesOfPhoto(world.db, photo)).map(({ id }) => id)).toEqual(["drawn", "f"]);
  });
});

describe("a finish that comes late", () => {
  it("does not replace the faces of another attempt, which it has not seen", async () => {
    const { world, finish } = await claimedPhoto();
    await finish();
    world.run("UPDATE photos SET index_state = 'pending'");
    expect(await finish({ modelId: "b", faces: [face("g")] })).toBeNull();
    expect((await facesOfPhoto(world.db, photo)).map(({ id }) => id)).toEqual(["f"]);
    expect(await finish({ modelId: "b", faces: [face("g")], gone: ["f"] })).not.toBeNull();
    expect((await facesOfPhoto(world.db, photo)).map(({ id }) => id)).toEqual(["g"]);
  });
});

describe("a face that is drawn", () => {
  it("is not stored after a withdrawal, even one that was taken back", async () => {
    const { world, claim, count } = await claimedPhoto();
    await recordWithdrawal(world.db, photo.userId, decision("no"), NOW);
    const { is: _, ...drawn } = face("drawn");
    const draw = () => storeDrawnFace(world.db, "ask", photo, { epoch: claim.epoch, modelId: "a", face: drawn }, NOW);
    expect(await draw()).toBeNull();
    const now = (await readConsent(world.db, photo.userId)) as ConsentRow;
    await recordGrant(world.db, "ask", photo.userId, now, decision("yes"), NOW);
    expect(await draw()).toBeNull();
    expect([await count("faces"), await count("face_vectors")]).toEqual([0, 0]);
  });
});

describe("a yes", () => {
  it("is not recorded while anything of an earlier time is left", async () => {
    const { world, finish } = await claimedPhoto();
    await finish();
    await recordWithdrawal(world.db, photo.userId, decision("no"), NOW);
    const now = (await readConsent(world.db, photo.userId)) as ConsentRow;
    expect(await recordGrant(world.db, "ask", photo.userId, now, decision("yes"), NOW)).toBeNull();
    expect((await readConsent(world.db, photo.userId))?.state).toBe("withdrawn");
  });
});
