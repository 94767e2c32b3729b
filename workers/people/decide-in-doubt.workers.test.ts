// A database that fails, before it writes or after it: memory is never ahead of it, and a decision is never taken twice.
import { applyD1Migrations, env } from "cloudflare:test";
import { uuidv7 } from "uuidv7";
import { beforeAll, expect, it } from "vitest";
import lockfile from "../../models/lockfile.json";
import { openVault } from "../../shared/adapters/face-vault.ts";
import { activeModels, ModelLockfile, modelId } from "../../shared/contracts/models.ts";
import { PeopleCommand } from "../../shared/contracts/people-index.ts";
import vectorsModule from "../../shared/kernels/vectors/vectors.wasm";
import { type MadeUpUser, pictureOf, storeFaces, storeUser } from "../../tests/fixtures/made-up-library.ts";
import { decide } from "./decide.ts";
import { LibraryKeeper } from "./library-keeper.ts";

interface TestEnv {
  readonly DB: D1Database;
  readonly BUCKET: R2Bucket;
  readonly FACE_SECRET: string;
  readonly TEST_MIGRATIONS: Parameters<typeof applyD1Migrations>[1];
}
const { DB, BUCKET, FACE_SECRET, TEST_MIGRATIONS } = env as unknown as TestEnv;
const MODELS = ModelLockfile.parse(lockfile);
const MODEL = modelId(activeModels(MODELS).embedder);

beforeAll(() => applyD1Migrations(DB, TEST_MIGRATIONS));

/** A database whose first `times` batches fail: before anything is written, or after, when only the answer is lost. */
function failing(when: "before" | "after", times: number): { db: D1Database; failures: () => number } {
  let failures = 0;
  const db = new Proxy(DB, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property);
      if (property !== "batch") return typeof value === "function" ? value.bind(target) : value;
      return async (statements: D1PreparedStatement[]) => {
        const isFailing = failures < times;
        if (isFailing) failures++;
        if (isFailing && when === "before") throw new Error("D1_ERROR: overloaded");
        const answer = await target.batch(statements);
        if (isFailing) throw new Error("D1_ERROR: Network connection lost");
        return answer;
      };
    },
  });
  return { db, failures: () => failures };
}

function keeperOf(db: D1Database): LibraryKeeper {
  return new LibraryKeeper({
    db,
    bucket: BUCKET,
    preset: "ask",
    lockfile: MODELS,
    vectorsModule,
    openVault: (owner) => openVault(BUCKET, FACE_SECRET, owner),
    newId: uuidv7,
    now: () => 1000,
  });
}

async function userWithFaces(): Promise<{ user: MadeUpUser; faces: string[] }> {
  const user = await storeUser(DB);
  const faces = await storeFaces(
    { db: DB, bucket: BUCKET, secret: FACE_SECRET, modelId: MODEL },
    user,
    Array.from({ length: 4 }, (_, i) => ({ photo: uuidv7(), vector: pictureOf(0, i) })),
  );
  return { user, faces };
}

/** As the object does it, over a database with faults. */
async function decideOver(db: D1Database, keeper: LibraryKeeper, userId: string, command: unknown, requestKey: string) {
  const parsed = PeopleCommand.parse({ requestKey, command });
  return await decide(
    {
      db,
      newId: uuidv7,
      now: () => 1000,
      open: async (fresh) => {
        const opened = await keeper.open(userId, fresh);
        return opened === null ? null : { opened, owner: keeper.ownerOf(opened) };
      },
      learn: (opened, ids) => keeper.learnFaces(opened, ids),
      report: async () => {},
    },
    userId,
    parsed,
  );
}

const peopleOf = async (userId: string) =>
  (await DB.prepare(`SELECT name FROM people WHERE user_id = ?`).bind(userId).all<{ name: string }>()).results.map(
    ({ name }) => name,
  );

async function expectMemoryToBeTrue(keeper: LibraryKeeper, userId: string): Promise<void> {
  const [known, read] = [await keeper.open(userId), await keeperOf(DB).open(userId)];
  const statesOf = (opened: typeof known) =>
    [...(opened?.library.faces() ?? [])]
      .map(({ id, person, by, dismissed }) => ({ id, person, by, dismissed }))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  expect(statesOf(known)).toEqual(statesOf(read));
  expect([...(known?.library.records() ?? [])].length).toBe([...(read?.library.records() ?? [])].length);
}

