// What photos and people are left like by a trash full of faces, a dismissal, and requests that are refused.
import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll, expect, it } from "vitest";
import { secretOf } from "../../local/local-state.ts";
import { readModelLockfile } from "../../models/lockfile.ts";
import { activeModels, modelId } from "../../shared/contracts/models.ts";
import { PeopleChange, SuggestionList } from "../../shared/contracts/people.ts";
import { FaceList, type Photo } from "../../shared/contracts/photos.ts";
import { pictureOf, storeFaces } from "../../tests/fixtures/made-up-library.ts";
import { pngPhoto } from "../../tests/fixtures/png-photo.ts";
import {
  type Caller,
  openTestPlatform,
  postForm,
  type TestPlatform,
  untilEnded,
} from "../../tests/fixtures/test-platform.ts";

const MODEL = modelId(activeModels(readModelLockfile()).embedder);
const PHOTOS = 6;

let platform: TestPlatform;
let owner: Caller;
let photos: string[];
/** One person's, one in each photo. */
let faces: string[];

beforeAll(async () => {
  platform = await openTestPlatform();
  owner = platform.as(0);
  photos = [];
  for (let i = 0; i < PHOTOS; i++) {
    const posted = (await (await postForm(owner, `p${i}.png`, pngPhoto(64, 48, i))).json()) as Photo;
    photos.push((await untilEnded(owner, posted.id)).id);
  }
  const { db, bucket, users } = platform.stack;
  const userId = users[0]?.id ?? "";
  const row = await db
    .prepare(`SELECT face_epoch AS epoch FROM users WHERE id = ?`)
    .bind(userId)
    .first<{ epoch: number }>();
  faces = await storeFaces(
    { db, bucket, secret: secretOf(platform.stateDir, "face-secret"), modelId: MODEL },
    { userId, epoch: row?.epoch ?? 0 },
    photos.map((photo, i) => ({ photo, vector: pictureOf(0, i), quality: 0.9 - i / 100 })),
  );
  await platform.stack.sweep();
});
afterAll(() => platform.close());

const send = (method: string, path: string, body: unknown, key?: string) =>
  owner(`/api/v1${path}`, {
    method,
    headers: { "content-type": "application/json", ...(key === undefined ? {} : { "idempotency-key": key }) },
    body: JSON.stringify(body),
  });
const facesIn = async (photo: string | undefined) =>
  FaceList.parse(await (await owner(`/api/v1/photos/${photo}/faces`)).json()).items.length;
const questions = async (limit: number) =>
  SuggestionList.parse(await (await owner(`/api/v1/people/suggestions?limit=${limit}`)).json());

it("a box that is refused leaves no face behind", async () => {
  const box = { x: 0.1, y: 0.1, width: 0.3, height: 0.3 };
  const before = await facesIn(photos[0]);
  const unknown = await send("POST", `/photos/${photos[0]}/faces`, { box, person: uuidv7() });
  expect(unknown.status).toBe(404);
  expect(await facesIn(photos[0])).toBe(before);

  expect((await send("PUT", `/faces/${faces[0]}`, { person: "new" }, "used-before")).status).toBe(200);
  const conflict = await send("POST", `/photos/${photos[0]}/faces`, { box }, "used-before");
  expect(conflict.status).toBe(409);
  expect(await facesIn(photos[0])).toBe(before);
  expect((await send("POST", "/people/undo", {})).status).toBe(200);
});

it("a box that arrives twice at once is one face, and both are told so", async () => {
  const box = { x: 0.2, y: 0.2, width: 0.3, height: 0.3 };
  const before = await facesIn(photos[2]);
  const draw = async () => {
    const response = await send(
      "POST",
      `/photos/${photos[2]}/faces`,
      { box, person: "new", name: "Drawn" },
      "drawn-twice",
    );
    return [response.status, PeopleChange.parse(await response.json()).face?.id];
  };
  const [first, second] = await Promise.all([draw(), draw()]);
  expect(second).toEqual(first);
  expect(await facesIn(photos[2])).toBe(before + 1);
  expect((await send("POST", "/people/undo", {})).status).toBe(200);
  expect(await facesIn(photos[2])).toBe(before);
});

it("a photo counts the faces that are to be seen in it", async () => {
  const countIn = async (photo: string | undefined) =>
    ((await (await owner(`/api/v1/photos/${photo}`)).json()) as Photo).faces;
  await platform.stack.db.prepare(`UPDATE photos SET faces = 1 WHERE id = ?`).bind(photos[1]).run();
  const dismissed = await send("PUT", `/faces/${faces[1]}`, { person: null, isDismissed: true });
  const { action } = PeopleChange.parse(await dismissed.json());
  expect(await facesIn(photos[1])).toBe(0);
  expect(await countIn(photos[1])).toBe(0);
  await send("POST", "/people/undo", { action: action.id });
  expect(await countIn(photos[1])).toBe(1);
});

it("questions about photos in the trash hide no others, and are not counted", async () => {
  // Six people who are one: fifteen questions, five of them about each.
  for (const face of faces) expect((await send("PUT", `/faces/${face}`, { person: "new" })).status).toBe(200);
  const all = await questions(50);
  expect([all.total, all.items.length]).toEqual([15, 15]);
  const asked = (await questions(1)).items[0];
  const shown = [asked?.left, asked?.right].flatMap((side) => side?.faces ?? []);
  for (const { photoId } of shown.slice(0, 1))
    expect((await owner(`/api/v1/photos/${photoId}`, { method: "DELETE" })).status).toBe(204);
  const left = await questions(1);
  expect(left.items).toHaveLength(1);
  expect(left.items[0]?.id).not.toBe(asked?.id);
  expect([(await questions(50)).total, (await questions(50)).items.length]).toEqual([10, 10]);
});
