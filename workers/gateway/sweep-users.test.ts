// The sweep's passes over users, with far more of them than one run can look after: what an invocation may spend, and who is last.
import { describe, expect, it } from "vitest";
import { manyUsers, userIdOf } from "../../tests/fixtures/many-users.ts";
import { NOW } from "../../tests/fixtures/stored-photo.ts";
import { sweep } from "./sweep.ts";
import { PASS_CALLS, type SweepDeps, USER_PASSES_CALLS } from "./sweeping.ts";

const USERS = 400;
/** What a sweep of an account without any user makes, and then some. */
const OTHER_CALLS = 60;
const SENT_AT_ONCE = 100;

function world(user: Record<string, string>, photo: Record<string, string>) {
  const account = manyUsers(USERS, user, { thumbnail_state: "'done'", ...photo });
  const counted = async () => account.count();
  const deps = {
    db: account.db,
    bucket: account.bucket,
    progress: {
      report: async ({ photos }: { photos: unknown[] }) => (photos.length > 0 ? account.count() : undefined),
    },
    sendUploaded: counted,
    sendThumbnailed: counted,
    sendAllThumbnailed: async (messages: readonly unknown[]) => {
      for (let sent = 0; sent < messages.length; sent += SENT_AT_ONCE) account.count();
    },
    newId: () => "00000000-0000-7000-8000-300000000000",
    now: () => NOW,
    people: {},
    recognitionModel: async () => "new",
    variables: { bucketName: "photos", facePreset: "ask" },
    backlog: async () => 0,
  } as unknown as SweepDeps;
  const count = (where: string) => Number(account.rows(`SELECT count(*) AS n FROM ${where}`)[0]?.["n"]);
  return {
    ...account,
    count,
    sql: account.run,
    /** One run; fails when it makes more calls than it may. */
    async run() {
      account.takeCalls();
      const report = await sweep(deps, 60_000);
      expect(account.takeCalls()).toBeLessThanOrEqual(USER_PASSES_CALLS + OTHER_CALLS);
      return report;
    },
  };
}

/** Runs until nothing is left; fails when a run brings it no nearer. */
async function runUntilNone(run: () => Promise<unknown>, left: () => number): Promise<void> {
  for (let before = left(); before > 0; before = left()) {
    await run();
    expect(left()).toBeLessThan(before);
  }
}

const FACE = `INSERT INTO faces (id, user_id, photo_id, gen, model_id, box_x, box_y, box_width, box_height, landmarks, score, quality, created_at)
  SELECT 'face' || id, user_id, id, 1, 'old', 0.4, 0.4, 0.3, 0.3, '[]', 0.9, 0.5, 1 FROM photos`;
const OLD_VECTORS = `${FACE}; INSERT INTO face_vectors (face_id, user_id, model_id, photo_id, epoch, sealed)
  SELECT id, user_id, 'old', photo_id, 1, 'sealed' FROM faces`;

describe("the sweep with very many users", () => {
  it("deletes what withdrawals have left, run by run", async () => {
    const { run, count, sql } = world({ face_consent: "'withdrawn'" }, { index_state: "'done'", faces: "1" });
    sql(FACE);
    await runUntilNone(run, () => count("faces"));
    expect(count("photos WHERE faces > 0")).toBe(0);
  });

  it("stays within its calls however much each of them has left", async () => {
    const { run, count, sql, bucket } = world({ face_consent: "'withdrawn'" }, { index_state: "'done'", faces: "1" });
    sql(
      `DELETE FROM users WHERE id >= '${userIdOf(40)}'; DELETE FROM photos WHERE user_id >= '${userIdOf(40)}'; ${FACE}`,
    );
    for (let n = 0; n < 40; n++)
      for (let crop = 0; crop < 40; crop++)
        await bucket.put(`crops/${userIdOf(n)}/${userIdOf(0)}/1/${crop}.jpg`, new Uint8Array(1));
    await runUntilNone(run, () => count("faces"));
  });

  it("wakes what has waited for consent, run by run", async () => {
    const { run, count } = world(
      { face_consent: "'granted'" },
      { index_state: "'skipped'", index_reason: "'no-consent'" },
    );
    await runUntilNone(run, () => count("photos WHERE index_reason = 'no-consent'"));
  });

  it("follows a new model, run by run, and clears up after it", async () => {
    const { run, count, sql } = world(
      { face_consent: "'granted'", face_model_id: "'old'" },
      { index_state: "'done'", index_model_id: "'old'", faces: "1" },
    );
    sql(OLD_VECTORS);
    await runUntilNone(run, () => count("photos WHERE index_model_id = 'old' AND index_state = 'done'"));
    sql(`UPDATE photos SET index_state = 'done', index_model_id = 'new'`);
    await runUntilNone(run, () => count("users WHERE face_model_id = 'old'"));
    expect(count("face_vectors")).toBe(0);
  });

  it("gets round to the last although the first are never through", async () => {
    const { run, count, sql } = world(
      { face_consent: "'granted'", face_model_id: "'old'" },
      { index_state: "'done'", index_model_id: "'old'", faces: "1" },
    );
    // Those before wait for an index stage that does not come.
    sql(`UPDATE photos SET index_state = 'pending' WHERE user_id < '${userIdOf(USERS - 1)}'`);
    const isReached = () => count(`photos WHERE user_id = '${userIdOf(USERS - 1)}' AND index_state = 'pending'`) === 1;
    for (let runs = 0; !isReached() && runs < USERS / 10; runs++) await run();
    expect(isReached()).toBe(true);
  });

  it("one user's failure is not the others'", async () => {
    const { run, count, sql } = world(
      { face_consent: "'granted'" },
      { index_state: "'skipped'", index_reason: "'no-consent'" },
    );
    sql(`CREATE TRIGGER refuse BEFORE UPDATE ON photos WHEN old.user_id = '${userIdOf(0)}'
      BEGIN SELECT RAISE(ABORT, 'injected'); END`);
    const report = await run();
    expect(report.failures).toBe(1);
    expect(count("photos WHERE index_reason = 'no-consent'")).toBeLessThan(USERS - 10);
  });

  it("has calls for each of its passes", () => {
    expect(Object.values(PASS_CALLS).reduce<number>((sum, calls) => sum + calls, 0)).toBe(USER_PASSES_CALLS);
  });
});
