// Renders kept photos as often as asked. Never deployed: it keeps originals in memory, so that what is timed is the engine alone.
import engineModule from "../../../shared/kernels/engine/engine.wasm";
import { EngineRenderer, type RenderablePhoto } from "../engine-renderer.ts";
import type { RenderRequest } from "./render-request.ts";

let renderer: EngineRenderer | null = null;
let photo: RenderablePhoto | null = null;

// biome-ignore lint/style/noDefaultExport: the entry of a Worker.
export default {
  async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/photo") {
      const coding = searchParams.get("coding") as RenderablePhoto["coding"];
      const orientation = Number(searchParams.get("orientation"));
      photo = { bytes: new Uint8Array(await request.arrayBuffer()), coding, orientation };
      return new Response();
    }
    if (pathname === "/fresh") {
      renderer = new EngineRenderer(engineModule);
      return new Response();
    }
    if (photo === null) return new Response("no photo", { status: 409 });
    const { sizes, times } = (await request.json()) as RenderRequest;
    renderer ??= new EngineRenderer(engineModule);
    let sizeBytes = 0;
    for (let n = 0; n < times; n++) {
      const rendered = await renderer.render(photo, sizes);
      sizeBytes = rendered.reduce((total, { length }) => total + length, 0);
    }
    return Response.json({ sizeBytes, memoryBytes: renderer.memoryBytes });
  },
};
