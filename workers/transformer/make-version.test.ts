// A version against every crash, duplicate and race: each call of D1, R2, the renderer or the queue fails in its turn, before or
// after it was made, and the message comes again.
import { describe, expect, it } from "vitest";
import { migrationFiles } from "../../local/local-state.ts";
import { VERSION_LEASE_MS, VERSION_MAX_ATTEMPTS, VERSIONS_MAX_PER_PHOTO } from "../../shared/contracts/limits.ts";
import type { ImageNews, VersionWanted } from "../../shared/contracts/messages.ts";
import type { RenderOutcome, RenderRequest } from "../../shared/contracts/renders.ts";
import { purgePhoto, trashPhoto } from "../../shared/db/photos/upload-statements.ts";
import { deleteVersion, staleVersions, wantVersion } from "../../shared/db/photos/version-statements.ts";
import { FakeDatabase } from "../../tests/simulation/fake-d1.ts";
import { FakeBucket } from "../../tests/simulation/fake-r2.ts";
import type { Call } from "../../tests/simulation/scheduler.ts";
import { failDeadVersion, type MakeVersionDeps, makeVersion } from "./make-version.ts";

const USER = "00000000-0000-7000-8000-00000000000a";
const PHOTO = "00000000-0000-7000-8000-00000000000b";
const VERSION = "00000000-0000-7000-8000-00000000000c";
const WANTED = { versionId: VERSION, ownerId: USER } as VersionWanted["body"];
const migrations = migrationFiles().flatMap(({ statements }) => statements);

/** Less than what the rests between a version's attempts come to. */
const OUTAGE_SECONDS = 300;

class Crash extends Error {}
type Race = "trash" | "purge" | "delete";

/** One stored photo, and one dither wanted of it. */
async function world() {
  const database = new FakeDatabase(migrations);
  let now = 1_800_000_000_000;
  const bucket = new FakeBucket(
    () => now,
    (asked) => asked,
  );
  let calls = 0;
  let crashAt = Number.POSITIVE_INFINITY;
  let crashesAfter = false;
  let race: Race | null = null;
  const honest: Call = async (_kind, _label, execute) => execute();
  const plain = database.binding(honest);
  const call: Call = async (_kind, _label, execute) => {
    const isTurn = ++calls === crashAt;
    if (isTurn && race !== null) await races[race]();
    else if (isTurn && !crashesAfter) throw new Crash();
    const result = execute();
    if (isTurn && race === null) throw new Crash();
    return result;
  };
  const races: Record<Race, () => Promise<unknown>> = {
    trash: () => trashPhoto(plain, PHOTO, USER, now),
    async purge() {
      await purgePhoto(plain, PHOTO, USER, now);
      bucket.objects.clear();
    },
    delete: () => deleteVersion(plain, VERSION, USER),
  };
  const news: ImageNews[] = [];
  const r2 = bucket.binding(call);
  let outcome: RenderOutcome = { kind: "stored", widthPx: 4, heightPx: 3, sizeBytes: 2, contentType: "image/png" };
  const render = async ({ key }: RenderRequest): Promise<RenderOutcome> => {
    if (key === null) throw new Error("a version is stored");
    if (outcome.kind === "stored") await r2.put(key, new Uint8Array(2));
    // As the real one: it looks once more when it has stored.
    const [photo] = database.rows(`SELECT purged_at FROM photos WHERE id = ?`, PHOTO);
    if (photo?.["purged_at"] == null) return outcome;
    await r2.delete([key]);
    return { kind: "gone" };
  };
  const deps: MakeVersionDeps = {
    db: database.binding(call),
    bucket: r2,
    render: (request) =>
      call(
        "rpc",
        () => "render",
        () => null,
      ).then(() => render(request)),
    sendNews: (message) =>
      call(
        "send",
        () => "news",
        () => void news.push(message),
      ),
    newId: () => "id",
    now: () => now,
  };
  database.statement(`INSERT INTO users (id, name, role, created_at) VALUES (?, 'U', 'member', 1)`).run(USER);
  database
    .statement(
      `INSERT INTO photos (id, user_id, lifecycle, upload_key, filename, mime, bytes, thumbnail_state, created_at, stored_at, changed_at)
       VALUES (?, ?, 'stored', 'k', 'f', 'image/png', 1, 'done', 1, 1, 1)`,
    )
    .run(PHOTO, USER);
  const want = (id = VERSION, ops = "dither_atkinson") =>
    wantVersion(plain, { id, userId: USER, photoId: PHOTO, kind: "dither", ops, format: "png" }, now);
  await want();
  return {
    deps,
    database,
    bucket,
    news,
    plain,
    want,
    row: () => database.rows(`SELECT state, reason, attempts, lease_until FROM versions WHERE id = ?`, VERSION)[0],
    calls: () => calls,
    pass: (ms: number) => {
      now += ms;
    },
    makes: (what: RenderOutcome) => {
      outcome = what;
    },
    disturbAt(at: number, how: Race | "before" | "after") {
      calls = 0;
      crashAt = at;
      race = how === "before" || how === "after" ? null : how;
      crashesAfter = how === "after";
    },
  };
}

