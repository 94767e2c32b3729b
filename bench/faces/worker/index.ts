// Runs networks, or all that the embedder does with a photo, as often as asked. Never deployed: it keeps weights and a photo in
// memory, so that what is timed is the work alone, and it answers vectors, which the product lets nobody have.
import lockfile from "../../../models/lockfile.json";
import { createImageCodecs } from "../../../shared/codecs/index.ts";
import { createJpegPixels } from "../../../shared/codecs/jpeg-pixels.ts";
import { RENDITION_WIDTHS } from "../../../shared/contracts/limits.ts";
import { activeModels, ModelLockfile, modelId } from "../../../shared/contracts/models.ts";
import type { FaceEmbedder } from "../../../shared/inference/face-embedder.ts";
import { createInferenceSession, type InferenceSession } from "../../../shared/inference/inference-session.ts";
import { createOrtSession } from "../../../shared/inference/ort-session.ts";
import { createRecognitionEmbedder } from "../../../shared/inference/recognition-embedder.ts";
import {
  anyInput,
  DETECT_PX,
  type RenditionAnswer,
  SECOND_LOOK_PX,
  type WorkAnswer,
  type WorkRequest,
} from "./face-work.ts";

interface Faces {
  readonly detector: InferenceSession;
  readonly embedder: InferenceSession;
  readonly recognition: FaceEmbedder;
}

const models = activeModels(ModelLockfile.parse(lockfile));
const pixels = createJpegPixels();
const memories = rememberMemories();
const weights = new Map<string, Uint8Array>();
let photo: Uint8Array | null = null;
let faces: Promise<Faces> | null = null;

// biome-ignore lint/style/noDefaultExport: the entry of a Worker.
export default {
  async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const body = new Uint8Array(await request.arrayBuffer());
    if (pathname === "/weights") {
      weights.set(searchParams.get("role") ?? "", body);
      return new Response();
    }
    if (pathname === "/photo") {
      photo = body;
      return new Response();
    }
    faces ??= open(searchParams.get("runtime") ?? "");
    if (pathname === "/rendition") return Response.json(await renditionOf(await faces, body));
    if (pathname === "/faces") return Response.json(await observe(await faces, body));
    if (pathname === "/vector") return Response.json(await vectorOf(await faces, new Float32Array(body.buffer)));
    const asked = JSON.parse(new TextDecoder().decode(body)) as WorkRequest;
    for (let n = 0; n < asked.times; n++) await runOnce(await faces, asked);
    const wasmMemoryBytes = memories().reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
    return Response.json({ wasmMemoryBytes } satisfies WorkAnswer);
  },
};

async function open(runtime: string): Promise<Faces> {
  const session = async (role: string): Promise<InferenceSession> => {
    const model = weights.get(role);
    if (model === undefined) throw new Error(`no weights of the ${role}`);
    if (runtime === "kernels") {
      return createInferenceSession(model, (reason) => {
        throw new Error(`the kernels cannot run the ${role}: ${reason}`);
      });
    }
    return createOrtSession(model);
  };
  const [detector, embedder] = [await session("detector"), await session("embedder")];
  const recognition = createRecognitionEmbedder({
    modelId: modelId(models.embedder),
    detector: { session: detector, settings: models.detector.detector },
    embedder: { session: embedder, settings: models.embedder.embedder },
  });
  return { detector, embedder, recognition };
}

async function runOnce({ detector, embedder, recognition }: Faces, { work }: WorkRequest): Promise<void> {
  if (work === "photo") {
    if (photo === null) throw new Error("no photo");
    await recognition.embed([await pixels.decodeJpeg(photo)]);
    return;
  }
  const session = work === "embed" ? embedder : detector;
  const sidePx = { detect: DETECT_PX, "second-look": SECOND_LOOK_PX, embed: models.embedder.embedder.inputPx }[work];
  const shape = [1, 3, sidePx, sidePx];
  await session.run({ data: input(work, shape), shape });
}

async function vectorOf({ embedder }: Faces, data: Float32Array): Promise<readonly number[]> {
  const { inputPx } = models.embedder.embedder;
  const [vector = new Float32Array()] = Object.values(await embedder.run({ data, shape: [1, 3, inputPx, inputPx] }));
  return [...vector];
}

const inputs = new Map<string, Float32Array>();

function input(work: string, shape: readonly number[]): Float32Array {
  const made = inputs.get(work) ?? anyInput(shape);
  inputs.set(work, made);
  return made;
}

async function observe({ recognition }: Faces, rendition: Uint8Array) {
  const [found = []] = await recognition.embed([await pixels.decodeJpeg(rendition)]);
  return found.map((face) => ({ ...face, embedding: [...face.embedding] }));
}

/** The largest rendition as the thumbnailer makes it; null for what is no photo. */
async function renditionOf({ recognition }: Faces, original: Uint8Array<ArrayBuffer>): Promise<RenditionAnswer | null> {
  const open = async () => new Response(original).body as ReadableStream<Uint8Array>;
  const made = await createImageCodecs().makeRenditions({ sizeBytes: original.length, open });
  const rendition =
    made.kind === "done" ? made.renditions.find(({ widthPx }) => widthPx === RENDITION_WIDTHS[0]) : null;
  if (rendition === null || rendition === undefined) return null;
  const image = await pixels.decodeJpeg(rendition.bytes);
  const [found = []] = await recognition.embed([image]);
  return {
    base64: Buffer.from(rendition.bytes).toString("base64"),
    widthPx: image.widthPx,
    heightPx: image.heightPx,
    faces: found.length,
  };
}

/** Every wasm memory from here on, whoever makes it: by itself, or inside an instance that exports it. */
function rememberMemories(): () => readonly WebAssembly.Memory[] {
  const known = new Set<WebAssembly.Memory>();
  const { Memory, Instance } = WebAssembly;
  const remember = (made: object): object => {
    const memory = made instanceof Memory ? made : (made as WebAssembly.Instance).exports.memory;
    if (memory instanceof Memory) known.add(memory);
    return made;
  };
  const remembering = (target: object) =>
    new Proxy(target, { construct: (type, values, by) => remember(Reflect.construct(type as never, values, by)) });
  Reflect.set(WebAssembly, "Memory", remembering(Memory));
  Reflect.set(WebAssembly, "Instance", remembering(Instance));
  return () => [...known];
}
