// Entry: the transformer. The gateway's requests for pictures, and a queue of versions people want to keep.
import { WorkerEntrypoint } from "cloudflare:workers";
import { uuidv7 } from "uuidv7";
import { consume } from "../../shared/adapters/consume.ts";
import { withFaults } from "../../shared/adapters/local-faults.ts";
import { avifEncoder } from "../../shared/codecs/avif-encoder-module.ts";
import { ditherModule } from "../../shared/codecs/dither-module.ts";
import { engineModule } from "../../shared/codecs/engine/engine-module.ts";
import { pixelsModule } from "../../shared/codecs/pixels/pixels-module.ts";
import { wasmModules } from "../../shared/codecs/wasm-modules.ts";
import { isForeignMajor, VersionWanted } from "../../shared/contracts/messages.ts";
import { type RendererRpc, type RenderOutcome, RenderRequest } from "../../shared/contracts/renders.ts";
import { databaseFor } from "../../shared/db/database-for.ts";
import type { TransformerEnv } from "./env.ts";
import { failDeadVersion, type MakeVersionDeps, makeVersion } from "./make-version.ts";
import { createRenderCodecs } from "./render-codecs.ts";
import { type RenderPhotoDeps, renderPhoto } from "./render-photo.ts";

const DEAD_LETTERS = "photo-renders-dlq";

const codecs = createRenderCodecs({
  ...wasmModules,
  avifEncoder,
  engine: engineModule,
  pixels: pixelsModule,
  dither: ditherModule,
});

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
  async queue(batch, env) {
    const deps = versionDeps(env);
    const isDead = batch.queue === DEAD_LETTERS;
    // A dead letter has nowhere further to go, of whatever version it is.
    const options = { queue: batch.queue, concurrency: 1, ...(isDead ? {} : { isForeign: isForeignMajor }) };
    await consume(batch.messages, VersionWanted, options, ({ body }) =>
      isDead ? failDeadVersion(deps, body) : makeVersion(deps, body),
    );
  },
} satisfies ExportedHandler<TransformerEnv>;

function versionDeps(env: TransformerEnv): MakeVersionDeps {
  const deps = renderDeps(env);
  return {
    db: deps.db,
    bucket: deps.bucket,
    render: (request) => renderPhoto(deps, request),
    sendNews: async (news) => {
      await env.IMAGE_NEWS.send(news, { contentType: "json" });
    },
    newId: uuidv7,
    now: () => Date.now(),
  };
}

function renderDeps(env: TransformerEnv): RenderPhotoDeps {
  const faults = HELIOGRAPH_LOCAL_BUILD ? withFaults(env.LOCAL_FAULTS) : null;
  const db = databaseFor(env, "");
  return { db: faults?.database(db) ?? db, bucket: faults?.bucket(env.BUCKET) ?? env.BUCKET, codecs };
}
