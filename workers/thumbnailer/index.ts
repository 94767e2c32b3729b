// Entry: the thumbnailer. One queue of R2 events in, one of PHOTO_THUMBNAILED out, and the dead letters of the first.
import { uuidv7 } from "uuidv7";
import { consume } from "../../shared/adapters/consume.ts";
import { failDeadLetter } from "../../shared/adapters/fail-dead-letter.ts";
import { withFaults } from "../../shared/adapters/local-faults.ts";
import { photoOf, photoThumbnailed } from "../../shared/adapters/photo-messages.ts";
import { progressReporter } from "../../shared/adapters/progress.ts";
import { toImageUploaded } from "../../shared/adapters/r2-events.ts";
import { createImageCodecs } from "../../shared/codecs/index.ts";
import { R2Event } from "../../shared/contracts/messages.ts";
import { databaseFor } from "../../shared/db/database-for.ts";
import type { ThumbnailerEnv } from "./env.ts";
import { type MakeThumbnailsDeps, makeThumbnails } from "./make-thumbnails.ts";

const DEAD_LETTERS = "photo-events-dlq";
/** Photos of a batch handled at once: all of them, because the codecs themselves let through only as many as memory holds. */
const PHOTOS_AT_ONCE = 4;

const codecs = createImageCodecs();

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

function thumbnailerDeps(env: ThumbnailerEnv): MakeThumbnailsDeps {
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
