// What must hold. Some of it is judged with every committed change (photo-monitor.ts, platform.ts, people.ts), the rest here,
// once faults have ended and the sweep has had its time.
import {
  faceCropsPrefix,
  faceOfCropKey,
  faceVectorsKey,
  ORIGINALS_PREFIX,
  originalKey,
  ownerOfKey,
  renditionKey,
  vaultOfKey,
} from "../../shared/adapters/objects.ts";
import { mustForget } from "../../shared/contracts/consent.ts";
import { RENDITION_WIDTHS } from "../../shared/contracts/limits.ts";
import { isTerminal } from "../../shared/contracts/photos.ts";
import { FACE_TABLES } from "../../shared/db/consent/consent-statements.ts";
import { recountProgress } from "../../shared/db/photos/progress-queries.ts";
import { overlap01, SAME_FACE_OVERLAP_01 } from "../../shared/kernels/match-boxes.ts";
import { sealedText } from "./fake-vault.ts";
import type { Promised } from "./people.ts";
import type { WatchedPhoto } from "./photo-monitor.ts";
import { digestOf, type Platform } from "./platform.ts";
import { lookedAt, type ModelId, observationsOf, renditionBytes } from "./sample-photos.ts";

export const INVARIANTS = {
  "acknowledged-upload-kept":
    "An acknowledged upload is stored, or deleted by its owner's wish; its original has the promised digest unless removed for good.",
  "every-photo-ends":
    "After the faults every stored photo reaches an end in both stages, and no upload waits for ever.",
  "renditions-behind-thumbnails":
    "Where the thumbnail stage says done, all four renditions are in R2, made from these bytes.",
  "faces-match":
    "Where the index stage says done, the faces are exactly the embedder's and those a human stands behind, once, of the right photo, generation and model, each with a vector that its owner's key opens; where it was skipped there are none but a human's.",
  "no-vector-after-withdrawal":
    "No vector is written without consent, or under another key than that of the consent in force.",
  "withdrawn-leaves-nothing":
    "After a withdrawal there are no faces, vectors, people or actions of the user, no crop and no key, and no photo says that it was indexed.",
  "granting-ends": "After a yes no photo waits for consent any more.",
  "faces-keep-ids":
    "A face that is seen again, by the same or by another model, keeps its id; what a human said of faces is never removed by a machine.",
  "model-change-ends":
    "After a change of model every photo is indexed by the new one, and no vector of the old one is left.",
  "deleted-stays-deleted":
    "Nothing but a restore brings a deleted photo back. A removed photo keeps no bytes, no derivatives, no faces; faces go at once.",
  "totals-exact":
    "A user's stored and reserved bytes and photos equal a recount of rows, after every transaction, and in the end what is in R2.",
  "quota-kept":
    "No transaction lets what is stored and reserved grow past its limit, but the recovery of bytes that are there.",
  "progress-exact":
    "The hub's counters equal a recount of D1 for everything and for each batch; no rev ever goes backwards, and no change lacks one.",
  "no-duplicates":
    "One live photo per user and content, one photo per upload key; a repeated manifest gives the same batch and photos.",
  "users-apart": "Nothing done for one user changes a row, an object or a hub of another.",
  "ended-stays-ended":
    "A stage that is done stays done, except that lost renditions are made again; attempts never exceed their cap.",
  "no-orphans": "Every object in R2 belongs to a photo that exists, in its generation; every face to a photo.",
  "lawful-calls":
    "No call exceeds a cap of production or breaks a constraint, and no failure surfaces that was not injected or expected.",
} as const;

export type InvariantName = keyof typeof INVARIANTS;

export interface Violation {
  readonly invariant: InvariantName;
  readonly detail: string;
}

export type Violate = (invariant: InvariantName, detail: string) => void;

/** Whether nothing is left to do for any photo: cheap, asked after every sweep of the quiet phase. */
export function isAtRest(platform: Platform): boolean {
  for (const photo of platform.stores.monitor.photos.values()) if (!hasEnded(photo)) return false;
  return true;
}

