// What becomes of news of pictures here: a line in the log. Whoever tells people takes them from the same queue.
import { consume } from "../../../shared/adapters/consume.ts";
import { log } from "../../../shared/adapters/log.ts";
import { ImageNews, isForeignMajor } from "../../../shared/contracts/messages.ts";

/** Nothing of it waits for anything. */
const NEWS_AT_ONCE = 1;

export async function hearNews(batch: MessageBatch<unknown>): Promise<void> {
  const isDead = batch.queue.endsWith("-dlq");
  // A dead letter has nowhere further to go, of whatever version it is.
  const options = { queue: batch.queue, concurrency: NEWS_AT_ONCE, ...(isDead ? {} : { isForeign: isForeignMajor }) };
  await consume(batch.messages, ImageNews, options, async ({ header, body }) => {
    log(isDead ? "error" : "info", isDead ? "image-news-lost" : "image-news", {
      type: header.message_type,
      photo: body.uuid,
      user: body.ownerId,
    });
    return { kind: "done" };
  });
}
