// A withdrawal on a real stack, looked for in everything the platform keeps: tables, objects, hubs, the people index, caches,
// answers and logs. Once with faces put there by hand, and once with the installed models over labelled photos.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { secretOf } from "../../local/local-state.ts";
import { openStack, STACK_DEFAULTS, type Stack } from "../../local/open-stack.ts";
import { ROOT } from "../../local/worker-configs.ts";
import { DEFAULT_WEIGHTS_DIR, defaultModelsDir, resolveModels } from "../../models/resolve-models.ts";
import { ensureVault, openVault } from "../../shared/adapters/face-vault.ts";
import { FACE_CONSENT_VERSION, FaceConsent } from "../../shared/contracts/consent.ts";
import { WITHDRAWAL_MAX_MS } from "../../shared/contracts/limits.ts";
import type { Photo } from "../../shared/contracts/photos.ts";
import { FACE_TABLES } from "../../shared/db/consent/consent-statements.ts";
import { makeStateFolder, removeStateFolder } from "../client/state-folder.ts";
import { pngPhoto } from "../fixtures/png-photo.ts";
import { type Caller, postForm, untilEnded } from "../fixtures/test-platform.ts";
import { found, foundInFiles, foundInTables, type Trace, textTrace, tracesOfVector } from "./biometric-traces.ts";

const FACES = join(process.env.CORPUS_DIR ?? join(ROOT, "../shared/corpus"), "faces");
const PEOPLE_DIR = join(FACES, "krasserm__face-recognition/images");
const CORPUS_PHOTOS = ["Ariel_Sharon/Ariel_Sharon", "Hugo_Chavez/Hugo_Chavez"].flatMap((person) =>
  ["0002", "0003", "0004"].map((number) => join(PEOPLE_DIR, `${person}_${number}.jpg`)),
);
const weights = await resolveModels({ weightsDir: DEFAULT_WEIGHTS_DIR, modelsDir: defaultModelsDir(), offline: true });
const hasModels = weights.every(({ path }) => path !== null);
const hasCorpus = CORPUS_PHOTOS.every((path) => existsSync(path));

const NAME = "Zarathustra Quillfeather";
const YES = { granted: true, version: FACE_CONSENT_VERSION };
const NO = { granted: false };

interface Variant {
  readonly name: string;
  readonly models: boolean;
  readonly canRun: boolean;
  readonly photos: () => { name: string; bytes: Uint8Array<ArrayBuffer> }[];
}

const VARIANTS: Variant[] = [
  {
    name: "of faces put there by hand",
    models: false,
    canRun: true,
    photos: () => [1, 2, 3].map((seed) => ({ name: `${seed}.png`, bytes: pngPhoto(400, 300, seed) })),
  },
  {
    name: "of faces the models found",
    models: true,
    canRun: hasModels && hasCorpus,
    photos: () => CORPUS_PHOTOS.map((path, i) => ({ name: `${i}.jpg`, bytes: new Uint8Array(readFileSync(path)) })),
  },
];

