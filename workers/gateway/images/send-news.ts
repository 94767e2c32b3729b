// The upload service's messages. At least once: who is told that it did not work asks again, and the same is said again.
import { imageNews, type NewsBody, type NewsType } from "../../../shared/adapters/photo-messages.ts";
import { askWorker } from "../ask-worker.ts";
import type { GatewayDeps } from "../deps.ts";

export type NewsDeps = Pick<GatewayDeps, "sendNews" | "newId" | "now">;

/** @throws AppError storage-unavailable */
export async function sendNews<Type extends NewsType>(deps: NewsDeps, type: Type, body: NewsBody<Type>): Promise<void> {
  await askWorker("It is done, but could not be announced; ask again.", () =>
    deps.sendNews(imageNews(type, body, deps.newId(), deps.now())),
  );
}
