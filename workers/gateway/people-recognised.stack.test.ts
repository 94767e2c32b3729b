// People from pictures: real models over the corpus' identities, from upload to search. Skipped, saying so, without weights or corpus.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readLabels } from "../../bench/face-accuracy/labels.ts";
import { readModelLockfile } from "../../models/lockfile.ts";
import { DEFAULT_WEIGHTS_DIR, defaultModelsDir, resolveModels } from "../../models/resolve-models.ts";
import { activeModels } from "../../shared/contracts/models.ts";
import { FaceSearchResult, PeopleChange, PersonPage, UndonePeopleAction } from "../../shared/contracts/people.ts";
import { FaceList, type Photo } from "../../shared/contracts/photos.ts";
import {
  type Caller,
  openTestPlatform,
  postForm,
  type TestPlatform,
  untilEnded,
} from "../../tests/fixtures/test-platform.ts";
import { CORPUS } from "../../tests/reference/corpus-jpegs.ts";

const FOLDER = join(CORPUS, "faces");
const IDENTITIES = 5;
const PICTURES = 5;

const { detector, embedder } = activeModels(readModelLockfile());
const weights = await resolveModels({
  weightsDir: DEFAULT_WEIGHTS_DIR,
  modelsDir: defaultModelsDir(),
  offline: true,
  models: [detector, embedder],
});
const isPossible = existsSync(FOLDER) && weights.every(({ path }) => path !== null);
if (!isPossible) console.warn("people-recognised: skipped, for there are no weights or no labelled faces");

/** By identity: some files of those with the most. One more of the first is kept back to search with. */
function someOfEach(): Map<string, string[]> {
  const byIdentity = new Map<string, string[]>();
  for (const { file, identity } of readLabels(FOLDER).images)
    byIdentity.set(identity, [...(byIdentity.get(identity) ?? []), file]);
  const largest = [...byIdentity].sort(([, a], [, b]) => b.length - a.length).slice(0, IDENTITIES);
  return new Map(largest.map(([identity, files]) => [identity, files.slice(0, PICTURES + 1)]));
}

const json = { "content-type": "application/json" };

describe.skipIf(!isPossible)("people of real pictures", { timeout: 240_000 }, () => {
  let platform: TestPlatform;
  let owner: Caller;
  /** Photo id -> identity. */
  const uploaded = new Map<string, string>();
  let keptBack = "";

  beforeAll(async () => {
    platform = await openTestPlatform({ models: true });
    owner = platform.as(0);
    const posted: string[] = [];
    for (const [identity, files] of someOfEach()) {
      if (keptBack === "") keptBack = files[PICTURES] ?? "";
      for (const file of files.slice(0, PICTURES)) {
        const bytes = new Uint8Array(readFileSync(join(FOLDER, file)));
        const photo = (await (await postForm(owner, "face.jpg", bytes)).json()) as Photo;
        uploaded.set(photo.id, identity);
        posted.push(photo.id);
      }
    }
    for (const id of posted) await untilEnded(owner, id, 120_000);
    await platform.stack.sweep();
  }, 240_000);
  afterAll(() => platform?.close());

  const facesOf = async (photo: string) =>
    FaceList.parse(await (await owner(`/api/v1/photos/${photo}/faces`)).json()).items;

  it("are put together by who they are", async () => {
    const people = PersonPage.parse(await (await owner("/api/v1/people")).json());
    expect(people.total).toBeGreaterThanOrEqual(IDENTITIES);
    const personOf = new Map<string, Set<string>>();
    let together = 0;
    for (const [photo, identity] of uploaded) {
      const [largest] = await facesOf(photo);
      if (largest?.person == null) continue;
      personOf.set(largest.person, (personOf.get(largest.person) ?? new Set()).add(identity));
      together++;
    }
    // Every person is of one identity, and hardly anybody is left out.
    for (const identities of personOf.values()) expect(identities.size).toBe(1);
    expect(together).toBeGreaterThan(0.9 * uploaded.size);
  });

  it("are found by a picture that is not in the library, raw or in a form, and nothing of it stays", async () => {
    const count = async () => (await platform.stack.bucket.list()).objects.length;
    const before = await count();
    const bytes = new Uint8Array(readFileSync(join(FOLDER, keptBack)));
    const form = new FormData();
    form.set("file", new File([bytes], "somebody.jpg"));
    const [identity] = [...uploaded.values()];
    for (const body of [bytes, form]) {
      const response = await owner("/api/v1/photos/search/face", { method: "POST", body });
      const { found, items } = FaceSearchResult.parse(await response.json());
      expect(found.length).toBeGreaterThan(0);
      expect(items.length).toBeGreaterThanOrEqual(PICTURES - 1);
      for (const { photo } of items.slice(0, PICTURES - 1)) expect(uploaded.get(photo.id)).toBe(identity);
    }
    expect(await count()).toBe(before);
  });

  it("may be drawn by hand, once however often it is sent, and taken back", async () => {
    const [photo = ""] = [...uploaded.keys()];
    const draw = (key: string) =>
      owner(`/api/v1/photos/${photo}/faces`, {
        method: "POST",
        headers: { ...json, "idempotency-key": key },
        body: JSON.stringify({ box: { x: 0.02, y: 0.02, width: 0.2, height: 0.25 }, person: "new", name: "Drawn" }),
      });
    const before = (await facesOf(photo)).length;
    const drawn = PeopleChange.parse(await (await draw("draw-1")).json());
    expect(drawn).toMatchObject({
      action: { kind: "draw" },
      person: { name: "Drawn" },
      face: { origin: "drawn", assignedBy: "human" },
    });
    expect(PeopleChange.parse(await (await draw("draw-1")).json()).face?.id).toBe(drawn.face?.id);
    expect(await facesOf(photo)).toHaveLength(before + 1);
    // The key of one drawing cannot draw another box.
    const other = await owner(`/api/v1/photos/${photo}/faces`, {
      method: "POST",
      headers: { ...json, "idempotency-key": "draw-1" },
      body: JSON.stringify({ box: { x: 0.5, y: 0.5, width: 0.2, height: 0.25 }, person: "new", name: "Drawn" }),
    });
    expect([other.status, await other.json()]).toEqual([
      409,
      expect.objectContaining({ code: "idempotency-conflict" }),
    ]);
    expect(await facesOf(photo)).toHaveLength(before + 1);
    const undone = await owner("/api/v1/people/undo", {
      method: "POST",
      headers: json,
      body: JSON.stringify({ action: drawn.action.id }),
    });
    expect(UndonePeopleAction.parse(await undone.json()).kept).toBe(0);
    expect(await facesOf(photo)).toHaveLength(before);
    expect((await draw("draw-2")).status).toBe(200);
    expect(await facesOf(photo)).toHaveLength(before + 1);
  });
});