/** As the queue does: again and again, until it is settled. */
async function deliver(w: Awaited<ReturnType<typeof world>>, deliveries = 20): Promise<void> {
  for (let i = 0; i < deliveries; i++) {
    const outcome = await makeVersion(w.deps, WANTED).catch(() => null);
    if (outcome !== null && outcome.kind !== "retry") return;
    w.pass(outcome?.kind === "retry" ? (outcome.delaySeconds ?? 1) * 1000 : 1000);
  }
  throw new Error("the message is never settled");
}

async function callsOfOneRun(): Promise<number> {
  const w = await world();
  await deliver(w);
  return w.calls();
}

describe("a wanted version", () => {
  it("is made, stored and told of", async () => {
    const w = await world();
    await deliver(w);
    expect(w.row()).toMatchObject({ state: "done", attempts: 1, lease_until: 0 });
    expect(w.bucket.objects.size).toBe(1);
    expect(w.news).toMatchObject([
      {
        header: { message_type: "DITHER_UPLOADED" },
        body: { uuid: PHOTO, url_dither: `/i/${PHOTO}/dither_atkinson/version.png` },
      },
    ]);
  });

  it.each(["before", "after"] as const)("is done and told of whichever call crashes (%s it was made)", async (when) => {
    const most = await callsOfOneRun();
    expect(most).toBeGreaterThan(5);
    for (let at = 1; at <= most; at++) {
      const w = await world();
      w.disturbAt(at, when);
      await deliver(w);
      expect(w.row(), `call ${at}`).toMatchObject({ state: "done" });
      expect(w.news.length, `call ${at}`).toBeGreaterThan(0);
      expect(w.bucket.objects.size).toBe(1);
    }
  });

  it.each(["purge", "delete"] as const)("leaves nothing behind when a %s comes between any two calls", async (how) => {
    const most = await callsOfOneRun();
    for (let at = 1; at <= most; at++) {
      const w = await world();
      w.disturbAt(at, how);
      await deliver(w);
      expect(w.row(), `call ${at}`).toBeUndefined();
      // Whoever deletes a version that is done deletes its picture, too: then the row was there to be read.
      if (how === "purge" || at < most) expect(w.bucket.objects.size, `call ${at}`).toBe(0);
    }
  });

  it("waits in the trash, and is found by the sweep when its photo is restored", async () => {
    const w = await world();
    w.disturbAt(2, "trash");
    await deliver(w);
    expect(w.row()?.["state"]).not.toBe("done");
    expect(await staleVersions(w.plain, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 9)).toEqual([]);
    w.database.statement(`UPDATE photos SET lifecycle = 'stored', deleted_at = NULL WHERE id = ?`).run(PHOTO);
    w.pass(VERSION_LEASE_MS);
    expect(await staleVersions(w.plain, Number.MAX_SAFE_INTEGER, w.deps.now(), 9)).toHaveLength(1);
    await deliver(w);
    expect(w.row()).toMatchObject({ state: "done" });
  });

  it("is made once by two messages at a time", async () => {
    const w = await world();
    const first = makeVersion(w.deps, WANTED);
    const second = makeVersion(w.deps, WANTED);
    expect([(await first).kind, (await second).kind].sort()).toEqual(["done", "retry"]);
    expect(w.row()).toMatchObject({ state: "done", attempts: 1 });
  });

  it("waits for the thumbnails however long they take, without using up an attempt", async () => {
    const w = await world();
    w.database.statement(`UPDATE photos SET thumbnail_state = 'running' WHERE id = ?`).run(PHOTO);
    // Without a delay of its own: the queue asks ever less often.
    expect(await makeVersion(w.deps, WANTED)).toEqual({ kind: "retry", reason: "its thumbnails are being made" });
    expect(await failDeadVersion(w.deps, WANTED)).toMatchObject({ kind: "done" });
    expect(w.row()).toMatchObject({ state: "pending", attempts: 0 });
    w.pass(60 * 60_000);
    expect(await staleVersions(w.plain, w.deps.now(), w.deps.now(), 9)).toHaveLength(1);
    w.database.statement(`UPDATE photos SET thumbnail_state = 'done' WHERE id = ?`).run(PHOTO);
    await deliver(w);
    expect(w.row()).toMatchObject({ state: "done", attempts: 1 });
  });

  it("outlasts an outage of some minutes, also when it is sent again all the time", async () => {
    const w = await world();
    const broken = { ...w.deps, render: () => Promise.reject(new Crash()) };
    for (let second = 0; second < OUTAGE_SECONDS; second++) {
      await makeVersion(broken, WANTED);
      w.pass(1000);
    }
    expect(w.row()).toMatchObject({ state: "running" });
    await deliver(w);
    expect(w.row()).toMatchObject({ state: "done" });
  });

  it("keeps its picture when it was deleted and asked for again while it was made", async () => {
    const w = await world();
    const again = { versionId: "00000000-0000-7000-8000-00000000000d", ownerId: USER } as VersionWanted["body"];
    const overtaken: MakeVersionDeps["render"] = async (request) => {
      await deleteVersion(w.plain, VERSION, USER);
      await w.want(again.versionId);
      expect(await makeVersion(w.deps, again)).toEqual({ kind: "done" });
      return await w.deps.render(request);
    };
    expect(await makeVersion({ ...w.deps, render: overtaken }, WANTED)).toMatchObject({ kind: "drop" });
    expect(w.bucket.objects.size).toBe(1);
  });

  it("fails with the renderer's reason, and is tried again when asked for again", async () => {
    const w = await world();
    w.makes({ kind: "unmakeable", reason: "too-large", detail: "…" });
    await deliver(w);
    expect(w.row()).toMatchObject({ state: "failed", reason: "too-large" });
    expect(w.news).toEqual([]);
    w.makes({ kind: "stored", widthPx: 1, heightPx: 1, sizeBytes: 2, contentType: "image/png" });
    expect(await w.want("00000000-0000-7000-8000-00000000000d")).toMatchObject({ id: VERSION, state: "pending" });
    await deliver(w);
    expect(w.row()).toMatchObject({ state: "done", reason: null });
  });

  it(`fails after ${VERSION_MAX_ATTEMPTS} attempts, and as a dead letter only when it had them`, async () => {
    const w = await world();
    const crashing = { ...w.deps, render: () => Promise.reject(new Crash()) };
    for (let made = 1; made <= VERSION_MAX_ATTEMPTS; made++) {
      const outcome = await makeVersion(crashing, WANTED);
      expect(w.row()).toMatchObject({ state: "running", attempts: made });
      expect(await failDeadVersion(w.deps, WANTED)).toMatchObject({
        kind: made < VERSION_MAX_ATTEMPTS ? "retry" : "done",
      });
      if (outcome.kind !== "retry") throw new Error("it may be tried again");
      w.pass((outcome.delaySeconds ?? 0) * 1000);
      if (made < VERSION_MAX_ATTEMPTS) expect(await failDeadVersion(w.deps, WANTED)).toMatchObject({ kind: "done" });
    }
    expect(w.row()).toMatchObject({ state: "failed", reason: "attempts-exhausted" });

    const live = await world();
    live.database.statement(`UPDATE versions SET state = 'running', lease_until = ?`).run(live.deps.now() + 5000);
    expect(await failDeadVersion(live.deps, WANTED)).toMatchObject({ kind: "retry", delaySeconds: 5 });
  });

  it("is told of by its dead letter when no delivery could", async () => {
    const w = await world();
    await deliver(w);
    w.news.length = 0;
    expect(await failDeadVersion(w.deps, WANTED)).toEqual({ kind: "done" });
    expect(w.news).toMatchObject([{ header: { message_type: "DITHER_UPLOADED" } }]);
  });

  it(`is one of ${VERSIONS_MAX_PER_PHOTO} a photo may have; those there are stay to be had`, async () => {
    const w = await world();
    for (let n = 1; n < VERSIONS_MAX_PER_PHOTO; n++) expect(await w.want(`v${n}`, `w_${n}`)).not.toBeNull();
    expect(await w.want("one too many", "w_4000")).toBeNull();
    expect(await w.want("again", "w_7")).toMatchObject({ id: "v7" });
  });
});
