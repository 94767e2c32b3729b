// An original in, its faces out, by the product's own steps: the 1280 rendition as the thumbnailer makes it, read by the embedder.
// Never deployed: it answers vectors, which the product lets nobody have.
import { createImageCodecs } from "../../../shared/codecs/index.ts";
import { createJpegPixels } from "../../../shared/codecs/jpeg-pixels.ts";
import { RENDITION_WIDTHS } from "../../../shared/contracts/limits.ts";
import { ModelLockfile } from "../../../shared/contracts/models.ts";
import {
  createFaceEmbedder,
  type FaceEmbedderSource,
  type RgbaImage,
} from "../../../shared/inference/face-embedder.ts";
import type { FaceAnswer } from "./face-answer.ts";

const codecs = createImageCodecs();
const pixels = createJpegPixels();
const weights = new Map<string, ArrayBuffer>();
let embedders: FaceEmbedderSource | null = null;

// biome-ignore lint/style/noDefaultExport: the entry of a Worker.
export default {
  async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/lockfile") {
      const lockfile = ModelLockfile.parse(await request.json());
      weights.clear();
      embedders = createFaceEmbedder({ read: async (sha256) => weights.get(sha256) ?? null }, lockfile);
      return new Response();
    }
    if (pathname.startsWith("/weights/")) {
      weights.set(pathname.slice("/weights/".length), await request.arrayBuffer());
      return new Response();
    }
    if (embedders === null) return new Response("no lockfile", { status: 409 });
    const body = new Uint8Array(await request.arrayBuffer());
    if (pathname !== "/pixels") return Response.json(await facesIn(embedders, body));
    const [widthPx, heightPx] = [Number(searchParams.get("width")), Number(searchParams.get("height"))];
    return Response.json(await facesOf(embedders, { widthPx, heightPx, data: body }));
  },
};

async function facesIn(source: FaceEmbedderSource, original: Uint8Array<ArrayBuffer>): Promise<FaceAnswer> {
  const open = async () => new Response(original).body as ReadableStream<Uint8Array>;
  const made = await codecs.makeRenditions({ sizeBytes: original.length, open });
  if (made.kind !== "done") return { kind: "unreadable", reason: `${made.kind}: ${made.reason}` };
  const rendition = made.renditions.find(({ widthPx }) => widthPx === RENDITION_WIDTHS[0]);
  if (rendition === undefined) throw new Error("the largest rendition is missing");
  return await facesOf(source, await pixels.decodeJpeg(rendition.bytes));
}

async function facesOf(source: FaceEmbedderSource, image: RgbaImage): Promise<FaceAnswer> {
  const embedder = await source.get();
  const [faces = []] = await embedder.embed([image]);
  return {
    kind: "read",
    modelId: embedder.modelId,
    widthPx: image.widthPx,
    heightPx: image.heightPx,
    faces: faces.map((face) => ({ ...face, embedding: [...face.embedding] })),
  };
}