function hasEnded({ lifecycle, thumbnail, index }: WatchedPhoto): boolean {
  return (
    lifecycle === "deleted" ||
    lifecycle === "abandoned" ||
    (lifecycle === "stored" && isTerminal(thumbnail) && isTerminal(index))
  );
}

/** Everything that must hold in the end; the hubs must have been reconciled. */
export async function judgeEnd(platform: Platform, promises: readonly Promised[]): Promise<Violation[]> {
  const found: Violation[] = [];
  const violate: Violate = (invariant, detail) => void found.push({ invariant, detail });
  judgePromises(platform, promises, violate);
  judgePhotos(platform, violate);
  judgeFaces(platform, violate);
  judgeConsent(platform, violate);
  judgeObjects(platform, violate);
  judgeStorage(platform, violate);
  await judgeProgress(platform, violate);
  return found;
}

function judgePromises({ bucket, stores, damaged }: Platform, promises: readonly Promised[], violate: Violate): void {
  const { photos, forgotten } = stores.monitor;
  for (const { userId, photoId, sha256 } of promises) {
    const photo = photos.get(photoId);
    if (photo === undefined) {
      if (!forgotten.has(photoId)) violate("acknowledged-upload-kept", `the row of ${photoId} is gone`);
      continue;
    }
    if (photo.userId !== userId || (photo.lifecycle !== "stored" && photo.lifecycle !== "deleted"))
      violate("acknowledged-upload-kept", `${photoId} is ${photo.lifecycle}`);
    if (photo.purgedAt !== null || damaged.has(photoId)) continue;
    const original = bucket.objects.get(originalKey({ userId, photoId, gen: photo.gen }));
    if (digestOf(original?.sha256 ?? null) !== sha256)
      violate(
        "acknowledged-upload-kept",
        `the original of ${photoId} is ${original === undefined ? "gone" : "another"}`,
      );
  }
}

function judgePhotos({ bucket, stores, damaged, originalsLost }: Platform, violate: Violate): void {
  for (const photo of stores.monitor.photos.values()) {
    const { id, userId, gen, lifecycle, thumbnail, index } = photo;
    if (!hasEnded(photo)) violate("every-photo-ends", `${id} is ${lifecycle}, thumbnail ${thumbnail}, index ${index}`);
    const original = bucket.objects.get(originalKey({ userId, photoId: id, gen }));
    if (lifecycle === "abandoned" && original !== undefined)
      violate("every-photo-ends", `${id} is abandoned although its bytes came`);
    if (lifecycle !== "stored" || thumbnail !== "done") continue;
    for (const widthPx of RENDITION_WIDTHS) {
      const rendition = bucket.objects.get(renditionKey({ userId, photoId: id, gen }, widthPx));
      if (rendition === undefined) {
        // A finished photo without its original cannot be repaired; the platform raises an alarm instead.
        if (original !== undefined || !damaged.has(id))
          violate("renditions-behind-thumbnails", `${id} has no rendition of ${widthPx}`);
      } else if (
        original !== undefined &&
        !originalsLost.has(id) &&
        !Buffer.from(renditionBytes(original.bytes, widthPx)).equals(rendition.bytes)
      )
        violate("renditions-behind-thumbnails", `rendition ${widthPx} of ${id} is of another photo`);
    }
  }
}

interface FaceRow {
  id: string;
  photo_id: string;
  user_id: string;
  gen: number;
  model_id: string;
  score: number;
  x: number;
  is_human: number;
  is_dismissed: number;
}

interface VectorRow {
  face_id: string;
  model_id: string;
  user_id: string;
  photo_id: string;
  epoch: number;
  sealed: string;
}

const boxAt = (x: number) => ({ x, y: 0.1, width: 0.2, height: 0.25 });
const isSamePlace = (a: number, b: number): boolean => overlap01(boxAt(a), boxAt(b)) >= SAME_FACE_OVERLAP_01;

