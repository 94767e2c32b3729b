// What must hold. Some of it is judged with every committed change (photo-monitor.ts, platform.ts, people.ts), the rest here,
// once faults have ended and the sweep has had its time.
import { faceVectorsKey, originalKey, ownerOfKey, renditionKey, vaultOfKey } from "../../shared/adapters/objects.ts";
import { RENDITION_WIDTHS } from "../../shared/contracts/limits.ts";
import { isTerminal } from "../../shared/contracts/photos.ts";
import { recountProgress } from "../../shared/db/photos/progress-queries.ts";
import type { Promised } from "./people.ts";
import type { WatchedPhoto } from "./photo-monitor.ts";
import { digestOf, type Platform } from "./platform.ts";
import { MODEL_ID, observationsOf, renditionBytes } from "./sample-photos.ts";

export const INVARIANTS = {
  "acknowledged-upload-kept":
    "An acknowledged upload is stored, or deleted by its owner's wish; its original has the promised digest unless removed for good.",
  "every-photo-ends":
    "After the faults every stored photo reaches an end in both stages, and no upload waits for ever.",
  "renditions-behind-thumbnails":
    "Where the thumbnail stage says done, all four renditions are in R2, made from these bytes.",
  "faces-match":
    "Where the index stage says done, the faces are exactly the embedder's, once, of the right photo, generation and model; nowhere else are any.",
  "deleted-stays-deleted":
    "Nothing but a restore brings a deleted photo back. A removed photo keeps no bytes, no derivatives, no faces; faces go at once.",
  "totals-exact": "A user's storage_bytes and photo_count equal a recount of rows, after every transaction.",
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
  judgeObjects(platform, violate);
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
}

interface VectorRow {
  face_id: string;
  model_id: string;
  user_id: string;
  photo_id: string;
  epoch: number;
  sealed: string;
}

function judgeFaces({ bucket, stores, originalsLost }: Platform, violate: Violate): void {
  const rows = stores.database.rows(`SELECT id, photo_id, user_id, gen, model_id FROM faces`) as unknown as FaceRow[];
  const vectors = stores.database.rows(`SELECT * FROM face_vectors`) as unknown as VectorRow[];
  const { photos } = stores.monitor;
  for (const { photo_id: photoId } of rows)
    if (!photos.has(photoId)) violate("no-orphans", `a face of ${photoId}, which does not exist`);
  for (const photo of photos.values()) {
    const faces = rows.filter(({ photo_id }) => photo_id === photo.id);
    if (photo.index !== "done" || photo.purgedAt !== null) {
      if (faces.length > 0) violate("faces-match", `${photo.id} has ${faces.length} faces, index ${photo.index}`);
      continue;
    }
    const original = bucket.objects.get(originalKey({ userId: photo.userId, photoId: photo.id, gen: photo.gen }));
    if (original === undefined || originalsLost.has(photo.id)) continue;
    const expected = observationsOf(renditionBytes(original.bytes, 1280));
    const ofPhoto = vectors.filter(({ photo_id }) => photo_id === photo.id);
    const shown = ofPhoto.map(({ sealed }) => sealed.split("|").at(-1)).sort();
    if (
      shown.join(";") !==
      expected
        .map(({ embedding }) => [...embedding].join(","))
        .sort()
        .join(";")
    )
      violate("faces-match", `${photo.id} has ${faces.length} faces, the embedder sees ${expected.length}`);
    if (
      faces.some(({ user_id, gen, model_id }) => user_id !== photo.userId || gen !== photo.gen || model_id !== MODEL_ID)
    )
      violate("faces-match", `a face of ${photo.id} has another owner, generation or model`);
    for (const { face_id: faceId, model_id: modelId, user_id: userId, epoch, sealed } of ofPhoto) {
      const key = bucket.objects.get(faceVectorsKey({ userId: photo.userId, epoch }));
      const opens = sealed.startsWith(`${new TextDecoder().decode(key?.bytes)}|${faceId}|${modelId}|`);
      if (userId !== photo.userId || !opens)
        violate("faces-match", `a vector of ${photo.id} opens under no key of its owner`);
    }
    const claimed = expected.filter(({ score }) => score > 0).length;
    if (photo.faces !== claimed)
      violate("faces-match", `${photo.id} counts ${photo.faces} faces, there are ${claimed}`);
  }
}

function judgeObjects({ bucket, stores }: Platform, violate: Violate): void {
  for (const key of bucket.objects.keys()) {
    if (vaultOfKey(key) !== null) continue;
    const owner = ownerOfKey(key);
    const photo = owner === null ? undefined : stores.monitor.photos.get(owner.photoId);
    if (photo === undefined || photo.gen !== owner?.gen || photo.userId !== owner.userId)
      violate("no-orphans", `${key} belongs to no photo`);
    else if (photo.purgedAt !== null) violate("deleted-stays-deleted", `${key} of a removed photo is in R2`);
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
