// Entry: the transformer. The gateway's requests for pictures, and a queue of versions people want to keep.
import { WorkerEntrypoint } from "cloudflare:workers";
import { withFaults } from "../../shared/adapters/local-faults.ts";
import { avifEncoder } from "../../shared/codecs/avif-encoder-module.ts";
import { engineModule } from "../../shared/codecs/engine/engine-module.ts";
import { pixelsModule } from "../../shared/codecs/pixels/pixels-module.ts";
import { wasmModules } from "../../shared/codecs/wasm-modules.ts";
import { type RendererRpc, type RenderOutcome, RenderRequest } from "../../shared/contracts/renders.ts";
import { databaseFor } from "../../shared/db/database-for.ts";
import type { TransformerEnv } from "./env.ts";
import { createRenderCodecs } from "./render-codecs.ts";
import { type RenderPhotoDeps, renderPhoto } from "./render-photo.ts";

const codecs = createRenderCodecs({ ...wasmModules, avifEncoder, engine: engineModule, pixels: pixelsModule });

/** Reached over the gateway's service binding only. */
export class Renderer extends WorkerEntrypoint<TransformerEnv> implements RendererRpc {
  async render(request: unknown): Promise<RenderOutcome> {
    const outcome = renderPhoto(renderDeps(this.env), RenderRequest.parse(request));
    // A caller that leaves must not take the memory it was admitted to with it.
    this.ctx.waitUntil(outcome.catch(() => {}));
    return await outcome;
  }
}

export default {
  async queue(batch) {
    batch.retryAll();
  },
} satisfies ExportedHandler<TransformerEnv>;

function renderDeps(env: TransformerEnv): RenderPhotoDeps {
  const faults = HELIOGRAPH_LOCAL_BUILD ? withFaults(env.LOCAL_FAULTS) : null;
  const db = databaseFor(env, "");
  return { db: faults?.database(db) ?? db, bucket: faults?.bucket(env.BUCKET) ?? env.BUCKET, codecs };
}
