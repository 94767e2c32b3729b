// Has a missing WebP made by the thumbnailer, and says in the client's words what came of it.
import { log } from "../../shared/adapters/log.ts";
import { AppError } from "../../shared/contracts/errors.ts";
import { WebpOutcome, type WebpRequest } from "../../shared/contracts/webp.ts";
import { askWorker } from "./ask-worker.ts";
import type { GatewayDeps } from "./deps.ts";

/** Returns when it is stored. @throws AppError storage-unavailable (try again) or not-found */
export async function requestWebp({ webpMaker }: Pick<GatewayDeps, "webpMaker">, request: WebpRequest): Promise<void> {
  const outcome = await askWorker("The WebP could not be made just now; the JPEG is there.", async () =>
    WebpOutcome.parse(await webpMaker.makeWebp(request)),
  );
  switch (outcome.kind) {
    case "stored":
      return;
    case "gone":
      throw new AppError("not-found", "There is no such photo.");
    case "unmakeable":
      log("warn", "webp-unmakeable", { photo: request.photoId, width: request.widthPx, detail: outcome.detail });
      throw new AppError("not-found", "This photo has no WebP; its JPEG is there.");
  }
}
