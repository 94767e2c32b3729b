// What people say about faces: yes and no to recognition, whose face it is, a face nobody found, and a look at one. Through the
// product's own verbs, but for naming, where a statement like the people index's stands in for it.

import { vaultOfKey } from "../../shared/adapters/objects.ts";
import { FACE_CONSENT_VERSION } from "../../shared/contracts/consent.ts";
import { AppError } from "../../shared/contracts/errors.ts";
import type { UserId } from "../../shared/contracts/ids.ts";
import { mayRecogniseSql } from "../../shared/db/consent/consent-condition.ts";
import { recognisedEpoch } from "../../shared/db/photos/index-statements.ts";
import { drawFace } from "../../workers/embedder/draw-face.ts";
import { followGrant, followWithdrawal, grantConsent, withdrawConsent } from "../../workers/gateway/change-consent.ts";
import { cutFace } from "../../workers/thumbnailer/cut-face.ts";
import { fakeVault } from "./fake-vault.ts";
import type { GatewayPorts, Platform } from "./platform.ts";
import { fakeEmbedder, fakePixels } from "./sample-photos.ts";

const IS_ATTEMPT: ReadonlySet<string> = new Set(["photo-index", "draw"]);
const IS_ABOUT_FACES: ReadonlySet<string> = new Set([
  "photo-index",
  "draw",
  "look",
  "people-index",
  "withdraw",
  "grant",
]);
/** Share of people who say no and then yes again at once. */
const CHANGES_THEIR_MIND = 0.5;
/** Left edges of boxes that people draw: beside every face, and around one that a model finds too. */
const DRAWN_AT = [0.11, 0.29, 0.79];