it("a decision that was written although its answer was lost is not taken again", async () => {
  const { user, faces } = await userWithFaces();
  const { db, failures } = failing("after", 1);
  const keeper = keeperOf(DB);
  const command = { kind: "assign", face: faces[0], assign: { person: "new", name: "Once" } };
  const outcome = await decideOver(db, keeper, user.userId, command, "lost-answer");
  expect(outcome).toMatchObject({ kind: "done", faceId: faces[0] });
  expect(failures()).toBe(1);
  expect(await peopleOf(user.userId)).toEqual(["Once"]);
  await expectMemoryToBeTrue(keeper, user.userId);
});

it("a decision that was not written is taken when it is sent again, and memory shows nothing of it before", async () => {
  const { user, faces } = await userWithFaces();
  const healthy = keeperOf(DB);
  await healthy.open(user.userId);
  const command = { kind: "assign", face: faces[0], assign: { person: "new", name: "Later" } };
  await expect(decideOver(failing("before", 9).db, healthy, user.userId, command, "try-1")).rejects.toThrow("D1_ERROR");
  expect(await peopleOf(user.userId)).toEqual([]);
  await expectMemoryToBeTrue(healthy, user.userId);
  expect(await decideOver(DB, healthy, user.userId, command, "try-1")).toMatchObject({ kind: "done" });
  expect(await peopleOf(user.userId)).toEqual(["Later"]);
});

it("a decision thought out on an older state is thought out anew", async () => {
  const { user, faces } = await userWithFaces();
  const keeper = keeperOf(DB);
  const opened = await keeper.open(user.userId);
  await keeper.place(opened as NonNullable<typeof opened>, [0, 1, 2, 3]);
  // Somebody else's hand: the face is another's by the time the decision is written.
  const other = await decideOver(
    DB,
    keeperOf(DB),
    user.userId,
    { kind: "assign", face: faces[1], assign: { person: "new", name: "Other" } },
    "first",
  );
  const person = [...(opened?.library.people() ?? [])][0]?.id;
  const split = { kind: "split", person, split: { faces: [faces[1]] } };
  expect(other.kind).toBe("done");
  expect(await decideOver(DB, keeper, user.userId, split, "second")).toMatchObject({ kind: "invalid" });
  await expectMemoryToBeTrue(keeper, user.userId);
});

it("what a machine placed is forgotten when it could not be written, and found again", async () => {
  const { user } = await userWithFaces();
  const keeper = keeperOf(failing("before", 1).db);
  const opened = await keeper.open(user.userId);
  await expect(keeper.place(opened as NonNullable<typeof opened>, [0, 1, 2, 3])).rejects.toThrow("overloaded");
  await expectMemoryToBeTrue(keeper, user.userId);
  const again = await keeper.open(user.userId);
  expect(await keeper.place(again as NonNullable<typeof again>, [0, 1, 2, 3])).toBe(4);
  await expectMemoryToBeTrue(keeper, user.userId);
});

it("a machine's thought under an older epoch writes nothing, and is forgotten", async () => {
  const { user } = await userWithFaces();
  const keeper = keeperOf(DB);
  const opened = await keeper.open(user.userId);
  await DB.prepare(`UPDATE users SET face_consent = 'withdrawn', face_epoch = 2 WHERE id = ?`).bind(user.userId).run();
  await keeper.place(opened as NonNullable<typeof opened>, [0, 1, 2, 3]);
  expect(await peopleOf(user.userId)).toEqual([]);
  expect(await keeper.open(user.userId)).toBeNull();
});

it("a decision under an older epoch writes nothing", async () => {
  const { user, faces } = await userWithFaces();
  const keeper = keeperOf(DB);
  const opened = await keeper.open(user.userId);
  if (opened === null) throw new Error("there is consent");
  await DB.prepare(`UPDATE users SET face_consent = 'granted', face_epoch = 3 WHERE id = ?`).bind(user.userId).run();
  const stale = {
    db: DB,
    newId: uuidv7,
    now: () => 1000,
    open: async (fresh: boolean) => (fresh ? null : { opened, owner: keeper.ownerOf(opened) }),
    learn: async () => {},
    report: async () => {},
  };
  const command = PeopleCommand.parse({
    requestKey: "stale",
    command: { kind: "assign", face: faces[0], assign: { person: "new" } },
  });
  expect(await decide(stale, user.userId, command)).toEqual({ kind: "recognition-off" });
  expect(await peopleOf(user.userId)).toEqual([]);
});
