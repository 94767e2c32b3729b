// Entry: the thumbnailer. One queue of R2 events in, one of PHOTO_THUMBNAILED out, and the dead letters of the first;
// and the gateway's requests for WebP and for pictures of faces.
import { WorkerEntrypoint } from "cloudflare:workers";
import { uuidv7 } from "uuidv7";
import { consume } from "../../shared/adapters/consume.ts";
import { failDeadLetter } from "../../shared/adapters/fail-dead-letter.ts";
import { withFaults } from "../../shared/adapters/local-faults.ts";
import { photoOf, photoThumbnailed } from "../../shared/adapters/photo-messages.ts";
import { progressReporter } from "../../shared/adapters/progress.ts";
import { toImageUploaded } from "../../shared/adapters/r2-events.ts";
import { createImageCodecs, type ImageCodecs } from "../../shared/codecs/index.ts";
import {
  type FaceCropOutcome,
  FaceCropRequest,
  type FaceCutterRpc,
  type FaceSourceOutcome,
  FaceSourceRequest,
} from "../../shared/contracts/face-crops.ts";
import { R2Event } from "../../shared/contracts/messages.ts";
import { type WebpMakerRpc, type WebpOutcome, WebpRequest } from "../../shared/contracts/webp.ts";
import { databaseFor } from "../../shared/db/database-for.ts";
import { cutFace } from "./cut-face.ts";
import type { ThumbnailerEnv } from "./env.ts";
import { makeFaceSource } from "./make-face-source.ts";
import { type MakeThumbnailsDeps, makeThumbnails } from "./make-thumbnails.ts";
import { makeWebp } from "./make-webp.ts";
import { SingleFlight } from "./single-flight.ts";

const DEAD_LETTERS = "photo-events-dlq";
/**
 * Photos of a batch handled at once: two, so that one's reads and writes overlap the other's decode. Four have the same throughput
 * and wait longer for the one thread (p95 of a thumbnail 160–280 against 140–180 ms). Memory is the codecs' own to ration.
 */
const PHOTOS_AT_ONCE = 2;

const codecs = createImageCodecs();
const webpFlights = new SingleFlight<WebpOutcome>();
const faceFlights = new SingleFlight<FaceCropOutcome>();

/** Reached over the gateway's service binding only. */
export class WebpMaker extends WorkerEntrypoint<ThumbnailerEnv> implements WebpMakerRpc {
  async makeWebp(request: unknown): Promise<WebpOutcome> {
    const wanted = WebpRequest.parse(request);
    const { db, bucket, now } = thumbnailerDeps(this.env);
    const { photoId, gen, widthPx } = wanted;
    const outcome = webpFlights.run(`${photoId}/${gen}/${widthPx}`, now(), () =>
      makeWebp({ db, bucket, codecs }, wanted),
    );
    // A caller that leaves must not take what others wait for with it, nor the memory it was admitted to.
    this.ctx.waitUntil(outcome.catch(() => {}));
    return await outcome;
  }
}

/** Reached over the gateway's service binding only. */
export class FaceCutter extends WorkerEntrypoint<ThumbnailerEnv> implements FaceCutterRpc {
  async cutFace(request: unknown): Promise<FaceCropOutcome> {
    const wanted = FaceCropRequest.parse(request);
    const { db, bucket, now } = thumbnailerDeps(this.env);
    const outcome = faceFlights.run(`${wanted.faceId}/${wanted.gen}`, now(), () =>
      cutFace({ db, bucket, codecs }, wanted),
    );
    this.ctx.waitUntil(outcome.catch(() => {}));
    return await outcome;
  }

  async makeFaceSource(request: unknown): Promise<FaceSourceOutcome> {
    return await makeFaceSource(codecs, FaceSourceRequest.parse(request));
  }
}

export default {
  async queue(batch, env) {
    const deps = thumbnailerDeps(env);
    const isDead = batch.queue === DEAD_LETTERS;
    await consume(batch.messages, R2Event, { queue: batch.queue, concurrency: PHOTOS_AT_ONCE }, async (event) => {
      const uploaded = toImageUploaded(event);
      if (uploaded === null) return { kind: "done", reason: `${event.action} of ${event.object.key} is not an upload` };
      const photo = photoOf(uploaded.body);
      return isDead ? await failDeadLetter(deps, photo, "thumbnail") : await makeThumbnails(deps, photo);
    });
  },
} satisfies ExportedHandler<ThumbnailerEnv>;

function thumbnailerDeps(env: ThumbnailerEnv): MakeThumbnailsDeps & { readonly codecs: ImageCodecs } {
  const now = () => Date.now();
  const faults = HELIOGRAPH_LOCAL_BUILD ? withFaults(env.LOCAL_FAULTS) : null;
  const db = databaseFor(env, "");
  return {
    db: faults?.database(db) ?? db,
    bucket: faults?.bucket(env.BUCKET) ?? env.BUCKET,
    codecs,
    progress: progressReporter(env.PROGRESS),
    forward: async (photo) => {
      await env.PHOTO_INDEX.send(photoThumbnailed(photo, uuidv7(), now()), { contentType: "json" });
    },
    now,
  };
}
