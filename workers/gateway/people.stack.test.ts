// People through the front door, on a real stack: real photos with made-up faces, sealed and stored as the embedder does it.
import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { issueApiKey, secretOf } from "../../local/local-state.ts";
import { readModelLockfile } from "../../models/lockfile.ts";
import { Problem } from "../../shared/contracts/errors.ts";
import { FACE_SEARCH_MAX_BYTES } from "../../shared/contracts/limits.ts";
import { activeModels, modelId } from "../../shared/contracts/models.ts";
import {
  FaceCardPage,
  PeopleChange,
  PeopleHistory,
  Person,
  PersonPage,
  SimilarFaces,
  UndonePeopleAction,
} from "../../shared/contracts/people.ts";
import { FaceList, type Photo, type PhotoPage } from "../../shared/contracts/photos.ts";
import { rawRequest } from "../../tests/client/raw-request.ts";
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

let platform: TestPlatform;
let owner: Caller;
let other: Caller;
let photos: string[];
/** Faces of Asha (photos 0–3), of Ben (photos 2–5; photo 2 and 3 show both), and one of nobody (photo 5). */
let asha: string[];
let ben: string[];
let nobody: string[];

beforeAll(async () => {
  platform = await openTestPlatform({ users: 2 });
  owner = platform.as(0);
  other = platform.as(1);
  photos = [];
  for (let i = 0; i < 6; i++) {
    const posted = (await (await postForm(owner, `p${i}.png`, pngPhoto(64, 48, i))).json()) as Photo;
    photos.push((await untilEnded(owner, posted.id)).id);
  }
  const user = platform.stack.users[0]?.id ?? "";
  const { epoch } = (await platform.stack.db
    .prepare(`SELECT face_epoch AS epoch FROM users WHERE id = ?`)
    .bind(user)
    .first<{ epoch: number }>()) ?? { epoch: 0 };
  const store = (person: number, from: number, count: number) =>
    storeFaces(
      {
        db: platform.stack.db,
        bucket: platform.stack.bucket,
        secret: secretOf(platform.stateDir, "face-secret"),
        modelId: MODEL,
      },
      { userId: user, epoch },
      Array.from({ length: count }, (_, i) => ({
        photo: photos[from + i] ?? "",
        vector: pictureOf(person, person * 8 + i),
      })),
    );
  asha = await store(0, 0, 4);
  ben = await store(1, 2, 4);
  nobody = await store(2, 5, 1);
  await platform.stack.sweep();
});
afterAll(() => platform.close());

