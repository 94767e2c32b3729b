// The people index through its RPC, in workerd, with a real D1, a real bucket and real keys. Faces are made up.
import { applyD1Migrations, env, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { uuidv7 } from "uuidv7";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import lockfile from "../../models/lockfile.json";
import type { FaceId, PersonId, PhotoId, UserId } from "../../shared/contracts/ids.ts";
import { activeModels, ModelLockfile, modelId } from "../../shared/contracts/models.ts";
import type { PeopleCommand, PeopleOutcome } from "../../shared/contracts/people-index.ts";
import { listActions } from "../../shared/db/people/action-queries.ts";
import {
  type FaceToStore,
  type MadeUpUser,
  pictureOf,
  storeFaces,
  storeUser,
} from "../../tests/fixtures/made-up-library.ts";
import type { PeopleIndex } from "./people-index.ts";

interface TestEnv {
  readonly DB: D1Database;
  readonly BUCKET: R2Bucket;
  readonly FACE_SECRET: string;
  readonly PEOPLE: DurableObjectNamespace<PeopleIndex>;
  readonly TEST_MIGRATIONS: Parameters<typeof applyD1Migrations>[1];
}
const { DB, BUCKET, FACE_SECRET, PEOPLE, TEST_MIGRATIONS } = env as unknown as TestEnv;
const MODEL = modelId(activeModels(ModelLockfile.parse(lockfile)).embedder);

beforeAll(() => applyD1Migrations(DB, TEST_MIGRATIONS));

let user: MadeUpUser;
const me = () => user.userId as UserId;
const index = () => PEOPLE.getByName(`u:${user.userId}`);
beforeEach(async () => {
  user = await storeUser(DB);
});

const store = (faces: readonly FaceToStore[], whose = user) =>
  storeFaces({ db: DB, bucket: BUCKET, secret: FACE_SECRET, modelId: MODEL }, whose, faces);
const take = async (photos: readonly string[]) => await index().take(me(), photos as PhotoId[]);
const decide = (command: unknown, requestKey = uuidv7()) =>
  index().decide(me(), { requestKey, command } as PeopleCommand) as Promise<PeopleOutcome>;
const done = async (command: unknown, requestKey?: string) => {
  const outcome = await decide(command, requestKey);
  if (outcome.kind !== "done") throw new Error(JSON.stringify(outcome));
  return outcome;
};

/** Photos of some people, one face each: `pictures(0, 3)` are three of person 0. */
function pictures(person: number, count: number, cosine?: number): FaceToStore[] {
  return Array.from({ length: count }, (_, i) => ({
    photo: uuidv7(),
    vector: pictureOf(person, person * 8 + i, cosine),
  }));
}

async function storeAndTake(faces: readonly FaceToStore[]): Promise<string[]> {
  const ids = await store(faces);
  await take(faces.map(({ photo }) => photo));
  return ids;
}

interface FaceRow {
  id: string;
  person: string | null;
  by: string | null;
  dismissed: number;
}
const faceRow = async (id: string) =>
  await DB.prepare(
    `SELECT id, person_id AS person, assigned_by AS "by", is_dismissed AS dismissed FROM faces WHERE id = ?`,
  )
    .bind(id)
    .first<FaceRow>();
const personOf = async (id: string | undefined) => (await faceRow(id ?? ""))?.person ?? null;
const people = async () =>
  (
    await DB.prepare(`SELECT * FROM people WHERE user_id = ? ORDER BY id`).bind(user.userId).all<{
      id: string;
      name: string | null;
      merged_into: string | null;
      cover_face_id: string | null;
      is_hidden: number;
    }>()
  ).results;
/** Everything a decision may change, as the database has it. */
const world = async () => {
  const faces = await DB.prepare(
    `SELECT id, person_id, assigned_by, is_dismissed FROM faces WHERE user_id = ? ORDER BY id`,
  )
    .bind(user.userId)
    .all();
  const of = async (table: string) =>
    (await DB.prepare(`SELECT * FROM ${table} WHERE user_id = ? ORDER BY 1, 2, 3`).bind(user.userId).all()).results;
  const persons = (await people()).map(({ id, name, merged_into, cover_face_id, is_hidden }) => ({
    id,
    name,
    merged_into,
    cover_face_id,
    is_hidden,
  }));
  return {
    faces: faces.results,
    persons,
    separations: await of("people_separations"),
    exclusions: await of("face_exclusions"),
  };
};

describe("taking faces", () => {
  it("puts faces of one person together, and leaves a stranger alone", async () => {
    const ids = await storeAndTake([...pictures(0, 3), ...pictures(1, 2), ...pictures(2, 1)]);
    const found = await Promise.all(ids.map(personOf));
    expect(new Set(found.slice(0, 3)).size).toBe(1);
    expect(found[3]).toBe(found[4]);
    expect(found[3]).not.toBe(found[0]);
    expect(found[5]).toBeNull();
    expect(await people()).toHaveLength(2);
  });

  it("gives a later face to whom it is like, a day and an eviction later", async () => {
    const ids = await storeAndTake(pictures(0, 3));
    await evictDurableObject(index());
    const [later] = await storeAndTake([{ photo: uuidv7(), vector: pictureOf(0, 60) }]);
    expect(await personOf(later)).toBe(await personOf(ids[0]));
  });

  it("may hear of the same photo twice, or of one that is gone", async () => {
    const faces = pictures(0, 2);
    await storeAndTake(faces);
    await take([...faces.map(({ photo }) => photo), uuidv7()]);
    await take([]);
    expect(await people()).toHaveLength(1);
  });

  it("finds in a reconcile what nobody told it of, and removes people nothing is left of", async () => {
    const ids = await storeAndTake(pictures(0, 2));
    const missed = await store(pictures(1, 2));
    await DB.prepare(`DELETE FROM faces WHERE id IN (?, ?)`).bind(ids[0], ids[1]).run();
    await index().reconcile(me());
    expect(await personOf(missed[0])).not.toBeNull();
    expect(await people()).toHaveLength(1);
  });

  it("never compares vectors of two models, and groups anew by those of the other when the user has switched", async () => {
    const ids = await storeAndTake(pictures(0, 2));
    const before = await personOf(ids[0]);
    const foreign = await storeFaces(
      { db: DB, bucket: BUCKET, secret: FACE_SECRET, modelId: "other-model-000000000000" },
      user,
      pictures(0, 2),
    );
    await DB.prepare(`UPDATE users SET face_model_id = ? WHERE id = ?`).bind(MODEL, user.userId).run();
    await index().reconcile(me());
    expect(await personOf(foreign[0])).toBeNull();
    expect(await personOf(ids[0])).toBe(before);
  });
});

describe("without consent", () => {
  it("nothing is taken, decided, suggested or found", async () => {
    user = await storeUser(DB, "unset");
    const [face] = await storeAndTake(pictures(0, 2));
    expect(await people()).toEqual([]);
    expect(await decide({ kind: "assign", face, assign: { person: "new" } })).toEqual({ kind: "recognition-off" });
    expect(await index().suggestions(me(), 10)).toEqual({ items: [], total: 0 });
    expect(await index().similar(me(), face as FaceId, 10)).toEqual([]);
    expect(await index().search(me(), { modelId: MODEL, vector: pictureOf(0, 0), limit: 5 })).toEqual([]);
  });

  it("given again, older vectors do not open: nothing is grouped by them", async () => {
    await storeAndTake(pictures(0, 2));
    await DB.prepare(`UPDATE users SET face_epoch = 2 WHERE id = ?`).bind(user.userId).run();
    expect(await index().search(me(), { modelId: MODEL, vector: pictureOf(0, 0), limit: 5 })).toEqual([]);
  });

  it("a machine's thought is not written after the epoch has changed", async () => {
    const faces = pictures(0, 2);
    await store(faces);
    await DB.prepare(`CREATE TRIGGER bump AFTER INSERT ON people BEGIN SELECT 1; END`).run();
    await DB.prepare(`UPDATE users SET face_consent = 'withdrawn', face_epoch = 2 WHERE id = ?`)
      .bind(user.userId)
      .run();
    await take(faces.map(({ photo }) => photo));
    await DB.prepare(`DROP TRIGGER bump`).run();
    expect(await people()).toEqual([]);
  });
});

describe("the object's storage", () => {
  it("holds no vector, no face and no name, at any time", async () => {
    const ids = await storeAndTake(pictures(0, 9));
    const person = await personOf(ids[0]);
    await done({ kind: "patch", person, patch: { name: "Asha Unmistakable" } });
    const stored = await runInDurableObject(index(), async (_, state) =>
      JSON.stringify([...(await state.storage.list())]),
    );
    expect(stored).not.toContain("Asha");
    for (const id of ids) expect(stored).not.toContain(id);
    expect(stored.length).toBeLessThan(200);
  });
});

describe("decisions", () => {
  let ids: string[];
  let asha: string;
  let ben: string;
  beforeEach(async () => {
    ids = await storeAndTake([...pictures(0, 4), ...pictures(1, 3)]);
    asha = (await personOf(ids[0])) ?? "";
    ben = (await personOf(ids[4])) ?? "";
  });

  it("happen once per key, whatever happens to the answer", async () => {
    const command = { kind: "assign", face: ids[0], assign: { person: "new", name: "Cleo" } };
    const [first, second] = await Promise.all([done(command, "key-1"), done(command, "key-1")]);
    expect(second).toEqual(first);
    await evictDurableObject(index());
    expect(await done(command, "key-1")).toEqual(first);
    expect((await people()).filter(({ name }) => name === "Cleo")).toHaveLength(1);
    expect(await decide({ ...command, face: ids[1] }, "key-1")).toMatchObject({ kind: "conflict" });
  });

  it("that are written are answered so, whatever becomes of what follows from them", async () => {
    await runInDurableObject(index(), (_, { storage }) => {
      Object.defineProperty(storage, "getAlarm", { value: () => Promise.reject(new Error("storage is not there")) });
    });
    for (let i = 0; i < 8; i++)
      expect(await decide({ kind: "patch", person: asha, patch: { name: `Asha ${i}` } })).toMatchObject({
        kind: "done",
      });
  });

  it("rename, hide, date and choose a cover, and each is taken back by itself", async () => {
    const before = await world();
    const name = await done({ kind: "patch", person: asha, patch: { name: "Asha" } });
    const hide = await done({ kind: "patch", person: asha, patch: { isHidden: true, birthday: "2001-02-03" } });
    const cover = await done({ kind: "patch", person: asha, patch: { cover: ids[1] } });
    expect((await people()).find(({ id }) => id === asha)).toMatchObject({
      name: "Asha",
      is_hidden: 1,
      birthday: "2001-02-03",
      cover_face_id: ids[1],
    });
    for (const { actionId } of [name, cover, hide])
      expect(await done({ kind: "undo", action: actionId })).toMatchObject({ actionId, kept: 0 });
    expect(await world()).toEqual(before);
  });

  it("refuse a cover that is somebody else's face", async () => {
    expect(await decide({ kind: "patch", person: asha, patch: { cover: ids[5] } })).toMatchObject({
      kind: "invalid",
      pointer: "/cover",
    });
  });

  it("merge so that the named side lives on with its cover, and old ids go on answering", async () => {
    await done({ kind: "patch", person: ben, patch: { name: "Ben", cover: ids[5] } });
    const merge = await done({ kind: "merge", merge: { into: asha, from: [ben] } });
    expect(merge.personId).toBe(ben);
    const rows = await people();
    expect(rows.find(({ id }) => id === ben)).toMatchObject({ name: "Ben", merged_into: null, cover_face_id: ids[5] });
    expect(rows.find(({ id }) => id === asha)).toMatchObject({ merged_into: ben });
    for (const id of ids) expect(await personOf(id)).toBe(ben);
    expect((await done({ kind: "patch", person: asha, patch: { birthday: "2000-01-01" } })).personId).toBe(ben);
  });

  it("undoing a merge brings people, names and covers back, and keeps what was decided since", async () => {
    await done({ kind: "patch", person: ben, patch: { name: "Ben" } });
    await done({ kind: "patch", person: asha, patch: { name: "Asha", cover: ids[2] } });
    const merge = await done({ kind: "merge", merge: { into: asha, from: [ben] } });
    const moved = await done({ kind: "assign", face: ids[4], assign: { person: "new", name: "Cleo" } });
    expect(await done({ kind: "undo", action: merge.actionId })).toMatchObject({ kept: 1 });
    const rows = await people();
    expect(rows.find(({ id }) => id === ben)).toMatchObject({ name: "Ben", merged_into: null });
    expect(rows.find(({ id }) => id === asha)).toMatchObject({ name: "Asha", cover_face_id: ids[2] });
    expect(await personOf(ids[5])).toBe(ben);
    expect(await personOf(ids[4])).toBe(moved.personId);
  });

  it("merge refuses oneself, strangers and what is one person already; 200 at once are one action", async () => {
    expect(await decide({ kind: "merge", merge: { into: asha, from: [asha] } })).toMatchObject({
      kind: "invalid",
      pointer: "/from",
    });
    expect(await decide({ kind: "merge", merge: { into: asha, from: [uuidv7()] } })).toMatchObject({
      kind: "not-found",
    });
    await done({ kind: "merge", merge: { into: asha, from: [ben] } });
    expect(await decide({ kind: "merge", merge: { into: ben, from: [asha] } })).toMatchObject({ kind: "invalid" });
    const many = await store(
      Array.from({ length: 200 }, (_, i) => ({ photo: uuidv7(), vector: pictureOf(2 + (i % 20), 60 + (i % 30)) })),
    );
    const made: string[] = [];
    for (const face of many.slice(0, 200))
      made.push((await done({ kind: "assign", face, assign: { person: "new" } })).personId ?? "");
    const merged = await done({ kind: "merge", merge: { into: asha, from: made } });
    expect(await personOf(many[199])).toBe(asha);
    await done({ kind: "undo", action: merged.actionId });
    expect(await personOf(many[199])).toBe(made[199]);
    expect(await decide({ kind: "merge", merge: { into: asha, from: [...made, ben] } })).toMatchObject({
      kind: "invalid",
    });
  });

  it("split remembers that the two are not one, and never lets a machine join them", async () => {
    const split = await done({ kind: "split", person: asha, split: { faces: [ids[0], ids[1]], name: "Twin" } });
    expect(await personOf(ids[0])).toBe(split.personId);
    expect(await personOf(ids[2])).toBe(asha);
    await runDurableObjectAlarm(index());
    await index().reconcile(me());
    expect(await personOf(ids[0])).toBe(split.personId);
    const { items } = await index().suggestions(me(), 50);
    expect(items.filter(({ id }) => id.includes(asha) && id.includes(split.personId ?? "?"))).toEqual([]);
  });

  it("split refuses faces of others, unknown ones, all of them, and more than a thousand", async () => {
    const split = (faces: string[]) => decide({ kind: "split", person: asha, split: { faces } });
    expect(await split([ids[4] ?? ""])).toMatchObject({ kind: "invalid", pointer: "/faces" });
    expect(await split([uuidv7()])).toMatchObject({ kind: "not-found" });
    expect(await split(ids.slice(0, 4))).toMatchObject({ kind: "invalid" });
    expect(await split(Array.from({ length: 10_000 }, () => uuidv7()))).toMatchObject({ kind: "invalid" });
  });

  it("not this person is remembered: no machine puts the face back", async () => {
    await done({ kind: "assign", face: ids[0], assign: { person: null } });
    await index().reconcile(me());
    expect(await faceRow(ids[0] ?? "")).toMatchObject({ person: null, by: null });
    expect((await index().guess(me(), [ids[0] as FaceId])).filter(({ person }) => person === asha)).toEqual([]);
    await done({ kind: "assign", face: ids[0], assign: { person: asha } });
    expect(await faceRow(ids[0] ?? "")).toMatchObject({ person: asha, by: "human" });
  });

  it("a dismissed face is out of everything until that is taken back", async () => {
    const { actionId } = await done({ kind: "assign", face: ids[0], assign: { person: null, isDismissed: true } });
    await index().reconcile(me());
    expect(await faceRow(ids[0] ?? "")).toMatchObject({ person: null, dismissed: 1 });
    expect((await index().similar(me(), ids[1] as FaceId, 50)).map(({ face }) => face)).not.toContain(ids[0]);
    await done({ kind: "undo", action: actionId });
    expect(await faceRow(ids[0] ?? "")).toMatchObject({ person: asha, by: "machine", dismissed: 0 });
  });

  it("faces and people of another user are not there", async () => {
    const mine = user;
    const stranger = await storeUser(DB);
    const [theirs] = await store(pictures(5, 1), stranger);
    user = mine;
    expect(await decide({ kind: "assign", face: theirs, assign: { person: asha } })).toMatchObject({
      kind: "not-found",
    });
    expect(
      await PEOPLE.getByName(`u:${stranger.userId}`).decide(stranger.userId as UserId, {
        requestKey: "x",
        command: { kind: "patch", person: asha as PersonId, patch: { name: "Mine" } },
      }),
    ).toMatchObject({ kind: "not-found" });
    expect(await personOf(theirs)).toBeNull();
  });

  it("undo without an action takes back the last, twice is two, and then there is nothing", async () => {
    const before = await world();
    await done({ kind: "patch", person: asha, patch: { name: "Asha" } });
    await done({ kind: "patch", person: ben, patch: { name: "Ben" } });
    const last = await done({ kind: "undo", action: null }, "undo-1");
    expect(await done({ kind: "undo", action: null }, "undo-1")).toEqual(last);
    expect((await people()).map(({ name }) => name).sort()).toEqual(["Asha", null]);
    expect(await decide({ kind: "undo", action: last.actionId })).toEqual({ kind: "nothing-to-undo" });
    await done({ kind: "undo", action: null });
    expect(await world()).toEqual(before);
    expect(await decide({ kind: "undo", action: null })).toEqual({ kind: "nothing-to-undo" });
    expect(await decide({ kind: "undo", action: uuidv7() })).toMatchObject({ kind: "not-found" });
  });

  it("that change nothing are answered, stand in no history, and are not what undo takes back", async () => {
    await done({ kind: "patch", person: asha, patch: { name: "Asha", isHidden: true } });
    await done({ kind: "assign", face: ids[0], assign: { person: asha } });
    const confirmed = await faceRow(ids[0] ?? "");
    expect(confirmed).toMatchObject({ person: asha, by: "human" });
    const before = await listActions(DB, user.userId, 10, null);
    expect(before.map(({ kind }) => kind)).toEqual(["assign", "rename"]);

    const idle = [
      { kind: "patch", person: asha, patch: { name: "Asha" } },
      { kind: "patch", person: asha, patch: { isHidden: true } },
      { kind: "assign", face: ids[0], assign: { person: asha } },
    ];
    for (const [i, command] of idle.entries()) {
      const first = await done(command, `idle-${i}`);
      expect(first).toMatchObject({ personId: asha, kept: 0 });
      expect(await done(command, `idle-${i}`)).toEqual(first);
    }
    expect(await decide({ kind: "patch", person: asha, patch: { name: "Ben" } }, "idle-0")).toMatchObject({
      kind: "conflict",
    });
    expect(await listActions(DB, user.userId, 10, null)).toEqual(before);
    expect(await done({ kind: "undo", action: null })).toMatchObject({ actionId: before[0]?.id });
    expect(await faceRow(ids[0] ?? "")).toMatchObject({ person: asha, by: "machine" });
  });

  it("that say again what is so are told as what they change", async () => {
    await done({ kind: "patch", person: asha, patch: { name: "Asha" } });
    await done({ kind: "patch", person: asha, patch: { name: "Asha", isHidden: true } });
    expect((await listActions(DB, user.userId, 1, null)).map(({ kind }) => kind)).toEqual(["hide"]);
  });

  it("many at once come one after the other and none is lost", async () => {
    const commands = ids
      .slice(0, 4)
      .map((face, i) => ({ kind: "assign", face, assign: { person: "new", name: `P${i}` } }));
    const outcomes = await Promise.all(commands.map((command) => done(command)));
    for (const [i, { personId }] of outcomes.entries()) expect(await personOf(ids[i])).toBe(personId);
    for (const { actionId } of outcomes) await done({ kind: "undo", action: actionId });
    expect(await personOf(ids[3])).toBe(asha);
  });

  it("undoing brings back a person the machine has dissolved meanwhile", async () => {
    const actions = [];
    for (const face of ids.slice(4)) actions.push(await done({ kind: "assign", face, assign: { person: asha } }));
    await index().reconcile(me());
    expect((await people()).map(({ id }) => id)).not.toContain(ben);
    for (const { actionId } of actions.toReversed()) await done({ kind: "undo", action: actionId });
    expect(await personOf(ids[5])).toBe(ben);
    expect((await people()).map(({ id }) => id)).toContain(ben);
  });

  it("a face drawn by hand can be given to somebody, and taken back", async () => {
    const [drawn] = await store([{ photo: uuidv7(), vector: pictureOf(0, 70, 0.3) }]);
    const { actionId } = await done({ kind: "draw", face: drawn, assign: { person: asha } });
    expect(await faceRow(drawn ?? "")).toMatchObject({ person: asha, by: "human", dismissed: 0 });
    await done({ kind: "undo", action: actionId });
    expect(await faceRow(drawn ?? "")).toMatchObject({ person: null, dismissed: 1 });
  });

  it("grouping anew moves no face a human placed, and keeps the ids of people", async () => {
    await done({ kind: "assign", face: ids[0], assign: { person: ben } });
    await runDurableObjectAlarm(index());
    await storeAndTake([...pictures(3, 6), ...pictures(4, 6)]);
    await runDurableObjectAlarm(index());
    expect(await faceRow(ids[0] ?? "")).toMatchObject({ person: ben, by: "human" });
    expect(await personOf(ids[1])).toBe(asha);
  });
});

describe("grouping anew", () => {
  const waiting = () => runInDurableObject(index(), async (_, { storage }) => await storage.get("grouping"));

  it("is not forgotten when it is asked for again while it is under way", async () => {
    await storeAndTake(pictures(0, 9));
    expect(await waiting()).toBe(user.userId);
    const meanwhile = pictures(1, 9);
    await store(meanwhile);
    await runInDurableObject(index(), async (instance, { storage }) => {
      // As the platform does it: the alarm that rings is no longer set.
      await storage.deleteAlarm();
      const taking = instance.take(me(), meanwhile.map(({ photo }) => photo) as PhotoId[]);
      await Promise.all([taking, instance.alarm()]);
    });
    await storeAndTake(pictures(2, 9));
    expect(await waiting()).toBe(user.userId);
    expect(await runDurableObjectAlarm(index())).toBe(true);
    expect(await waiting()).toBeUndefined();
  });
});

describe("suggestions", () => {
  it("ask first what names the most faces, remember a no, and leave hidden people out", async () => {
    // Three looks of one person: too far apart to be joined, near enough to ask.
    const look = (axis: number, count: number): FaceToStore[] =>
      Array.from({ length: count }, (_, i) => {
        const vector = pictureOf(axis, axis * 8 + i, 0.75);
        vector[30] = 0.7;
        const length = Math.hypot(...vector);
        return { photo: uuidv7(), vector: vector.map((value) => value / length) };
      });
    const ids = await storeAndTake([...look(0, 5), ...look(1, 4), ...look(2, 3)]);
    const [a, b, c] = await Promise.all([personOf(ids[0]), personOf(ids[5]), personOf(ids[9])]);
    expect(new Set([a, b, c]).size).toBe(3);
    await done({ kind: "patch", person: a, patch: { name: "Asha" } });
    const first = await index().suggestions(me(), 10);
    expect(first.total).toBe(3);
    expect(first.items[0]).toMatchObject({ left: { person: a }, right: { person: b } });
    expect(await index().suggestions(me(), 10)).toEqual(first);
    expect((await index().suggestions(me(), 1)).items).toHaveLength(1);

    const asked = first.items[0]?.id;
    const no = await done({ kind: "answer", suggestion: asked, answer: { answer: "different" } });
    await evictDurableObject(index());
    await index().reconcile(me());
    expect((await index().suggestions(me(), 10)).items.map(({ id }) => id)).not.toContain(asked);
    expect(await decide({ kind: "answer", suggestion: asked, answer: { answer: "same" } })).toMatchObject({
      kind: "not-found",
    });
    await done({ kind: "undo", action: no.actionId });
    expect((await index().suggestions(me(), 10)).items.map(({ id }) => id)).toContain(asked);

    await done({ kind: "answer", suggestion: asked, answer: { answer: "same" } });
    expect(await personOf(ids[5])).toBe(a);
    await done({ kind: "patch", person: c, patch: { isHidden: true } });
    expect((await index().suggestions(me(), 10)).items.filter(({ id }) => id.includes(c ?? "?"))).toEqual([]);
  });

  it("of a face that might be somebody's are answered by giving it to them, or by remembering that it is not", async () => {
    const ids = await storeAndTake(pictures(0, 3));
    const person = await personOf(ids[0]);
    await done({ kind: "patch", person, patch: { name: "Asha" } });
    const [doubtful, other] = await storeAndTake([
      { photo: uuidv7(), vector: pictureOf(0, 50, 0.46) },
      { photo: uuidv7(), vector: pictureOf(0, 51, 0.46) },
    ]);
    expect(await personOf(doubtful)).toBeNull();
    expect(await index().guess(me(), [doubtful as FaceId])).toEqual([{ face: doubtful, person, likelihood: "likely" }]);
    const { items } = await index().suggestions(me(), 10);
    const about = (face: string | undefined) =>
      items.find(({ right }) => right.person === null && right.faces[0] === face)?.id;
    await done({ kind: "answer", suggestion: about(doubtful), answer: { answer: "same" } });
    expect(await faceRow(doubtful ?? "")).toMatchObject({ person, by: "human" });
    await done({ kind: "answer", suggestion: about(other), answer: { answer: "different" } });
    expect(await index().guess(me(), [other as FaceId])).toEqual([]);
  });

  it.each(["", "people:x:y", "face:1:2", `people:${uuidv7()}:${uuidv7()}`, "a".repeat(128)])(
    "%j is no question",
    async (suggestion) => {
      expect(await decide({ kind: "answer", suggestion, answer: { answer: "same" } })).toMatchObject({
        kind: "not-found",
      });
    },
  );
});

describe("searching", () => {
  it("finds a vector's faces, the most alike first, and nothing by another model's vector", async () => {
    const ids = await storeAndTake([...pictures(0, 3), ...pictures(1, 3)]);
    const vector = pictureOf(0, 1);
    const found = await index().search(me(), { modelId: MODEL, vector, limit: 2 });
    expect(found.map(({ face }) => face)[0]).toBe(ids[1]);
    expect(found).toHaveLength(2);
    expect(found[0]).toMatchObject({ likelihood: "certain" });
    expect(await index().search(me(), { modelId: "hog", vector, limit: 5 })).toEqual([]);
    const similar = await index().similar(me(), ids[0] as FaceId, 10);
    expect(similar.map(({ face }) => face).sort()).toEqual([ids[1], ids[2]].sort());
    expect(await index().similar(me(), uuidv7() as FaceId, 10)).toEqual([]);
  });

  it("does not show faces of hidden people", async () => {
    const ids = await storeAndTake(pictures(0, 3));
    await done({ kind: "patch", person: await personOf(ids[0]), patch: { isHidden: true } });
    expect(await index().search(me(), { modelId: MODEL, vector: pictureOf(0, 1), limit: 9 })).toEqual([]);
  });
});
