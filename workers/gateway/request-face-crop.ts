// Has a missing face crop made by the thumbnailer, and says in the client's words what came of it.
import { log } from "../../shared/adapters/log.ts";
import { AppError } from "../../shared/contracts/errors.ts";
import { FaceCropOutcome, type FaceCropRequest } from "../../shared/contracts/face-crops.ts";
import type { GatewayDeps } from "./deps.ts";

/** Returns when it is stored. @throws AppError storage-unavailable (try again) or not-found */
export async function requestFaceCrop(
  { faceCutter }: Pick<GatewayDeps, "faceCutter">,
  request: FaceCropRequest,
): Promise<void> {
  let outcome: FaceCropOutcome;
  try {
    outcome = FaceCropOutcome.parse(await faceCutter.cutFace(request));
  } catch (cause) {
    throw new AppError("storage-unavailable", "The picture of this face could not be made just now.", {
      cause,
      headers: { "retry-after": "2" },
    });
  }
  if (outcome.kind === "stored") return;
  if (outcome.kind === "unmakeable")
    log("warn", "face-crop-unmakeable", { face: request.faceId, detail: outcome.detail });
  throw new AppError("not-found", "There is no picture of this face.");
}
