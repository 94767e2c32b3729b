// What writing costs in a large library: rows that are named are looked up, and the others are not walked through. A database
// whose planner prefers the user's index reads every face once for every face that is moved.
import { applyD1Migrations, env } from "cloudflare:test";
import { uuidv7 } from "uuidv7";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { commitAction, commitPlacements, type PeopleOwner } from "../../shared/db/people/change-statements.ts";
import { findFaceCards } from "../../shared/db/people/people-queries.ts";
import { pictureOf, storeFaces, storeUser } from "../../tests/fixtures/made-up-library.ts";
import { newPerson, planOf } from "./plan.ts";

interface TestEnv {
  readonly DB: D1Database;
  readonly BUCKET: R2Bucket;
  readonly FACE_SECRET: string;
  readonly TEST_MIGRATIONS: Parameters<typeof applyD1Migrations>[1];
}
const { DB, BUCKET, FACE_SECRET, TEST_MIGRATIONS } = env as unknown as TestEnv;
const FACES = 2000;
const MOVED = 20;
/** Rows a moved face may cost: itself, its indexes, its photo, the JSON it came in. */
const ROWS_EACH = 20;

let owner: PeopleOwner;
let ids: string[];
let rowsRead = 0;
const db = new Proxy(DB, {
  get(target, property) {
    const value: unknown = Reflect.get(target, property);
    if (property !== "batch") return typeof value === "function" ? value.bind(target) : value;
    return async (statements: D1PreparedStatement[]) => {
      const results = await target.batch(statements);
      rowsRead += results.reduce((sum, { meta }) => sum + meta.rows_read, 0);
      return results;
    };
  },
});

beforeAll(async () => {
  await applyD1Migrations(DB, TEST_MIGRATIONS);
  const user = await storeUser(DB);
  owner = { ...user, preset: "ask" };
  ids = await storeFaces(
    { db: DB, bucket: BUCKET, secret: FACE_SECRET, modelId: "model" },
    user,
    Array.from({ length: FACES }, (_, i) => ({ photo: uuidv7(), vector: pictureOf(0, i % 90) })),
  );
});
beforeEach(() => {
  rowsRead = 0;
});

describe("in a library of 2,000 faces", () => {
  it("20 that a machine places cost 20", async () => {
    const person = newPerson(uuidv7(), null, "machine", 1);
    const faces = ids.slice(0, MOVED).map((face) => ({ face, was: null, person: person.id }));
    expect(await commitPlacements(db, owner, { created: [person], faces, dissolved: [] }, 1)).toBe(true);
    expect(rowsRead).toBeGreaterThan(0);
    expect(rowsRead).toBeLessThan(MOVED * ROWS_EACH);
  });

  it("20 that a human dismisses cost 20", async () => {
    const before = { person: null, by: null, dismissed: false };
    const moved = ids.slice(-MOVED);
    const plan = planOf("dismiss", { faces: [{ before, after: { ...before, dismissed: true }, ids: moved }] });
    const summary = {
      people: [],
      faces: MOVED,
      name: null,
      personId: null,
      faceId: null,
      command: "",
      undone: null,
      kept: 0,
      changedNothing: false,
    };
    const written = await commitAction(db, owner, {
      id: uuidv7(),
      kind: plan.action,
      requestKey: uuidv7(),
      summary,
      changes: plan.changes,
      expected: [{ before, ids: moved }],
      undoes: null,
      now: 1,
    });
    expect(written).toHaveLength(MOVED);
    expect(rowsRead).toBeGreaterThan(0);
    expect(rowsRead).toBeLessThan(MOVED * ROWS_EACH);
  });

  it("20 that are shown cost 20", async () => {
    const prepared: { meta: D1Meta }[] = [];
    const counting = {
      prepare: (sql: string) => ({
        bind: (...values: unknown[]) => ({
          async all() {
            const answer = await DB.prepare(sql)
              .bind(...values)
              .all();
            prepared.push(answer);
            return answer;
          },
        }),
      }),
    } as unknown as D1Database;
    expect((await findFaceCards(counting, owner.userId, ids.slice(0, MOVED))).size).toBe(MOVED);
    expect(prepared[0]?.meta.rows_read).toBeGreaterThan(0);
    expect(prepared[0]?.meta.rows_read).toBeLessThan(MOVED * ROWS_EACH);
  });
});
