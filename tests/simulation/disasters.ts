// What no protocol prevents: bytes that vanish from R2, a row that vanishes with an older backup of the database, and
// messages nobody should have sent. The platform must repair them, or at least end and say so.
import { originalKey, renditionKey } from "../../shared/adapters/objects.ts";
import { photoThumbnailed } from "../../shared/adapters/photo-messages.ts";
import { putObjectEvent } from "../../shared/adapters/r2-events.ts";
import { RENDITION_WIDTHS } from "../../shared/contracts/limits.ts";
import type { Platform } from "./platform.ts";

export function causeDisaster(platform: Platform): void {
  const { random, stores, bucket, damaged } = platform;
  const photos = [...stores.monitor.photos.values()].filter(({ lifecycle }) => lifecycle === "stored");
  if (photos.length === 0) return;
  const photo = random.pick(photos);
  const owner = { userId: photo.userId, photoId: photo.id, gen: photo.gen };
  const kind = random.pick(["rendition", "renditions", "row", "row", "original"] as const);
  // A row is only lost when its photo can be made from what is left.
  if (kind === "row" && (platform.rowsLost.has(photo.id) || !bucket.objects.has(originalKey(owner)))) return;
  if (kind === "row") platform.rowsLost.add(photo.id);
  damaged.add(photo.id);
  platform.count(`disaster: ${kind} lost`);
  platform.trace.step(7, () => `!! disaster: ${kind} of ${photo.id} lost`);
  if (kind === "original") platform.originalsLost.add(photo.id);
  if (kind === "original") bucket.objects.delete(originalKey(owner));
  else if (kind === "row")
    stores.database.single(`DELETE FROM photos WHERE id = ?1`, [photo.id], (statement, params) =>
      statement.run(...params),
    );
  else
    for (const widthPx of kind === "renditions" ? RENDITION_WIDTHS : [random.pick(RENDITION_WIDTHS)])
      bucket.objects.delete(renditionKey(owner, widthPx));
}

/** Another generation, another owner, no such photo, too early, or not about an upload at all. */
export function sendStrayMessage(platform: Platform): void {
  const { random, stores, users, thumbnailQueue, indexQueue, now } = platform;
  const photos = [...stores.monitor.photos.values()];
  const photo = photos.length > 0 ? random.pick(photos) : null;
  const kind = random.pick(["generation", "owner", "unknown", "again", "delete", "nonsense", "future"] as const);
  const owner = {
    userId:
      kind === "owner" ? (users.find((id) => id !== photo?.userId) as string) : (photo?.userId ?? (users[0] as string)),
    photoId: kind === "unknown" || photo === null ? platform.newId() : photo.id,
    gen: (photo?.gen ?? 1) + (kind === "generation" ? 1 : 0),
  };
  platform.trace.step(8, () => `!! a stray message: ${kind}, ${owner.photoId}`);
  if (kind === "nonsense") {
    random.pick([thumbnailQueue, indexQueue]).send({ hello: "world" }, now);
    return;
  }
  if (kind === "future") {
    const message = photoThumbnailed(owner, platform.newId(), now);
    indexQueue.send({ ...message, header: { ...message.header, version: "2.0.0" } }, now);
    return;
  }
  if (random.chance(0.5)) {
    indexQueue.send(photoThumbnailed(owner, platform.newId(), now), now);
    return;
  }
  // An event proves that bytes came; only photos whose bytes did come get one of their own.
  if (kind === "again" && !platform.bucket.objects.has(originalKey(owner))) return;
  const event = putObjectEvent(
    "heliograph-photos",
    { key: originalKey(owner), size: 1, etag: "stray" },
    now,
    "account",
  );
  thumbnailQueue.send(
    kind === "delete" ? { ...event, action: "DeleteObject", object: { key: event.object.key } } : event,
    now,
  );
}