function judgeFaces(platform: Platform, violate: Violate): void {
  const { stores } = platform;
  const rows = stores.database.rows(
    `SELECT id, photo_id, user_id, gen, model_id, score, box_x AS x, is_dismissed,
       origin = 'drawn' OR assigned_by IS 'human' OR is_dismissed AS is_human FROM faces`,
  ) as unknown as FaceRow[];
  const vectors = stores.database.rows(`SELECT * FROM face_vectors`) as unknown as VectorRow[];
  const { photos } = stores.monitor;
  for (const { photo_id: photoId } of rows)
    if (!photos.has(photoId)) violate("no-orphans", `a face of ${photoId}, which does not exist`);
  for (const photo of photos.values()) {
    const faces = rows.filter(({ photo_id }) => photo_id === photo.id);
    // What a human drew stays where the photo's bytes were lost before anybody else looked.
    const unexpected = photo.purgedAt !== null ? faces : faces.filter(({ is_human }) => is_human === 0);
    if ((photo.index === "skipped" || photo.purgedAt !== null) && unexpected.length > 0)
      violate("faces-match", `${photo.id} has ${unexpected.length} faces, index ${photo.index}`);
    if (faces.some(({ user_id, gen }) => user_id !== photo.userId || gen !== photo.gen))
      violate("faces-match", `a face of ${photo.id} has another owner or generation`);
    if (photo.index !== "done" || photo.purgedAt !== null) continue;
    const shown = faces.filter((face) => face.score > 0 && face.is_dismissed === 0).length;
    if (photo.faces !== shown) violate("faces-match", `${photo.id} counts ${photo.faces} faces, there are ${shown}`);
    judgeFacesOf(platform, photo, faces, vectors, violate);
  }
}

/** Of one indexed photo: who is there, and what the database knows of how they look. */
function judgeFacesOf(
  { bucket, originalsLost, modelId }: Platform,
  photo: WatchedPhoto,
  faces: readonly FaceRow[],
  vectors: readonly VectorRow[],
  violate: Violate,
): void {
  const original = bucket.objects.get(originalKey({ userId: photo.userId, photoId: photo.id, gen: photo.gen }));
  if (original === undefined || originalsLost.has(photo.id)) return;
  const rendition = renditionBytes(original.bytes, 1280);
  const expected = observationsOf(rendition, photo.indexModelId as ModelId);
  const machines = faces.filter(({ is_human }) => is_human === 0);
  for (const { box, score } of expected) {
    const seen = faces.filter((face) => face.score > 0 === score > 0 && isSamePlace(face.x, box.x));
    if (seen.length === 0 || seen.filter((face) => machines.includes(face)).length > 1)
      violate("faces-match", `${photo.id} has ${seen.length} faces at ${box.x}, where the embedder sees one`);
  }
  for (const face of machines)
    if (!expected.some(({ box, score }) => face.score > 0 === score > 0 && isSamePlace(face.x, box.x)))
      violate("faces-match", `${photo.id} has a face at ${face.x}, where the embedder sees none`);
  // What cannot be looked at any more has no vector of a new model.
  if (photo.lifecycle !== "stored" || photo.thumbnail !== "done") return;
  if (photo.indexModelId !== modelId) violate("model-change-ends", `${photo.id} was indexed by ${photo.indexModelId}`);
  for (const face of faces) {
    const [vector, ...more] = vectors.filter(({ face_id }) => face_id === face.id);
    if (vector === undefined || more.length > 0 || vector.model_id !== modelId) {
      const models = [vector, ...more].map((row) => row?.model_id);
      violate("model-change-ends", `face ${face.id} of ${photo.id} has vectors of ${models}, not of ${modelId} alone`);
      continue;
    }
    const key = bucket.objects.get(faceVectorsKey({ userId: photo.userId, epoch: vector.epoch }));
    const opens = sealedText(new TextDecoder().decode(key?.bytes), face.id, modelId, new Float32Array());
    if (vector.user_id !== photo.userId || !vector.sealed.startsWith(opens))
      violate("faces-match", `a vector of ${photo.id} opens under no key of its owner`);
    const said = [...expected, lookedAt(rendition, boxAt(face.x), modelId)].map(({ embedding }) => embedding.join(","));
    if (!said.includes(vector.sealed.slice(opens.length)))
      violate("faces-match", `a vector of ${photo.id} is not what the embedder sees there`);
  }
}

