// Renders kept photos as often as asked. Never deployed: it keeps originals in memory, so that what is timed is the pipeline alone.
import { avifEncoder } from "../../../shared/codecs/avif-encoder-module.ts";
import { ditherModule } from "../../../shared/codecs/dither-module.ts";
import { engineModule } from "../../../shared/codecs/engine/engine-module.ts";
import { pixelsModule } from "../../../shared/codecs/pixels/pixels-module.ts";
import { wasmModules } from "../../../shared/codecs/wasm-modules.ts";
import { runPipeline } from "../../../workers/transformer/pipeline.ts";
import { createRenderCodecs } from "../../../workers/transformer/render-codecs.ts";
import type { BenchRequest } from "./bench-request.ts";

const codecs = createRenderCodecs({
  ...wasmModules,
  avifEncoder,
  engine: engineModule,
  pixels: pixelsModule,
  dither: ditherModule,
});
const kept = new Map<string, Uint8Array<ArrayBuffer>>();

const sourceOf = (name: string) => {
  const bytes = kept.get(name);
  if (bytes === undefined) throw new Error(`Expected a kept picture. Got ${name}.`);
  return { sizeBytes: bytes.length, open: async () => streamOf(bytes) };
};

/** Bytes at once, as the transformer reads them from storage. */
const CHUNK_BYTES = 64 * 1024;

/** Views of what is in memory: sharp is given a buffer, too. */
function streamOf(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(at, at + CHUNK_BYTES));
      at += CHUNK_BYTES;
    },
  });
}

// biome-ignore lint/style/noDefaultExport: the entry of a Worker.
export default {
  async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/keep") {
      kept.set(searchParams.get("name") ?? "", new Uint8Array(await request.arrayBuffer()));
      return new Response();
    }
    const { name, photo, transform, watermark, times } = (await request.json()) as BenchRequest;
    let bytes: Uint8Array = new Uint8Array(0);
    for (let n = 0; n < times; n++) {
      const made = await runPipeline(codecs, sourceOf(name), {
        transform,
        photo,
        focus: [],
        redact: [],
        watermark: watermark === null ? null : async () => sourceOf(watermark),
      });
      if (made.kind !== "done") return Response.json(made, { status: 422 });
      bytes = made.bytes;
    }
    return Response.json({ sizeBytes: bytes.length, base64: pathname === "/show" ? btoaOf(bytes) : null });
  },
};

function btoaOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
