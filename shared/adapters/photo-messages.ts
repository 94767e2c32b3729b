// Messages we publish ourselves, in the envelope of contracts/messages.ts.
import type { PhotoThumbnailed } from "../contracts/messages.ts";
import type { PhotoKey } from "../db/photos/stage-statements.ts";

/** The photo a message is about, as the statements address it. */
export function photoOf(body: PhotoThumbnailed["body"]): PhotoKey {
  return { photoId: body.photoId, userId: body.ownerId, gen: body.gen };
}

/** The message that starts the index stage. */
export function photoThumbnailed(photo: PhotoKey, messageId: string, now: number): PhotoThumbnailed {
  return {
    header: {
      message_type: "PHOTO_THUMBNAILED",
      version: "1.0.0",
      message_id: messageId,
      occurred_at: new Date(now).toISOString(),
      attempt: 1,
    },
    body: { photoId: photo.photoId, ownerId: photo.userId, gen: photo.gen } as PhotoThumbnailed["body"],
    destination: "index",
  };
}
