// Statements that name faces by their ids find them by their ids: SQLite, left to itself, walks all faces of the user for each one
// (measured: 7.5 s to group and write 4,000 faces; 8.1 s for 20,000 since).
import { DatabaseSync } from "node:sqlite";
import { beforeAll, expect, it } from "vitest";
import { migrationFiles } from "../../../local/local-state.ts";
import { NO_CHANGES, type PeopleChanges } from "../../contracts/people-changes.ts";
import { commitAction, commitPlacements } from "./change-statements.ts";
import { facesBy, facesWithVectors } from "./index-queries.ts";
import { findFaceCards, survivorsOf } from "./people-queries.ts";

const database = new DatabaseSync(":memory:");
const plans: { sql: string; steps: string[] }[] = [];

/** Explains what it is asked instead of answering it. */
const explaining = {
  prepare(sql: string) {
    const steps = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all();
    plans.push({ sql, steps: steps.map(({ detail }) => String(detail)) });
    const statement = {
      bind: () => statement,
      all: async () => ({ results: [] }),
    };
    return statement;
  },
  batch: async (statements: readonly unknown[]) => statements.map(() => ({ results: [], meta: { changes: 0 } })),
} as unknown as D1Database;

beforeAll(async () => {
  for (const { statements } of migrationFiles()) for (const statement of statements) database.exec(statement);
  const owner = { userId: "u", epoch: 1, preset: "ask" } as const;
  const state = { person: null, by: null, dismissed: false };
  const changes: PeopleChanges = { ...NO_CHANGES, faces: [{ before: state, after: state, ids: ["f"] }] };
  const summary = {
    people: [],
    faces: 1,
    name: null,
    personId: null,
    faceId: null,
    command: "",
    undone: null,
    kept: 0,
    changedNothing: false,
  };
  await commitAction(explaining, owner, {
    ...{ id: "a", kind: "assign", requestKey: "k", summary, changes, undoes: null, now: 1 },
    expected: changes.faces,
  });
  await commitPlacements(
    explaining,
    owner,
    { created: [], faces: [{ face: "f", was: null, person: "p" }], dissolved: [] },
    1,
  );
  const wanted = { userId: "u", modelId: "m", epoch: 1 };
  for await (const _ of facesWithVectors(explaining, wanted));
  await facesBy(explaining, "id", ["f"], wanted);
  await facesBy(explaining, "photo_id", ["p"], wanted);
  await findFaceCards(explaining, "u", ["f"]);
  await survivorsOf(explaining, "u", ["p"]);
});

it("looks at more than a few statements", () => {
  expect(plans.length).toBeGreaterThanOrEqual(8);
});

it("never walks all faces or all people of a user to find some by their ids", () => {
  for (const { sql, steps } of plans)
    for (const step of steps)
      expect(step, sql).not.toMatch(/^SCAN (faces|people)\b|(faces|people)_by_user \(user_id=\?\)$/);
});
