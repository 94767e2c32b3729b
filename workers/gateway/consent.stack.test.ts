// The two words about face recognition, on a real stack: what they change, what they refuse, and what they leave alone.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FACE_CONSENT_VERSION, FaceConsent } from "../../shared/contracts/consent.ts";
import type { Photo } from "../../shared/contracts/photos.ts";
import { pngPhoto } from "../../tests/fixtures/png-photo.ts";
import {
  type Caller,
  openTestPlatform,
  postForm,
  type TestPlatform,
  untilEnded,
} from "../../tests/fixtures/test-platform.ts";

const YES = { granted: true, version: FACE_CONSENT_VERSION };
const NO = { granted: false };

let platform: TestPlatform;
let owner: Caller;
let other: Caller;

beforeAll(async () => {
  platform = await openTestPlatform({ users: 2, consent: false });
  owner = platform.as(0);
  other = platform.as(1);
});
afterAll(() => platform.close());

function put(call: Caller, body: unknown): Promise<Response> {
  return call("/api/v1/consent/faces", {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

async function consentOf(call: Caller): Promise<FaceConsent> {
  return FaceConsent.parse(await (await call("/api/v1/consent/faces")).json());
}

async function until<T>(look: () => Promise<T>, isThere: (seen: T) => boolean, withinMs = 20_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (isThere(seen)) return seen;
    if (Date.now() > deadline) throw new Error(`still ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function upload(call: Caller, name: string, seed: number): Promise<Photo> {
  const posted = (await (await postForm(call, name, pngPhoto(64, 48, seed))).json()) as Photo;
  return await untilEnded(call, posted.id);
}

async function epochOf(n: number): Promise<number | undefined> {
  const row = await platform.stack.db
    .prepare("SELECT face_epoch AS epoch FROM users WHERE id = ?")
    .bind(platform.stack.users[n]?.id)
    .first<{ epoch: number }>();
  return row?.epoch;
}

describe("before anybody has spoken", () => {
  it("asks, and keeps nothing", async () => {
    expect(await consentOf(owner)).toMatchObject({
      state: "unset",
      effective: false,
      preset: "ask",
      ask: true,
      decidedAt: null,
      stored: { faces: 0, people: 0, vectors: 0 },
    });
  });

  it("ends photos without an index, which is no failure", async () => {
    const photo = await upload(owner, "before.png", 1);
    expect(photo.status).toBe("done");
    expect(photo.stages.index).toMatchObject({ state: "skipped", reason: "no-consent" });
    expect((await consentOf(owner)).photosWaiting).toBe(1);
  });
});

describe("a yes", () => {
  it("to another sentence than the current one is refused", async () => {
    const response = await put(owner, { granted: true, version: FACE_CONSENT_VERSION + 1 });
    expect([response.status, await response.json()]).toEqual([
      400,
      expect.objectContaining({ code: "invalid-request", errors: [expect.objectContaining({ pointer: "/version" })] }),
    ]);
    expect((await consentOf(owner)).state).toBe("unset");
  });

  it.each([
    {},
    { granted: "yes" },
    { granted: true },
    { granted: false, version: 1 },
    { granted: true, version: 0 },
    null,
  ])("in the words %j is refused", async (body) => {
    expect((await put(owner, body)).status).toBe(400);
  });

  it("indexes everything that was passed over, and says so meanwhile", async () => {
    const granted = FaceConsent.parse(await (await put(owner, YES)).json());
    expect(granted).toMatchObject({ state: "granted", effective: true, ask: false });
    expect(Date.parse(granted.decidedAt ?? "")).toBeGreaterThan(Date.now() - 60_000);
    const after = await until(
      () => consentOf(owner),
      ({ photosWaiting, photosIndexing }) => photosWaiting + photosIndexing === 0,
    );
    expect(after.stored.vectors).toBe(1);
    const { items } = (await (await owner("/api/v1/photos")).json()) as { items: Photo[] };
    expect(items.map(({ stages }) => stages.index.state)).toEqual(["done"]);
  });

  it("said twice is said once", async () => {
    const before = await epochOf(0);
    expect((await put(owner, YES)).status).toBe(200);
    expect(await epochOf(0)).toBe(before);
    const { results } = await platform.stack.db
      .prepare("SELECT decision FROM consent_records WHERE user_id = ?")
      .bind(platform.stack.users[0]?.id)
      .all();
    expect(results).toEqual([{ decision: "granted" }]);
  });

  it("is nobody else's", async () => {
    expect((await consentOf(other)).state).toBe("unset");
    expect((await upload(other, "other.png", 2)).stages.index.reason).toBe("no-consent");
  });
});

describe("a no", () => {
  it("deletes everything that was made of faces, and the photos stay", async () => {
    const owed = await consentOf(owner);
    expect(owed.stored.vectors).toBeGreaterThan(0);
    const withdrawn = FaceConsent.parse(await (await put(owner, NO)).json());
    expect(withdrawn).toMatchObject({ state: "withdrawn", effective: false, ask: false });
    const after = await until(
      () => consentOf(owner),
      ({ isDeleting }) => !isDeleting,
    );
    expect(after).toMatchObject({ stored: { faces: 0, people: 0, vectors: 0 }, photosWaiting: 1, photosIndexing: 0 });
    const { items } = (await (await owner("/api/v1/photos")).json()) as { items: Photo[] };
    expect(items.map(({ stages, faces }) => [stages.index.reason, faces])).toEqual([["no-consent", 0]]);
    expect((await platform.stack.bucket.list({ prefix: "keys/" })).objects).toEqual([]);
  });

  it("said twice is said once, and leaves later photos alone", async () => {
    const before = await epochOf(0);
    expect((await put(owner, NO)).status).toBe(200);
    expect(await epochOf(0)).toBe(before);
    expect((await upload(owner, "after.png", 3)).stages.index.reason).toBe("no-consent");
  });

  it("can be taken back: everything is indexed again", async () => {
    expect((await put(owner, YES)).status).toBe(200);
    const after = await until(
      () => consentOf(owner),
      ({ photosWaiting, photosIndexing, stored }) => photosWaiting + photosIndexing === 0 && stored.vectors === 2,
    );
    expect(after.state).toBe("granted");
  });

  it("and yes by turns end as the last word has it", async () => {
    const words = [NO, YES, NO, YES, NO, YES];
    const before = (await epochOf(0)) ?? 0;
    for (const word of words) {
      const response = await put(owner, word);
      // While the deletion before is not through, a yes may be asked to wait.
      if (response.status === 409) expect(await response.json()).toMatchObject({ code: "face-data-deleting" });
      else expect(response.status).toBe(200);
    }
    await until(
      () => put(owner, YES),
      ({ status }) => status === 200,
    );
    const after = await until(
      () => consentOf(owner),
      ({ photosWaiting, photosIndexing, stored }) => photosWaiting + photosIndexing === 0 && stored.vectors === 2,
    );
    expect(after).toMatchObject({ state: "granted", isDeleting: false });
    // No epoch, and so no key, is ever used twice.
    expect(await epochOf(0)).toBeGreaterThanOrEqual(before + 2);
  });
});

describe("the sweep", () => {
  it("finishes a withdrawal that nobody carried out, and raises an alarm when it comes late", async () => {
    const userId = platform.stack.users[0]?.id ?? "";
    // As if the process had died after the very first statement, an hour ago.
    await platform.stack.db.batch([
      platform.stack.db.prepare("DELETE FROM consent_records WHERE user_id = ?").bind(userId),
      platform.stack.db
        .prepare("UPDATE users SET face_consent = 'withdrawn', face_epoch = face_epoch + 1 WHERE id = ?")
        .bind(userId),
      platform.stack.db
        .prepare(
          `INSERT INTO consent_records (id, user_id, purpose, decision, version, source, decided_at) VALUES ('late', ?, 'face-recognition', 'withdrawn', 1, 'user', ?)`,
        )
        .bind(userId, Date.now() - 3_600_000),
    ]);
    expect((await consentOf(owner)).isDeleting).toBe(true);
    await platform.stack.sweep();
    expect(await consentOf(owner)).toMatchObject({ isDeleting: false, stored: { vectors: 0 }, photosWaiting: 2 });
  });

  it("removes keys and crops that have no business any more", async () => {
    const userId = platform.stack.users[0]?.id ?? "";
    const { bucket } = platform.stack;
    await bucket.put(`keys/${userId}/face-vectors-1`, "an old key");
    await bucket.put(`crops/${userId}/${userId}/1/${userId}.jpg`, "a crop of a face that is gone");
    await platform.stack.sweep();
    expect((await bucket.list({ prefix: "keys/" })).objects).toEqual([]);
    expect((await bucket.list({ prefix: "crops/" })).objects).toEqual([]);
  });

  it("wakes photos whose consent was there without their knowing", async () => {
    await platform.stack.db
      .prepare("UPDATE users SET face_consent = 'granted', face_epoch = face_epoch + 1 WHERE id = ?")
      .bind(platform.stack.users[1]?.id)
      .run();
    await platform.stack.sweep();
    await until(
      () => consentOf(other),
      ({ stored }) => stored.vectors === 1,
    );
  });
});

describe("an installation that is preset", () => {
  it("off refuses a yes and indexes nobody", async () => {
    const off = await openTestPlatform({ faceRecognition: "off" });
    try {
      const response = await put(off.as(0), YES);
      expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([
        409,
        "recognition-unavailable",
      ]);
      expect(await consentOf(off.as(0))).toMatchObject({ preset: "off", effective: false, ask: false });
      expect((await upload(off.as(0), "off.png", 4)).stages.index.reason).toBe("no-consent");
    } finally {
      await off.close();
    }
  });

  it("on indexes whoever has not spoken, until they say no; their yes keeps what is there", async () => {
    const on = await openTestPlatform({ faceRecognition: "on", consent: false });
    try {
      const call = on.as(0);
      expect(await consentOf(call)).toMatchObject({ state: "unset", effective: true, ask: false });
      expect((await upload(call, "on.png", 5)).stages.index.state).toBe("done");
      expect((await put(call, YES)).status).toBe(200);
      expect((await consentOf(call)).stored.vectors).toBe(1);
      expect((await put(call, NO)).status).toBe(200);
      await until(
        () => consentOf(call),
        ({ isDeleting, stored }) => !isDeleting && stored.vectors === 0,
      );
    } finally {
      await on.close();
    }
  });
});