export class FaceWords {
  readonly #platform: Platform;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  sayYesOrNo(): void {
    const { random, users, stores } = this.#platform;
    const interrupted = random.chance(0.7) ? this.#interrupt() : null;
    const userId = interrupted?.userId ?? (random.pick(users) as UserId);
    const isYes = stores.monitor.consents.get(userId)?.state !== "granted";
    if (isYes !== random.chance(0.1))
      this.#run("grant", userId, async (ports) => {
        await grantConsent(ports, userId, FACE_CONSENT_VERSION);
        await followGrant(ports, userId);
      });
    else
      this.#run("withdraw", userId, async (ports) => {
        const keys = this.#keysOf(userId);
        await withdrawConsent(ports, userId);
        for (const [key, bytes] of this.#keysOf(userId))
          if (keys.get(key) === bytes && stores.monitor.consents.get(userId)?.state === "withdrawn")
            this.#platform.violate("withdrawn-leaves-nothing", `a withdrawal was answered before ${key} was destroyed`);
        await followWithdrawal(ports, userId);
        // An attempt that stood still all the while comes back to a world that looks as it did.
        if (interrupted?.isAttempt !== true && !random.chance(CHANGES_THEIR_MIND)) return;
        await grantConsent(ports, userId, FACE_CONSENT_VERSION);
        await followGrant(ports, userId);
      });
  }

  /** True while somebody looks at a face: the moment in which a word has the most to interrupt. */
  hasAttempts(): boolean {
    for (const { name, actor } of this.#platform.scheduler.processes)
      if (actor !== null && IS_ATTEMPT.has(name)) return true;
    return false;
  }

  /** Somebody whose faces are being looked at, or deleted, right now: that stands still while they say something else. */
  #interrupt(): { userId: UserId; isAttempt: boolean } | null {
    const { random, scheduler, stalled } = this.#platform;
    const busy = [...scheduler.processes].filter(({ name, actor }) => actor !== null && IS_ABOUT_FACES.has(name));
    if (busy.length === 0) return null;
    // An attempt is the rarest to meet, and the one that writes.
    const attempts = busy.filter(({ name }) => IS_ATTEMPT.has(name));
    const { actor, name } = random.pick(attempts.length > 0 ? attempts : busy);
    this.#platform.count(`fault: ${name} interrupted by a word`);
    for (const process of busy) if (process.actor === actor) stalled.add(process);
    // Until the word is through, or dies.
    this.#platform.isHeld = true;
    return { userId: actor as UserId, isAttempt: attempts.length > 0 };
  }

  /** A face gets a name, is dismissed, looked at, or drawn where nobody found one. */
  sayOfAFace(): void {
    const { random, stores } = this.#platform;
    const faces = stores.database.rows(`SELECT id, user_id, photo_id, gen FROM faces WHERE score > 0 ORDER BY id`);
    const photos = [...stores.monitor.photos.values()].filter(({ thumbnail }) => thumbnail === "done");
    const what = random.pick(["name", "dismiss", "look", "draw"] as const);
    if (what === "draw") {
      if (photos.length > 0) this.#draw(random.pick(photos));
      return;
    }
    if (faces.length === 0) return;
    const face = random.pick(faces);
    const [faceId, photoId, userId] = [String(face.id), String(face.photo_id), String(face.user_id) as UserId];
    if (what === "look")
      this.#run(what, userId, async ({ db, bucket }) => {
        const codecs = { cutFace: async () => ({ kind: "done", bytes: new Uint8Array([1]) }) as never };
        const request = { userId, photoId, faceId, gen: Number(face.gen) };
        await cutFace({ db, bucket, codecs }, request as never);
      });
    else this.#run(what, userId, (ports) => this.#decide(ports, userId, faceId, photoId, what));
  }

  #keysOf(userId: string): Map<string, Uint8Array> {
    const keys = [...this.#platform.bucket.objects.values()].filter(({ key }) => vaultOfKey(key)?.userId === userId);
    return new Map(keys.map(({ key, bytes }) => [key, bytes]));
  }

  async #decide(
    { db }: GatewayPorts,
    userId: UserId,
    faceId: string,
    photoId: string,
    what: "name" | "dismiss",
  ): Promise<void> {
    const { preset, newId, now } = this.#platform;
    const epoch = await recognisedEpoch(db, preset, userId);
    if (epoch === null) return;
    const guard = `EXISTS (SELECT 1 FROM users WHERE users.id = ?1 AND face_epoch = ?2 AND ${mayRecogniseSql(preset)})
      AND EXISTS (SELECT 1 FROM faces WHERE id = ?3 AND user_id = ?1)`;
    const target = [userId, epoch, faceId] as const;
    const personId = newId();
    await db.batch([
      db
        .prepare(
          `INSERT INTO people (id, user_id, name, made_by, created_at, changed_at) SELECT ?4, ?1, 'Asha', 'human', ?5, ?5 WHERE ${guard}`,
        )
        .bind(...target, personId, now),
      db
        .prepare(
          `INSERT INTO people_actions (id, user_id, kind, request_key, summary, changes, created_at) SELECT ?4, ?1, ?5, ?4, '{}', '{}', ?6 WHERE ${guard}`,
        )
        .bind(...target, newId(), what, now),
      db
        .prepare(
          what === "name"
            ? `UPDATE faces SET person_id = ?4, assigned_by = 'human' WHERE id = ?3 AND ${guard}`
            : `UPDATE faces SET is_dismissed = 1 WHERE id = ?3 AND ?4 <> '' AND ${guard}`,
        )
        .bind(...target, personId),
      db
        .prepare(
          `UPDATE photos SET faces = (SELECT count(*) FROM faces WHERE photo_id = ?4 AND score > 0 AND is_dismissed = 0), rev = rev + 1, changed_at = ?5
           WHERE id = ?4 AND ${guard}`,
        )
        .bind(...target, photoId, now),
    ]);
  }

  #draw({ id: photoId, userId, gen }: { id: string; userId: string; gen: number }): void {
    const platform = this.#platform;
    const box = { x: platform.random.pick(DRAWN_AT), y: 0.1, width: 0.2, height: 0.25 };
    this.#run("draw", userId as UserId, async (ports) => {
      const outcome = await drawFace(
        {
          ...ports,
          codecs: fakePixels,
          embedder: async () => fakeEmbedder(platform.modelId),
          vault: (owner) => fakeVault(ports.bucket, owner, platform.newId),
          preset: platform.preset,
        },
        { userId: userId as UserId, photoId: photoId as never, gen, box },
      );
      platform.count(`person: draw ${outcome.kind}`);
    });
  }

  #run(name: string, userId: UserId, run: (ports: GatewayPorts) => Promise<void>): void {
    const platform = this.#platform;
    const process = platform.scheduler.start(name, userId, platform.now);
    const release = (): void => {
      if (platform.isHeld && platform.random.chance(0.5)) platform.stalled.clear();
      platform.isHeld = false;
    };
    process.onDeath = release;
    run(platform.gatewayPorts(process)).then(
      () => {
        platform.count(`person: ${name}`);
        platform.scheduler.end(process);
        release();
      },
      (cause) => {
        platform.scheduler.end(process);
        release();
        if (cause instanceof AppError) return platform.count(`person: ${name} ${cause.code}`);
        if (!/injected:|IllegalCall/.test(String(cause)))
          platform.violate("lawful-calls", `${name} threw ${String(cause)}`);
        platform.count(`person: ${name} error`);
      },
    );
  }
}
