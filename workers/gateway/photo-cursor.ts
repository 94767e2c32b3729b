// Opaque cursors of the photo listing: the position after the last item, versioned, in URL-safe base64.
import { base64url } from "jose";
import { z } from "zod";
import { AppError } from "../../shared/contracts/errors.ts";
import { PhotoId } from "../../shared/contracts/ids.ts";
import type { PhotoCursor } from "../../shared/db/photos/library-queries.ts";

const Encoded = z.tuple([z.literal(1), z.int().min(0), PhotoId]);

export function encodeCursor({ createdAt, id }: PhotoCursor): string {
  return base64url.encode(JSON.stringify([1, createdAt, id]));
}

/** @throws AppError invalid-cursor */
export function decodeCursor(cursor: string): PhotoCursor {
  try {
    const [, createdAt, id] = Encoded.parse(JSON.parse(new TextDecoder().decode(base64url.decode(cursor))));
    return { createdAt, id };
  } catch (cause) {
    throw new AppError("invalid-cursor", "The cursor is not one that this listing gave out.", { cause });
  }
}
