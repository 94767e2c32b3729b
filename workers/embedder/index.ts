// Entry: the embedder. PHOTO_THUMBNAILED in, faces out, and the dead letters of its queue; beside it, faces on request.
import { WorkerEntrypoint } from "cloudflare:workers";
import { uuidv7 } from "uuidv7";
import lockfile from "../../models/lockfile.json";
import { consume } from "../../shared/adapters/consume.ts";
import { ensureVault } from "../../shared/adapters/face-vault.ts";
import { failDeadLetter } from "../../shared/adapters/fail-dead-letter.ts";
import { withFaults } from "../../shared/adapters/local-faults.ts";
import { log } from "../../shared/adapters/log.ts";
import { modelKey } from "../../shared/adapters/objects.ts";
import { announceFaces } from "../../shared/adapters/people-index.ts";
import { photoOf } from "../../shared/adapters/photo-messages.ts";
import { progressReporter } from "../../shared/adapters/progress.ts";
import { createJpegPixels } from "../../shared/codecs/jpeg-pixels.ts";
import { FaceRecognitionDefault } from "../../shared/contracts/consent.ts";
import type { PhotoId, UserId } from "../../shared/contracts/ids.ts";
import { isForeignMajor, PhotoThumbnailed } from "../../shared/contracts/messages.ts";
import { ModelLockfile } from "../../shared/contracts/models.ts";
import {
  type DrawFaceOutcome,
  DrawFaceRequest,
  type FaceFinderRpc,
  type FaceSearchOutcome,
  FaceSearchRequest,
} from "../../shared/contracts/people-index.ts";
import { databaseFor } from "../../shared/db/database-for.ts";
import { createFaceEmbedder, type FaceEmbedderSource } from "../../shared/inference/face-embedder.ts";
import { drawFace } from "./draw-face.ts";
import { type EmbedFacesDeps, embedFaces } from "./embed-faces.ts";
import type { EmbedderEnv } from "./env.ts";
import { searchByImage } from "./search-by-image.ts";

const DEAD_LETTERS = "photo-index-dlq";
/** Photos indexed at once: one, because one wasm session runs one input at a time. */
const RUNS_AT_ONCE = 1;

const codecs = createJpegPixels();
let embedders: FaceEmbedderSource | null = null;

/** Reached over the gateway's service binding only. */
export class FaceFinder extends WorkerEntrypoint<EmbedderEnv> implements FaceFinderRpc {
  searchByImage(request: unknown): Promise<FaceSearchOutcome> {
    const deps = { ...embedderDeps(this.env), people: this.env.PEOPLE };
    return searchByImage(deps, FaceSearchRequest.parse(request));
  }

  drawFace(request: unknown): Promise<DrawFaceOutcome> {
    return drawFace(embedderDeps(this.env), DrawFaceRequest.parse(request));
  }
}

export default {
  async queue(batch, env, ctx) {
    const deps: EmbedFacesDeps = {
      ...embedderDeps(env),
      announce: (userId, photoId) => ctx.waitUntil(announceFaces(env.PEOPLE, userId as UserId, [photoId as PhotoId])),
    };
    const isDead = batch.queue === DEAD_LETTERS;
    await consume(
      batch.messages,
      PhotoThumbnailed,
      { queue: batch.queue, concurrency: RUNS_AT_ONCE, ...(isDead ? {} : { isForeign: isForeignMajor }) },
      async ({ body }) => {
        const photo = photoOf(body);
        if (isDead) return await failDeadLetter(deps, photo, "index");
        return await embedFaces(deps, photo);
      },
    );
  },
} satisfies ExportedHandler<EmbedderEnv>;

function embedderDeps(env: EmbedderEnv): Omit<EmbedFacesDeps, "announce"> {
  const faults = HELIOGRAPH_LOCAL_BUILD ? withFaults(env.LOCAL_FAULTS) : null;
  const db = databaseFor(env, "");
  const bucket = faults?.bucket(env.BUCKET) ?? env.BUCKET;
  return {
    db: faults?.database(db) ?? db,
    bucket,
    codecs,
    embedder: () => embedderSource(env).get(),
    vault: (owner) => ensureVault(bucket, env.FACE_SECRET ?? "", owner),
    preset: FaceRecognitionDefault.default("ask").parse(env.FACE_RECOGNITION),
    progress: progressReporter(env.PROGRESS),
    newId: uuidv7,
    now: () => Date.now(),
  };
}

/** One source per isolate: the weights are read, verified and compiled once. */
function embedderSource(env: EmbedderEnv): FaceEmbedderSource {
  embedders ??= createFaceEmbedder(
    {
      async read(sha256) {
        const object = await env.BUCKET.get(modelKey(sha256));
        return object === null ? null : await object.arrayBuffer();
      },
    },
    ModelLockfile.parse(lockfile),
    Date.now,
    (model, reason) => log("warn", "inference.fallback", { model, reason }),
  );
  return embedders;
}
