// A picture somebody searches with -> photos with such a face. Nothing of it is stored: the thumbnailer shrinks it, the embedder
// reads it, the people index compares it, and all three forget it.
import { AppError } from "../../shared/contracts/errors.ts";
import { FaceSourceOutcome } from "../../shared/contracts/face-crops.ts";
import type { UserId } from "../../shared/contracts/ids.ts";
import { FACE_SEARCH_MAX_BYTES } from "../../shared/contracts/limits.ts";
import type { FaceSearchResult } from "../../shared/contracts/people.ts";
import { FaceSearchOutcome } from "../../shared/contracts/people-index.ts";
import { findFaceCards } from "../../shared/db/people/people-queries.ts";
import { findPhotos } from "../../shared/db/photos/library-queries.ts";
import { toPhoto } from "../../shared/db/photos/photo-row.ts";
import { askWorker } from "./ask-worker.ts";
import type { GatewayDeps } from "./deps.ts";

type SearchDeps = Pick<GatewayDeps, "db" | "inspect" | "faceCutter" | "faceFinder" | "recognitionModel">;

/** @throws AppError when the picture is none, or the platform could not look at it just now */
export async function searchByFace(
  deps: SearchDeps,
  userId: UserId,
  image: Uint8Array<ArrayBuffer>,
  limit: number,
): Promise<FaceSearchResult> {
  if (image.length === 0) throw new AppError("empty-file", "The picture has no bytes.");
  if (image.length > FACE_SEARCH_MAX_BYTES)
    throw new AppError("file-too-large", `A picture to search with has at most ${FACE_SEARCH_MAX_BYTES} bytes.`);
  const inspection = deps.inspect(image);
  if (inspection.kind === "refused") throw new AppError(inspection.code, inspection.detail);
  if ((await deps.recognitionModel()) === null)
    throw new AppError("recognition-unavailable", "The models that recognise faces are not installed.");
  const jpeg = await toSource(deps, image);
  const { found, matches } = await ask(deps, userId, jpeg, limit);
  const [photos, faces] = await Promise.all([
    findPhotos(deps.db, userId, [...new Set(matches.map(({ photo }) => photo))]),
    findFaceCards(
      deps.db,
      userId,
      matches.map(({ face }) => face),
    ),
  ]);
  const byId = new Map(photos.map((row) => [row.id, row]));
  const items = matches.flatMap(({ photo, face, likelihood }) => {
    const [row, card] = [byId.get(photo), faces.get(face)];
    return row === undefined || card === undefined ? [] : [{ photo: toPhoto(row), face: card, likelihood }];
  });
  return { found, items };
}

async function toSource(deps: SearchDeps, image: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const outcome = await askWorker("The picture could not be read just now.", async () =>
    FaceSourceOutcome.parse(await deps.faceCutter.makeFaceSource({ image })),
  );
  if (outcome.kind === "done") return new Uint8Array(outcome.jpeg);
  throw outcome.reason === "too-large"
    ? new AppError("too-many-pixels", "The picture has more pixels than can be read.")
    : new AppError("unsupported-type", "The picture could not be read: it is damaged, or of a kind we do not read.");
}

async function ask(
  deps: SearchDeps,
  userId: UserId,
  jpeg: Uint8Array<ArrayBuffer>,
  limit: number,
): Promise<FaceSearchOutcome> {
  return await askWorker("The search could not be made just now.", async () =>
    FaceSearchOutcome.parse(await deps.faceFinder.searchByImage({ userId, jpeg, limit })),
  );
}