const send = (call: Caller, method: string, path: string, body: unknown, headers: Record<string, string> = {}) =>
  call(`/api/v1${path}`, {
    method,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
const problem = async (response: Response) => {
  const { code } = (await response.json()) as { code: string };
  return [response.status, code];
};
async function read<Answer>(
  schema: { parse(json: unknown): Answer },
  response: Response | Promise<Response>,
): Promise<Answer> {
  const answered = await response;
  const json: unknown = await answered.json();
  if (answered.status !== 200) throw new Error(`${answered.status} ${JSON.stringify(json)}`);
  return schema.parse(json);
}
const list = (query = "") => read(PersonPage, owner(`/api/v1/people${query}`));
const change = (response: Promise<Response>) => read(PeopleChange, response);
const undo = (action?: string) => read(UndonePeopleAction, send(owner, "POST", "/people/undo", { action }));
async function personWith(face: string | undefined): Promise<string> {
  for (const { id } of (await list("?hidden=true")).items) {
    const page = await read(FaceCardPage, owner(`/api/v1/faces?person=${id}`));
    if (page.items.some((card) => card.id === face)) return id;
  }
  throw new Error("nobody has this face");
}

describe("the list of people", () => {
  it("has them by number of photos, with covers, and counts faces of nobody", async () => {
    const page = await list();
    expect(page).toMatchObject({ total: 2, hidden: 0, unassigned: 1, cursor: null });
    expect(page.items.map(({ faces, photos: seen }) => [faces, seen])).toEqual([
      [4, 4],
      [4, 4],
    ]);
    for (const { cover } of page.items) expect(cover?.crop).toBe(`/api/v1/faces/${cover?.face}/crop.jpg`);
  });

  it("pages, filters by name, and puts the named first", async () => {
    const id = await personWith(ben[0]);
    const named = await change(send(owner, "PATCH", `/people/${id}`, { name: "  Ben Ødegård " }));
    expect(named.person).toMatchObject({ id, name: "Ben Ødegård" });
    expect((await list()).items[0]?.id).toBe(id);
    const first = await list("?limit=1");
    const second = await list(`?limit=1&cursor=${first.cursor}`);
    expect([first.items[0]?.id, second.items[0]?.id]).toEqual((await list()).items.map((person) => person.id));
    expect((await list("?q=ØDEGÅRD")).items.map((person) => person.id)).toEqual([id]);
    expect((await list("?q=ben")).items.map((person) => person.id)).toEqual([id]);
    expect((await list("?named=false")).items).toHaveLength(1);
    expect(await problem(await owner("/api/v1/people?cursor=nonsense"))).toEqual([400, "invalid-cursor"]);
    await undo(named.action.id);
    expect(await read(Person, owner(`/api/v1/people/${id}`))).toMatchObject({ name: null });
  });

  it("leaves hidden people out unless they are asked for", async () => {
    const id = await personWith(ben[0]);
    const { action } = await change(send(owner, "PATCH", `/people/${id}`, { isHidden: true }));
    expect(action.kind).toBe("hide");
    expect(await list()).toMatchObject({ total: 1, hidden: 1 });
    expect((await list("?hidden=only")).items.map((person) => person.id)).toEqual([id]);
    await undo(action.id);
    expect((await list()).total).toBe(2);
  });

  it("does not count photos in the trash", async () => {
    await owner(`/api/v1/photos/${photos[0]}`, { method: "DELETE" });
    const id = await personWith(asha[1]);
    expect(await read(Person, owner(`/api/v1/people/${id}`))).toMatchObject({ faces: 3, photos: 3 });
    await owner(`/api/v1/photos/${photos[0]}/restore`, { method: "POST" });
    expect(await read(Person, owner(`/api/v1/people/${id}`))).toMatchObject({ faces: 4, photos: 4 });
  });
});

describe("photos of people", () => {
  const photosOf = async (query: string) =>
    ((await (await owner(`/api/v1/photos?${query}`)).json()) as PhotoPage).items.map(({ id }) => id).sort();

  it("are those of one, of all, or of any", async () => {
    const [a, b] = [await personWith(asha[0]), await personWith(ben[0])];
    expect(await photosOf(`person=${a}`)).toEqual(photos.slice(0, 4).sort());
    expect(await photosOf(`person=${a},${b}`)).toEqual(photos.slice(2, 4).sort());
    expect(await photosOf(`person=${a},${b}&match=any`)).toEqual([...photos].sort());
    expect(await photosOf(`person=${a},${a}`)).toHaveLength(4);
  });

  it("refuse ids nobody has, and more than sixteen", async () => {
    expect(await problem(await owner(`/api/v1/photos?person=${uuidv7()}`))).toEqual([404, "not-found"]);
    expect(await problem(await owner("/api/v1/photos?person=x"))).toEqual([400, "invalid-request"]);
    const many = Array.from({ length: 17 }, () => uuidv7()).join(",");
    expect(await problem(await owner(`/api/v1/photos?person=${many}`))).toEqual([400, "invalid-request"]);
  });
});

describe("faces", () => {
  it("of a person come newest photo first and in pages, those of nobody by quality", async () => {
    const id = await personWith(asha[0]);
    const first = await read(FaceCardPage, owner(`/api/v1/faces?person=${id}&limit=3`));
    const rest = await read(FaceCardPage, owner(`/api/v1/faces?person=${id}&limit=3&cursor=${first.cursor}`));
    expect(first.total).toBe(4);
    expect([...first.items, ...rest.items].map((card) => card.id)).toEqual([...asha].reverse());
    expect(rest.cursor).toBeNull();
    const alone = await read(FaceCardPage, owner("/api/v1/faces?person=none"));
    expect(alone.items.map((card) => card.id)).toEqual(nobody);
  });

  it("of a photo carry the names of their people", async () => {
    const id = await personWith(asha[0]);
    const { action } = await change(send(owner, "PATCH", `/people/${id}`, { name: "Asha" }));
    const { items } = await read(FaceList, owner(`/api/v1/photos/${photos[2]}/faces`));
    expect(items.map(({ personName }) => personName).sort()).toEqual(["Asha", null]);
    await undo(action.id);
  });

  it("may be said to be somebody's, nobody's, or none; each said once per key, and taken back", async () => {
    const [a, b] = [await personWith(asha[0]), await personWith(ben[0])];
    const say = (body: unknown, key: string) =>
      change(send(owner, "PUT", `/faces/${asha[0]}`, body, { "idempotency-key": key }));
    const moved = await say({ person: b }, "said-1");
    expect(moved).toMatchObject({ action: { kind: "assign", faces: 1 }, person: { id: b, faces: 5 } });
    expect(moved.face).toMatchObject({ person: b, assignedBy: "human" });
    expect(await say({ person: b }, "said-1")).toMatchObject({ action: { id: moved.action.id } });
    expect(
      await problem(await send(owner, "PUT", `/faces/${asha[0]}`, { person: a }, { "idempotency-key": "said-1" })),
    ).toEqual([409, "idempotency-conflict"]);
    await undo(moved.action.id);
    const none = await say({ person: null, isDismissed: true }, "said-2");
    expect(none).toMatchObject({ action: { kind: "dismiss" }, face: null });
    expect((await read(FaceList, owner(`/api/v1/photos/${photos[0]}/faces`))).items).toEqual([]);
    await undo();
    const made = await say({ person: "new", name: "Cleo" }, "said-3");
    expect(made.person).toMatchObject({ name: "Cleo", faces: 1 });
    await undo();
    expect(await problem(await owner(`/api/v1/people/${made.person?.id}`))).toEqual([404, "not-found"]);
    expect(await personWith(asha[0])).toBe(a);
  });

  it("that are like a face are listed, most alike first, in words", async () => {
    const { items } = await read(SimilarFaces, owner(`/api/v1/faces/${asha[0]}/similar`));
    expect(items.map(({ face }) => face.id).sort()).toEqual(asha.slice(1).sort());
    expect(new Set(items.map(({ likelihood }) => likelihood))).toEqual(new Set(["certain"]));
  });
});

describe("merging and splitting", () => {
  it("keeps the named side, old ids go on answering, and history undoes both", async () => {
    const [a, b] = [await personWith(asha[0]), await personWith(ben[0])];
    await change(send(owner, "PATCH", `/people/${b}`, { name: "Ben" }));
    const merged = await change(send(owner, "POST", "/people/merge", { into: a, from: [b] }));
    expect(merged.person).toMatchObject({ id: b, name: "Ben", faces: 8, photos: 6 });
    expect(merged.action.people.map(({ id }) => id).sort()).toEqual([a, b].sort());
    expect(await read(Person, owner(`/api/v1/people/${a}`))).toMatchObject({ id: b });
    expect((await (await owner(`/api/v1/photos?person=${a}`)).json()) as PhotoPage).toMatchObject({
      items: { length: 6 },
    });
    expect(await problem(await send(owner, "POST", "/people/merge", { into: b, from: [b] }))).toEqual([
      400,
      "invalid-request",
    ]);

    const parted = await change(send(owner, "POST", `/people/${b}/split`, { faces: [asha[0]], name: "Asha" }));
    expect(parted.person).toMatchObject({ name: "Asha", faces: 1 });
    const { items } = await read(PeopleHistory, owner("/api/v1/people/history"));
    expect(items.slice(0, 3).map(({ kind }) => kind)).toEqual(["split", "merge", "rename"]);
    const page = await read(PeopleHistory, owner("/api/v1/people/history?limit=1"));
    const next = await read(PeopleHistory, owner(`/api/v1/people/history?limit=1&cursor=${page.cursor}`));
    expect(next.items[0]?.id).toBe(items[1]?.id);

    expect(await undo()).toMatchObject({ action: { id: parted.action.id }, kept: 0 });
    expect(await undo(merged.action.id)).toMatchObject({ kept: 0 });
    expect((await undo()).action.undoneAt).not.toBeNull();
    expect(await read(Person, owner(`/api/v1/people/${a}`))).toMatchObject({ id: a, faces: 4 });
    expect(await problem(await send(owner, "POST", "/people/undo", { action: merged.action.id }))).toEqual([
      409,
      "nothing-to-undo",
    ]);
  });
});

describe("suggestions", () => {
  it("are refused in too great a number, and answered only where one stands", async () => {
    expect(await problem(await owner("/api/v1/people/suggestions?limit=51"))).toEqual([400, "invalid-request"]);
    expect(await problem(await send(owner, "POST", "/people/suggestions/nonsense", { answer: "same" }))).toEqual([
      404,
      "not-found",
    ]);
  });
});

describe("a decision that makes no sense", () => {
  it("is refused with the field it is about, and leaves no trace", async () => {
    const [a, b] = [await personWith(asha[0]), await personWith(ben[0])];
    const before = await read(PeopleHistory, owner("/api/v1/people/history"));
    const pointers = async (method: string, path: string, body: unknown) => {
      const response = await send(owner, method, path, body);
      expect([path, response.status]).toEqual([path, 400]);
      const { errors } = Problem.parse(await response.json());
      return errors?.map(({ pointer }) => pointer);
    };
    const face = `/faces/${asha[0]}`;
    expect(await pointers("PATCH", `/people/${a}`, { cover: ben[0] })).toEqual(["/cover"]);
    expect(await pointers("POST", "/people/merge", { into: a, from: [a] })).toEqual(["/from"]);
    expect(await pointers("POST", `/people/${a}/split`, { faces: [ben[0]] })).toEqual(["/faces"]);
    expect(await pointers("POST", `/people/${a}/split`, { faces: asha })).toEqual(["/faces"]);
    expect(await pointers("PUT", face, { person: b, isDismissed: true })).toEqual(["/isDismissed"]);
    expect(await pointers("PUT", face, { person: b, name: "Ben" })).toEqual(["/name"]);
    expect(await pointers("PUT", face, { person: null, name: "Ben" })).toEqual(["/name"]);
    expect(await pointers("PUT", `/faces/${nobody[0]}`, { person: null })).toEqual(["/person"]);
    const box = { x: 0.1, y: 0.1, width: 0.2, height: 0.2 };
    expect(await pointers("POST", `/photos/${photos[0]}/faces`, { box, person: b, name: "Ben" })).toEqual(["/name"]);
    expect(await read(PeopleHistory, owner("/api/v1/people/history"))).toEqual(before);
  });
});

describe("searching by a picture", () => {
  const search = (body: BodyInit, headers: Record<string, string> = {}) =>
    owner("/api/v1/photos/search/face", { method: "POST", body, headers });

  it("refuses what is no picture, nothing, and too much", async () => {
    expect(await problem(await search("nothing to see"))).toEqual([415, "unsupported-type"]);
    expect(await problem(await search(""))).toEqual([400, "empty-file"]);
    // Refused by its length alone: the body never comes.
    const { status, text } = await rawRequest(platform.stack.url, {
      head: [
        "POST /api/v1/photos/search/face HTTP/1.1",
        `Authorization: Bearer ${platform.stack.users[0]?.apiKey}`,
        `Content-Length: ${FACE_SEARCH_MAX_BYTES + 5000}`,
      ],
    });
    expect([status, text]).toEqual([413, expect.stringContaining("file-too-large")]);
    const form = new FormData();
    form.set("picture", "text");
    expect(await problem(await search(form))).toEqual([400, "invalid-request"]);
  });

  it("says that models are missing where they are", async () => {
    expect(await problem(await search(pngPhoto(64, 48, 1)))).toEqual([409, "recognition-unavailable"]);
  });
});

/** Every route about people: what it is asked with, and whether it names something of the owner's. */
const ROUTES: readonly (readonly [method: string, path: () => Promise<string>, body: unknown, isOwned: boolean])[] = [
  ["GET", async () => "/people", null, false],
  ["GET", async () => "/people/history", null, false],
  ["GET", async () => "/people/suggestions", null, false],
  ["GET", async () => `/people/${await personWith(asha[0])}`, null, true],
  ["PATCH", async () => `/people/${await personWith(asha[0])}`, { name: "Taken" }, true],
  ["POST", async () => "/people/merge", "merge", true],
  ["POST", async () => `/people/${await personWith(asha[0])}/split`, "split", true],
  ["POST", async () => "/people/undo", { action: uuidv7() }, true],
  ["POST", async () => `/people/suggestions/face:${uuidv7()}:${uuidv7()}`, { answer: "different" }, true],
  ["GET", async () => `/faces?person=${await personWith(asha[0])}`, null, true],
  ["PUT", async () => `/faces/${asha[0]}`, { person: "new" }, true],
  ["GET", async () => `/faces/${asha[0]}/similar`, null, true],
  ["POST", async () => `/photos/${photos[0]}/faces`, { box: { x: 0, y: 0, width: 0.5, height: 0.5 } }, true],
  ["POST", async () => "/photos/search/face", "picture", false],
  ["GET", async () => `/photos?person=${await personWith(asha[0])}`, null, true],
];

describe.each(ROUTES)("%s %o", (method, pathOf, template, isOwned) => {
  async function ask(call: Caller): Promise<Response> {
    const path = `/api/v1${await pathOf()}`;
    if (template === null) return await call(path, { method });
    if (template === "picture") return await call(path, { method, body: pngPhoto(16, 16, 1) });
    const body =
      template === "merge"
        ? { into: await personWith(asha[0]), from: [await personWith(ben[0])] }
        : template === "split"
          ? { faces: [asha[0]] }
          : template;
    return await call(path, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  }

  it("asks who is calling", async () => {
    expect(await problem(await ask((path, init) => platform.anonymous(path, init)))).toEqual([401, "unauthenticated"]);
  });

  it("does not know another user's", async () => {
    const response = await ask(other);
    if (isOwned) expect(await problem(response)).toEqual([404, "not-found"]);
    else expect([200, 409]).toContain(response.status);
  });

  it("is closed to a key that may only read, where it changes anything", async () => {
    const user = platform.stack.users[0]?.id ?? "";
    const key = await issueApiKey(platform.stack.db, user, "reader", Date.now(), ["photo.read", "person.read"]);
    const reader: Caller = (path, init = {}) =>
      platform.anonymous(path, { ...init, headers: { ...init.headers, authorization: `Bearer ${key}` } });
    const response = await ask(reader);
    // A picture to search with is sent, and kept nowhere: reading, too (409 without models).
    if (template === "picture") expect([200, 409]).toContain(response.status);
    else if (method === "GET") expect(response.status).toBe(200);
    else expect(await problem(response)).toEqual([403, "forbidden"]);
  });

  it("says that recognition is off without consent", async () => {
    const user = platform.stack.users[1]?.id;
    const consent = (state: string) =>
      platform.stack.db.prepare(`UPDATE users SET face_consent = ? WHERE id = ?`).bind(state, user).run();
    await consent("unset");
    const response = await ask(other);
    await consent("granted");
    expect(await problem(response)).toEqual([409, "recognition-off"]);
  });
});

describe("hostile input", () => {
  it.each([
    ["PATCH", () => `/people/${uuidv7()}`, {}],
    ["PATCH", () => `/people/${uuidv7()}`, { name: "x".repeat(201) }],
    ["PATCH", () => `/people/${uuidv7()}`, { birthday: "2001-02-30" }],
    ["PATCH", () => `/people/${uuidv7()}`, { colour: "red" }],
    ["PATCH", () => "/people/not-an-id", { name: "x" }],
    ["POST", () => "/people/merge", { into: uuidv7(), from: [] }],
    ["POST", () => "/people/merge", { into: uuidv7(), from: Array.from({ length: 201 }, () => uuidv7()) }],
    ["POST", () => `/people/${uuidv7()}/split`, { faces: Array.from({ length: 10_000 }, () => uuidv7()) }],
    ["PUT", () => `/faces/${asha[0]}`, { person: "somebody" }],
    ["PUT", () => `/faces/${asha[0]}`, { person: "new", isDismissed: true }],
    ["POST", () => `/photos/${photos[0]}/faces`, { box: { x: 0.9, y: 0, width: 0.2, height: 0.2 } }],
    ["POST", () => `/photos/${photos[0]}/faces`, { box: { x: 0, y: 0, width: 0, height: 0.2 } }],
    ["POST", () => `/photos/${photos[0]}/faces`, { box: { x: -1, y: 0, width: 0.2, height: 0.2 } }],
    ["POST", () => "/people/suggestions/x", { answer: "perhaps" }],
  ])("%s %o is refused with a problem", async (method, path, body) => {
    expect(await problem(await send(owner, method, path(), body))).toEqual([400, "invalid-request"]);
  });

  it("names are text and nothing more", async () => {
    const id = await personWith(asha[0]);
    const name = `'; DROP TABLE people; -- <script>alert(1)</script> \u202e`;
    const { person, action } = await change(send(owner, "PATCH", `/people/${id}`, { name }));
    expect(person?.name).toBe(name.trim());
    expect((await list(`?q=${encodeURIComponent("DROP TABLE")}`)).items).toHaveLength(1);
    expect((await list("?q=%25")).items).toHaveLength(0);
    await undo(action.id);
  });
});
