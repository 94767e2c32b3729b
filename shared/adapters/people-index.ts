// Reaching the people index of a user. New faces are announced as a hint: what is lost, `reconcile` from the sweep finds.
import type { PhotoId, UserId } from "../contracts/ids.ts";
import type { PeopleIndexRpc } from "../contracts/people-index.ts";
import { errorText, log } from "./log.ts";

/** The slice of a Durable Object namespace this needs; typed so because the class lives in another Worker's script. */
export interface PeopleNamespace {
  getByName(name: string): PeopleIndexRpc;
}

/** Objects are named on the server, from the authenticated user. */
export function peopleIndexName(userId: string): string {
  return `u:${userId}`;
}

export function peopleIndexOf(namespace: PeopleNamespace, userId: UserId): PeopleIndexRpc {
  return namespace.getByName(peopleIndexName(userId));
}

/** Tells the owner's index that faces of these photos are in the database. Never fails a stage. */
export async function announceFaces(
  namespace: PeopleNamespace,
  userId: UserId,
  photoIds: readonly PhotoId[],
): Promise<void> {
  if (photoIds.length === 0) return;
  try {
    await peopleIndexOf(namespace, userId).take(userId, photoIds);
  } catch (cause) {
    log("warn", "faces-announcement-lost", { user: userId, cause: errorText(cause) });
  }
}