function judgeConsent({ stores, bucket, preset }: Platform, violate: Violate): void {
  const { database, monitor } = stores;
  for (const [userId, { state, epoch }] of monitor.consents) {
    const keys = [...bucket.objects.keys()]
      .flatMap((key) => vaultOfKey(key) ?? [])
      .filter((key) => key.userId === userId);
    if (!mustForget(state, preset)) {
      for (const photo of monitor.photos.values())
        if (photo.userId === userId && photo.purgedAt === null && photo.isWaitingForConsent)
          violate("granting-ends", `${photo.id} waits for consent, which is there`);
      for (const key of keys)
        if (key.epoch !== epoch) violate("withdrawn-leaves-nothing", `a key of epoch ${key.epoch} in epoch ${epoch}`);
      continue;
    }
    for (const table of FACE_TABLES) {
      const left = database.rows(`SELECT count(*) AS n FROM ${table} WHERE user_id = ?1`, userId)[0]?.n;
      if (left !== 0) violate("withdrawn-leaves-nothing", `${left} rows of ${table} of ${userId}`);
    }
    const crops = [...bucket.objects.keys()].filter((key) => key.startsWith(faceCropsPrefix(userId)));
    if (keys.length + crops.length > 0)
      violate("withdrawn-leaves-nothing", `${keys.length} keys and ${crops.length} crops of ${userId}`);
    for (const photo of monitor.photos.values())
      if (photo.userId === userId && photo.purgedAt === null && (photo.index === "done" || photo.faces > 0))
        violate("withdrawn-leaves-nothing", `${photo.id} is ${photo.index} with ${photo.faces} faces`);
  }
}

function judgeObjects({ bucket, stores }: Platform, violate: Violate): void {
  for (const key of bucket.objects.keys()) {
    if (vaultOfKey(key) !== null) continue;
    const crop = faceOfCropKey(key);
    if (crop !== null) {
      if (
        stores.database.rows(`SELECT 1 FROM faces WHERE id = ?1 AND user_id = ?2`, crop.faceId, crop.userId).length ===
        0
      )
        violate("no-orphans", `${key} shows a face that is gone`);
      continue;
    }
    const owner = ownerOfKey(key);
    const photo = owner === null ? undefined : stores.monitor.photos.get(owner.photoId);
    if (photo === undefined || photo.gen !== owner?.gen || photo.userId !== owner.userId)
      violate("no-orphans", `${key} belongs to no photo`);
    else if (photo.purgedAt !== null) violate("deleted-stays-deleted", `${key} of a removed photo is in R2`);
  }
}

/** What is counted is what lies in the bucket, byte for byte. */
function judgeStorage({ bucket, stores, originalsLost }: Platform, violate: Violate): void {
  for (const [userId, { storageBytes }] of stores.monitor.totals) {
    const lost = [...originalsLost].some((photoId) => stores.monitor.photos.get(photoId)?.userId === userId);
    if (lost) continue;
    const sizes = [...bucket.objects].filter(([key]) => key.startsWith(`${ORIGINALS_PREFIX}${userId}/`));
    const bytes = sizes.reduce((sum, [, object]) => sum + object.bytes.byteLength, 0);
    if (bytes !== storageBytes)
      violate("totals-exact", `${userId} has ${storageBytes} bytes by the totals, ${bytes} in R2`);
  }
}

/** Asked twice: also while batches are still open, because a closed one hides what it expected. */
export async function judgeProgress({ stores, hubs, now }: Platform, violate: Violate): Promise<void> {
  const db = stores.database.binding((_kind, _label, execute) => Promise.resolve(execute()));
  for (const [userId, hub] of hubs) {
    const batches = stores.database
      .rows(`SELECT id FROM batches WHERE user_id = ?1`, userId)
      .map(({ id }) => String(id));
    for (const batchId of [null, ...batches]) {
      const { expected, received, thumbnail, index } = hub.register.counters(batchId, now);
      const shown = JSON.stringify({ expected, received, thumbnail, index });
      const counted = JSON.stringify(await recountProgress(db, userId, batchId));
      if (shown !== counted)
        violate(
          "progress-exact",
          `${batchId === null ? "all" : `batch ${batchId}`}: the hub shows ${shown}, D1 counts ${counted}`,
        );
    }
  }
}
