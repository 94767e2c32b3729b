// A box somebody drew around a face: the embedder looks and stores, then the people index gives the face to whom was said.
import { AppError } from "../../shared/contracts/errors.ts";
import type { PhotoId, UserId } from "../../shared/contracts/ids.ts";
import type { DrawFace, PeopleChange } from "../../shared/contracts/people.ts";
import { DrawFaceOutcome } from "../../shared/contracts/people-index.ts";
import { findActionByKey } from "../../shared/db/people/action-queries.ts";
import { survivorsOf } from "../../shared/db/people/people-queries.ts";
import { findDrawnFace } from "../../shared/db/photos/index-statements.ts";
import { findPhoto } from "../../shared/db/photos/library-queries.ts";
import { askWorker } from "./ask-worker.ts";
import { changePeople } from "./decide-people.ts";
import type { GatewayDeps } from "./deps.ts";

/** Safe to repeat: the same box in the same photo is the same face. What is refused leaves no face behind. */
export async function drawFace(
  deps: Pick<GatewayDeps, "db" | "people" | "faceFinder" | "newId">,
  userId: UserId,
  photoId: PhotoId,
  drawn: DrawFace,
  requestKey: string | undefined,
): Promise<PeopleChange> {
  const photo = await findPhoto(deps.db, photoId, userId);
  if (photo === null || photo.lifecycle !== "stored") throw new AppError("not-found", "There is no such photo.");
  if (photo.thumbnailState !== "done")
    throw new AppError("not-ready", "The photo has no picture yet that a face could be drawn on.");
  const { person, name, box } = drawn;
  if (person !== null && person !== "new" && !(await survivorsOf(deps.db, userId, [person])).has(person))
    throw new AppError("not-found", "There is no such person.");
  const place = { userId, photoId, gen: photo.gen };
  const isKeyUsed = requestKey !== undefined && (await findActionByKey(deps.db, userId, requestKey)) !== null;
  if (isKeyUsed && (await findDrawnFace(deps.db, place, box)) === null)
    throw new AppError("idempotency-conflict", "This Idempotency-Key was used for something else.");
  const outcome = await askWorker("The face could not be looked at just now.", async () =>
    DrawFaceOutcome.parse(await deps.faceFinder.drawFace({ ...place, box })),
  );
  if (outcome.kind === "gone")
    throw new AppError("not-found", "The photo was deleted or changed meanwhile, or recognition was turned off.");
  const assign = { person, ...(name === undefined ? {} : { name }) };
  return await changePeople(deps, userId, { kind: "draw", face: outcome.faceId, assign }, requestKey);
}
