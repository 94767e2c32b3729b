// Has a missing face crop made by the thumbnailer, and says in the client's words what came of it.
import { log } from "../../shared/adapters/log.ts";
import { AppError } from "../../shared/contracts/errors.ts";
import { FaceCropOutcome, type FaceCropRequest } from "../../shared/contracts/face-crops.ts";
import { askWorker } from "./ask-worker.ts";
import type { GatewayDeps } from "./deps.ts";

/** Returns when it is stored. @throws AppError storage-unavailable (try again) or not-found */
export async function requestFaceCrop(
  { faceCutter }: Pick<GatewayDeps, "faceCutter">,
  request: FaceCropRequest,
): Promise<void> {
  const outcome = await askWorker("The picture of this face could not be made just now.", async () =>
    FaceCropOutcome.parse(await faceCutter.cutFace(request)),
  );
  if (outcome.kind === "stored") return;
  if (outcome.kind === "unmakeable")
    log("warn", "face-crop-unmakeable", { face: request.faceId, detail: outcome.detail });
  throw new AppError("not-found", "There is no picture of this face.");
}
