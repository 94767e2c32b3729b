// Opaque cursors of the users' listing: the account after which to go on, versioned, in URL-safe base64.
import { base64url } from "jose";
import { z } from "zod";
import { AppError } from "../../../shared/contracts/errors.ts";
import type { UsersCursor } from "../../../shared/db/identity/admin-queries.ts";

const Encoded = z.tuple([z.literal(1), z.int().min(0), z.string().max(100)]);

export function encodeUsersCursor({ createdAt, id }: UsersCursor): string {
  return base64url.encode(JSON.stringify([1, createdAt, id]));
}

/** @throws AppError invalid-cursor */
export function decodeUsersCursor(cursor: string): UsersCursor {
  try {
    const [, createdAt, id] = Encoded.parse(JSON.parse(new TextDecoder().decode(base64url.decode(cursor))));
    return { createdAt, id };
  } catch (cause) {
    throw new AppError("invalid-cursor", "The cursor is not one that this listing gave out.", { cause });
  }
}
