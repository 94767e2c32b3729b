// Opaque cursors of people, faces and history: the position after the last item, versioned, in URL-safe base64.
import { base64url } from "jose";
import { z } from "zod";
import { AppError } from "../../shared/contracts/errors.ts";
import { FaceId, PeopleActionId, PersonId } from "../../shared/contracts/ids.ts";
import type { ActionCursor } from "../../shared/db/people/action-queries.ts";
import type { FaceCursor, PersonCursor } from "../../shared/db/people/people-queries.ts";

const People = z.tuple([z.literal("people"), z.int().min(0).max(1), z.int().min(0), PersonId]);
const Faces = z.tuple([z.literal("faces"), z.number(), FaceId]);
const History = z.tuple([z.literal("history"), z.int().min(0), PeopleActionId]);

export function encodePersonCursor({ isUnnamed, photos, id }: PersonCursor): string {
  return encode(["people", isUnnamed, photos, id]);
}

/** @throws AppError invalid-cursor */
export function decodePersonCursor(cursor: string | undefined): PersonCursor | null {
  const decoded = decode(People, cursor);
  return decoded === null ? null : { isUnnamed: decoded[1], photos: decoded[2], id: decoded[3] };
}

export function encodeFaceCursor({ rank, id }: FaceCursor): string {
  return encode(["faces", rank, id]);
}

/** @throws AppError invalid-cursor */
export function decodeFaceCursor(cursor: string | undefined): FaceCursor | null {
  const decoded = decode(Faces, cursor);
  return decoded === null ? null : { rank: decoded[1], id: decoded[2] };
}

export function encodeActionCursor({ createdAt, id }: ActionCursor): string {
  return encode(["history", createdAt, id]);
}

/** @throws AppError invalid-cursor */
export function decodeActionCursor(cursor: string | undefined): ActionCursor | null {
  const decoded = decode(History, cursor);
  return decoded === null ? null : { createdAt: decoded[1], id: decoded[2] };
}

function encode(position: readonly (string | number)[]): string {
  return base64url.encode(JSON.stringify(position));
}

function decode<Position>(schema: z.ZodType<Position>, cursor: string | undefined): Position | null {
  if (cursor === undefined) return null;
  try {
    return schema.parse(JSON.parse(new TextDecoder().decode(base64url.decode(cursor))));
  } catch (cause) {
    throw new AppError("invalid-cursor", "The cursor is not one that this listing gave out.", { cause });
  }
}
