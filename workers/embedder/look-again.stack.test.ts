// A photo that is looked at again, by the installed models on a real stack: after a change of model, and with what humans said.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../../local/worker-configs.ts";
import { DEFAULT_WEIGHTS_DIR, defaultModelsDir, resolveModels } from "../../models/resolve-models.ts";
import type { FaceConsent } from "../../shared/contracts/consent.ts";
import type { Photo } from "../../shared/contracts/photos.ts";
import {
  type Caller,
  openTestPlatform,
  postForm,
  type TestPlatform,
  untilEnded,
} from "../../tests/fixtures/test-platform.ts";

const CORPUS = process.env.CORPUS_DIR ?? join(ROOT, "../shared/corpus");
const PORTRAIT = join(CORPUS, "faces/krasserm__face-recognition/images/Hugo_Chavez/Hugo_Chavez_0002.jpg");
const weights = await resolveModels({ weightsDir: DEFAULT_WEIGHTS_DIR, modelsDir: defaultModelsDir(), offline: true });
const canRun = weights.every(({ path }) => path !== null) && existsSync(PORTRAIT);
if (!canRun)
  console.warn("The corpus or the models are absent: looking at a photo again is not tested with real faces.");

interface FaceRow {
  readonly id: string;
  readonly origin: string;
  readonly personId: string | null;
  readonly assignedBy: string | null;
  readonly models: string;
}

describe.skipIf(!canRun)("a photo that is looked at again", () => {
  let platform: TestPlatform;
  let owner: Caller;
  let photo: Photo;
  let userId: string;
  let modelId: string;

  beforeAll(async () => {
    platform = await openTestPlatform({ models: true });
    owner = platform.as(0);
    userId = platform.stack.users[0]?.id ?? "";
    const posted = (await (
      await postForm(owner, "portrait.jpg", new Uint8Array(readFileSync(PORTRAIT)))
    ).json()) as Photo;
    photo = await untilEnded(owner, posted.id, 60_000);
    modelId = String((await facesOf())[0]?.models);
  });
  afterAll(() => platform?.close());

  async function facesOf(): Promise<FaceRow[]> {
    const { results } = await platform.stack.db
      .prepare(
        `SELECT id, origin, person_id AS personId, assigned_by AS assignedBy,
           (SELECT group_concat(model_id) FROM face_vectors WHERE face_id = faces.id) AS models
         FROM faces WHERE photo_id = ? ORDER BY id`,
      )
      .bind(photo.id)
      .all<FaceRow>();
    return results;
  }

  const run = (sql: string, ...params: unknown[]) =>
    platform.stack.db
      .prepare(sql)
      .bind(...params)
      .run();

  /** As if everything had been indexed by a model that is not installed any more. */
  async function ageByOneModel(): Promise<void> {
    await run("UPDATE face_vectors SET model_id = 'an-older-model' WHERE user_id = ?", userId);
    await run("UPDATE photos SET index_model_id = 'an-older-model' WHERE user_id = ?", userId);
    await run("UPDATE users SET face_model_id = 'an-older-model' WHERE id = ?", userId);
  }

  async function sweepUntilThrough(): Promise<FaceConsent> {
    await platform.stack.sweep();
    for (let tries = 0; tries < 200; tries++) {
      const consent = (await (await owner("/api/v1/consent/faces")).json()) as FaceConsent;
      if (consent.photosIndexing === 0) return consent;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error("the photo is still being indexed");
  }

  it("keeps its faces and whose they are, serves old vectors meanwhile, and has only new ones in the end", async () => {
    const before = await facesOf();
    expect(before).toHaveLength(1);
    await ageByOneModel();
    await sweepUntilThrough();
    // Through, and not switched yet: both models' vectors are there, and the old ones serve.
    const during = await facesOf();
    expect(during.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(during[0]?.models.split(",").sort()).toEqual(["an-older-model", modelId].sort());
    await platform.stack.sweep();
    const after = await facesOf();
    expect(after.map(({ id, models }) => [id, models])).toEqual(before.map(({ id }) => [id, modelId]));
    const user = await platform.stack.db
      .prepare("SELECT face_model_id AS model FROM users WHERE id = ?")
      .bind(userId)
      .first();
    expect(user).toEqual({ model: modelId });
  });

  it("keeps a face that was drawn where nobody sees one, with a vector of the new model", async () => {
    const drawn = await owner(`/api/v1/photos/${photo.id}/faces`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ box: { x: 0.05, y: 0.05, width: 0.15, height: 0.15 }, person: "new", name: "Somebody" }),
    });
    expect(drawn.status).toBeLessThan(300);
    const withDrawn = await facesOf();
    expect(withDrawn.filter(({ origin }) => origin === "drawn")).toEqual([
      expect.objectContaining({ assignedBy: "human", models: modelId }),
    ]);
    await ageByOneModel();
    await sweepUntilThrough();
    await platform.stack.sweep();
    expect((await facesOf()).map(({ id, personId, models }) => ({ id, personId, models }))).toEqual(
      withDrawn.map(({ id, personId }) => ({ id, personId, models: modelId })),
    );
  });
});