describe.each(VARIANTS)("a withdrawal $name", (variant) => {
  const skips = variant.canRun ? it : it.skip;
  if (!variant.canRun)
    console.warn("The corpus or the models are absent: the withdrawal of found faces is not tested.");

  const stateDir = makeStateFolder("privacy");
  const logged: string[] = [];
  const traces: Trace[] = [];
  /** Of rows, which a query must not find; freed pages may hold what was plain in the database. */
  const rowTraces: Trace[] = [];
  const sealed: { faceId: string; modelId: string; epoch: number; text: string }[] = [];
  let stack: Stack;
  let owner: Caller;
  let other: Caller;
  let photos: Photo[] = [];
  let before: FaceConsent;
  let otherBefore: unknown;

  const call =
    (n: number): Caller =>
    (path, init = {}) =>
      fetch(stack.url + path, {
        ...init,
        headers: { authorization: `Bearer ${stack.users[n]?.apiKey}`, ...init.headers },
      });

  async function open(): Promise<void> {
    stack = await openStack({ ...STACK_DEFAULTS, stateDir, users: 2, models: variant.models, sweepEverySeconds: 0 });
    owner = call(0);
    other = call(1);
  }

  const userId = (n = 0): string => stack.users[n]?.id ?? "";
  const rows = async (sql: string, ...params: unknown[]) =>
    (
      await stack.db
        .prepare(sql)
        .bind(...params)
        .all<Record<string, string & number>>()
    ).results;
  const consentOf = async (of: Caller): Promise<FaceConsent> =>
    FaceConsent.parse(await (await of("/api/v1/consent/faces")).json());
  const say = (of: Caller, word: unknown): Promise<Response> =>
    of("/api/v1/consent/faces", {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(word),
    });

  async function until(isThere: () => Promise<boolean>, withinMs: number): Promise<number> {
    const startedAt = Date.now();
    for (;;) {
      if (await isThere()) return Date.now() - startedAt;
      if (Date.now() - startedAt > withinMs) return Number.POSITIVE_INFINITY;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  /** A face, its vector, a person with a name, a history, and a crop: what recognition leaves behind. */
  async function putFacesByHand(n: number, photo: Photo, serial: number): Promise<void> {
    const [user] = await rows("SELECT face_epoch AS epoch, face_model_id AS model FROM users WHERE id = ?", userId(n));
    const epoch = Number(user?.epoch);
    const modelId = String(user?.model);
    const id = (kind: number): string => `0190000${kind}-0000-7000-8000-${String(serial * 10 + n).padStart(12, "0")}`;
    const vector = Float32Array.from({ length: 128 }, (_, i) => Math.sin((serial + 3) * 1.7 * (i + 1) + n) / 8);
    const vault = await ensureVault(stack.bucket, secretOf(stateDir, "face-secret"), { userId: userId(n), epoch });
    const run = (sql: string, ...params: unknown[]) => stack.db.prepare(sql).bind(...params);
    await stack.db.batch([
      run(
        `INSERT INTO people (id, user_id, name, made_by, created_at, changed_at) VALUES (?, ?, ?, 'human', 1, 1)`,
        id(1),
        userId(n),
        `${NAME} ${n}`,
      ),
      run(
        `INSERT INTO faces (id, user_id, photo_id, gen, model_id, box_x, box_y, box_width, box_height, landmarks, score, quality, person_id, assigned_by, created_at)
         VALUES (?, ?, ?, 1, ?, 0.2, 0.2, 0.3, 0.3, '[]', 0.9, 0.8, ?, 'human', 1)`,
        id(2),
        userId(n),
        photo.id,
        modelId,
        id(1),
      ),
      run(
        `INSERT INTO face_vectors (face_id, model_id, user_id, photo_id, epoch, sealed) VALUES (?, ?, ?, ?, ?, ?)`,
        id(2),
        modelId,
        userId(n),
        photo.id,
        epoch,
        await vault.seal({ faceId: id(2), modelId }, vector),
      ),
      run(
        `INSERT INTO people_actions (id, user_id, kind, request_key, summary, changes, created_at) VALUES (?, ?, 'rename', ?, ?, '{}', 1)`,
        id(3),
        userId(n),
        id(3),
        JSON.stringify({ name: `${NAME} ${n}` }),
      ),
      run(
        `INSERT INTO people_separations (user_id, person_a, person_b, action_id) VALUES (?, ?, ?, ?)`,
        userId(n),
        id(1),
        id(4),
        id(3),
      ),
      run(
        `INSERT INTO face_exclusions (user_id, face_id, person_id, action_id) VALUES (?, ?, ?, ?)`,
        userId(n),
        id(2),
        id(4),
        id(3),
      ),
      run(`UPDATE photos SET faces = 1, rev = rev + 1 WHERE id = ?`, photo.id),
    ]);
  }

  beforeAll(async () => {
    if (!variant.canRun) return;
    for (const stream of [process.stdout, process.stderr])
      vi.spyOn(stream, "write").mockImplementation((chunk) => {
        logged.push(String(chunk));
        return true;
      });
    for (const level of ["log", "info", "warn", "error"] as const)
      vi.spyOn(console, level).mockImplementation((...words: unknown[]) => void logged.push(words.join(" ")));
    await open();
    for (const { name, bytes } of variant.photos()) {
      const posted = (await (await postForm(owner, name, bytes)).json()) as Photo;
      photos.push(await untilEnded(owner, posted.id, 60_000));
    }
    const theirs = (await (await postForm(other, "theirs.png", pngPhoto(300, 200, 77))).json()) as Photo;
    await untilEnded(other, theirs.id);
    await putFacesByHand(1, theirs, 9);
    const [first] = photos;
    if (first !== undefined) await putFacesByHand(0, first, 1);
    if (variant.models) {
      // People form by themselves from the hints of the embedder, and once more from the sweep's.
      await stack.sweep();
      await until(async () => (await consentOf(owner)).stored.people > 1, 20_000);
    }
    for (const { id } of await rows("SELECT id FROM faces WHERE user_id = ? AND score > 0", userId()))
      await owner(`/api/v1/faces/${id}/crop.jpg`);
    before = await consentOf(owner);
    otherBefore = (await consentOf(other)).stored;

    for (const row of await rows("SELECT * FROM face_vectors WHERE user_id = ?", userId())) {
      const name = { faceId: String(row.face_id), modelId: String(row.model_id) };
      const vault = await openVault(stack.bucket, secretOf(stateDir, "face-secret"), {
        userId: userId(),
        epoch: Number(row.epoch),
      });
      if (vault === null) throw new Error("the vectors' key is missing before the withdrawal");
      traces.push(...tracesOfVector(await vault.open(name, String(row.sealed)), `vector ${name.faceId}`));
      sealed.push({ ...name, epoch: Number(row.epoch), text: String(row.sealed) });
      rowTraces.push(
        textTrace(`sealed ${name.faceId}`, String(row.sealed).slice(0, 60)),
        textTrace("a face", name.faceId),
      );
    }
    for (const prefix of [`keys/${userId()}/`, `crops/${userId()}/`])
      for (const { key } of (await stack.bucket.list({ prefix })).objects) {
        const bytes = Buffer.from((await (await stack.bucket.get(key))?.arrayBuffer()) ?? new ArrayBuffer(0));
        // The end of a JPEG is its picture; the beginning is tables that all of them share. A face that fills its photo has a
        // crop that is the photo's own rendition, byte for byte: that stays, and is no trace.
        const trace = { what: key, bytes: bytes.subarray(-64, -2) };
        if (foundInFiles([trace], stateDir).length === 1) traces.push(trace);
      }
    rowTraces.push(textTrace("a name", `${NAME} 0`));
  }, 180_000);

  afterAll(async () => {
    await stack?.close();
    vi.restoreAllMocks();
    removeStateFolder(stateDir);
  });

  skips("begins with everything there, so that it can be missed", async () => {
    expect(before.stored.faces).toBeGreaterThan(0);
    expect(before.stored.people).toBeGreaterThan(0);
    expect(sealed.length).toBeGreaterThan(0);
    expect((await stack.bucket.list({ prefix: `crops/${userId()}/` })).objects.length).toBeGreaterThan(0);
    expect((await stack.bucket.list({ prefix: `keys/${userId()}/` })).objects.length).toBe(1);
    if (variant.models) expect(before.stored.people).toBeGreaterThan(1);
  });

  skips("and no vector in any file, in any form", () => {
    // Objects are found, so the search works.
    expect(foundInFiles(traces, stateDir).filter((what) => what.startsWith("vector"))).toEqual([]);
    expect(foundInFiles(traces, stateDir).some((what) => what.startsWith("keys/"))).toBe(true);
    expect(foundInFiles(traces, stateDir).some((what) => what.startsWith("crops/"))).toBe(true);
  });

  skips("and none in any answer of the API", { timeout: 120_000 }, async () => {
    const { paths } = (await (await owner("/api/v1/openapi.json")).json()) as {
      paths: Record<string, Record<string, unknown>>;
    };
    const [face] = await rows(
      "SELECT id, person_id AS personId FROM faces WHERE user_id = ? AND person_id IS NOT NULL",
      userId(),
    );
    const ids: Record<string, string> = {
      photoId: photos[0]?.id ?? "",
      faceId: String(face?.id),
      personId: String(face?.personId),
      name: "w320.jpg",
    };
    const vectors = traces.filter(({ what }) => what.startsWith("vector"));
    const asked: string[] = [];
    for (const [path, methods] of Object.entries(paths)) {
      if (!("get" in methods) || path.includes("live")) continue;
      const response = await owner(path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? "unknown"));
      expect(found(vectors, Buffer.from(await response.arrayBuffer())), path).toEqual([]);
      asked.push(path);
    }
    expect(asked.length).toBeGreaterThan(8);
    expect(asked).toContain("/api/v1/photos/{photoId}/faces");
  });

  skips("is through within a minute", { timeout: WITHDRAWAL_MAX_MS + 30_000 }, async () => {
    expect((await say(owner, NO)).status).toBe(200);
    const ms = await until(async () => !(await consentOf(owner)).isDeleting, WITHDRAWAL_MAX_MS);
    expect(ms).toBeLessThan(WITHDRAWAL_MAX_MS);
  });

  skips("leaves no row, no object, no count", async () => {
    for (const table of FACE_TABLES)
      expect(await rows(`SELECT * FROM ${table} WHERE user_id = ?`, userId()), table).toEqual([]);
    for (const prefix of [`keys/${userId()}/`, `crops/${userId()}/`])
      expect((await stack.bucket.list({ prefix })).objects, prefix).toEqual([]);
    expect(
      await rows("SELECT DISTINCT faces, index_state, index_reason FROM photos WHERE user_id = ?", userId()),
    ).toEqual([{ faces: 0, index_state: "skipped", index_reason: "no-consent" }]);
    const listed = (await (await owner("/api/v1/photos")).json()) as { items: Photo[] };
    expect(listed.items).toHaveLength(photos.length);
  });

  skips("leaves others alone", async () => {
    expect((await consentOf(other)).stored).toEqual(otherBefore);
  });

  skips("leaves nothing a sweep would find", async () => {
    logged.length = 0;
    await stack.sweep();
    expect(logged.join("\n")).toContain('"swept"');
    expect(logged.filter((line) => /delete-face-data|outlived|delete-dead/.test(line))).toEqual([]);
  });

  skips("wrote no vector, key or name into a log", () => {
    expect(found([...traces, ...rowTraces.filter(({ what }) => what !== "a face")], logged.join("\n"))).toEqual([]);
  });

  skips(
    "leaves no vector, crop or key in any file, and no trace in any table, hub or index",
    { timeout: 120_000 },
    async () => {
      await stack.close();
      expect(foundInFiles(traces, stateDir)).toEqual([]);
      expect(foundInTables([...traces, ...rowTraces], stateDir)).toEqual([]);
      // What other people have is where it was: the search still finds things.
      expect(foundInTables([textTrace("their name", `${NAME} 1`)], stateDir).length).toBeGreaterThan(0);
      await open();
    },
  );

  skips("makes what an old copy of the database holds unreadable: the key is nowhere", async () => {
    for (const { epoch } of sealed)
      expect(await openVault(stack.bucket, secretOf(stateDir, "face-secret"), { userId: userId(), epoch })).toBeNull();
    // Even a new key of the same name, from the same secret, opens none of it.
    const again = await ensureVault(stack.bucket, secretOf(stateDir, "face-secret"), { userId: userId(), epoch: 1 });
    for (const { text, ...name } of sealed) await expect(again.open(name, text)).rejects.toThrow("does not open");
    await stack.sweep();
    expect((await stack.bucket.list({ prefix: `keys/${userId()}/` })).objects).toEqual([]);
  });

  skips("can be taken back, and everything is indexed again", { timeout: 120_000 }, async () => {
    expect((await say(owner, YES)).status).toBe(200);
    const isThrough = async (): Promise<boolean> => {
      const { photosWaiting, photosIndexing } = await consentOf(owner);
      return photosWaiting + photosIndexing === 0;
    };
    expect(await until(isThrough, 60_000)).toBeLessThan(60_000);
    photos = ((await (await owner("/api/v1/photos")).json()) as { items: Photo[] }).items;
    expect(photos.map(({ stages }) => stages.index.state)).toEqual(photos.map(() => "done"));
    // The face put there by hand was nobody's to find again; a photo that shows nothing has no vector.
    const { stored } = await consentOf(owner);
    expect(stored.vectors).toBe(before.stored.vectors - 1);
  });
});
