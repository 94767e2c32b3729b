// Entry: the transformer. The gateway's requests for pictures, and a queue of versions people want to keep.
import { WorkerEntrypoint } from "cloudflare:workers";
import { type RendererRpc, type RenderOutcome, RenderRequest } from "../../shared/contracts/renders.ts";
import type { TransformerEnv } from "./env.ts";

/** Reached over the gateway's service binding only. */
export class Renderer extends WorkerEntrypoint<TransformerEnv> implements RendererRpc {
  async render(request: unknown): Promise<RenderOutcome> {
    const { key } = RenderRequest.parse(request);
    return { kind: "unmakeable", reason: "unsupported", detail: `the pipeline is not there yet (${key})` };
  }
}

export default {
  async queue(batch) {
    batch.retryAll();
  },
} satisfies ExportedHandler<TransformerEnv>;
