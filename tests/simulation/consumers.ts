// The queue consumers: what workers/thumbnailer/index.ts and workers/embedder/index.ts do with a batch, around the same
// real functions. Their entries cannot be imported here, because they bundle codecs and a model runtime.
import { consume, type Outcome } from "../../shared/adapters/consume.ts";
import { failDeadLetter } from "../../shared/adapters/fail-dead-letter.ts";
import { photoOf } from "../../shared/adapters/photo-messages.ts";
import { toImageUploaded } from "../../shared/adapters/r2-events.ts";
import { PhotoThumbnailed, R2Event } from "../../shared/contracts/messages.ts";
import type { StageName } from "../../shared/contracts/photos.ts";
import type { PhotoKey } from "../../shared/db/photos/stage-statements.ts";
import { embedFaces } from "../../workers/embedder/embed-faces.ts";
import { makeThumbnails } from "../../workers/thumbnailer/make-thumbnails.ts";
import type { FakeQueue } from "./fake-queue.ts";
import { fakeVault } from "./fake-vault.ts";
import type { Platform } from "./platform.ts";
import { fakeCodecs, fakeEmbedder, fakePixels } from "./sample-photos.ts";
import type { Process } from "./scheduler.ts";

const BATCH_MAX_MESSAGES = 4;

/** Hands a batch of a queue to a new invocation of its consumer. */
export function deliverBatch(platform: Platform, queue: FakeQueue): void {
  const process = platform.scheduler.start(queue.name, null, platform.now);
  const delivery = queue.deliver(
    platform.random,
    platform.now,
    1 + platform.random.int(BATCH_MAX_MESSAGES),
    platform.rates.deliveryDuplicate,
  );
  platform.trace.step(
    3,
    () =>
      `** ${queue.name} delivers ${delivery.messages.map(({ id, attempts }) => `${id} (attempt ${attempts})`).join(", ")} to #${process.id}`,
  );
  process.onDeath = () => delivery.abort(platform.now);
  const options = { queue: queue.name, concurrency: 1 };
  const handled = queue.name.startsWith("photo-events")
    ? consume(delivery.messages, R2Event, options, async (event) => {
        const uploaded = toImageUploaded(event);
        if (uploaded === null) return { kind: "done", reason: "not an upload" };
        return await handle(platform, process, queue, "thumbnail", photoOf(uploaded.body));
      })
    : consume(delivery.messages, PhotoThumbnailed, options, async ({ body }) => {
        return await handle(platform, process, queue, "index", photoOf(body));
      });
  handled.then(
    () => {
      if (process.isDead) return;
      platform.scheduler.end(process);
      delivery.settle(platform.now);
    },
    (cause) => platform.violate("lawful-calls", `consume() rejected: ${String(cause)}`),
  );
}

async function handle(
  platform: Platform,
  process: Process,
  queue: FakeQueue,
  stage: StageName,
  photo: PhotoKey,
): Promise<Outcome> {
  process.actor = photo.userId;
  const call = platform.scheduler.callsOf(process);
  const deps = {
    db: platform.stores.database.binding(call),
    bucket: platform.bucket.binding(call),
    codecs: fakeCodecs(platform.decoded),
    progress: platform.progress(call),
    forward: (key: PhotoKey) => {
      forwarded = true;
      return platform.forward(call, key);
    },
    embedder: async () => fakeEmbedder(platform.modelId),
    newId: platform.newId,
    now: () => platform.now,
  };
  let forwarded = false;
  const outcome = queue.name.endsWith("-dlq")
    ? await failDeadLetter(deps, photo, stage)
    : stage === "thumbnail"
      ? await makeThumbnails(deps, photo)
      : await embedFaces(
          {
            ...deps,
            codecs: fakePixels,
            vault: (owner) => fakeVault(deps.bucket, owner, platform.newId),
            preset: platform.preset,
            announce: () => {},
          },
          photo,
        );
  platform.count(
    `${queue.name}: ${outcome.kind}${outcome.reason === undefined ? "" : ` ${outcome.reason.replace(/ \(attempt.*/, "")}`}${forwarded && outcome.reason !== undefined ? ", forwarded" : ""}`,
  );
  return outcome;
}
