// The same networks by onnxruntime-node, with everything around them as in the product: codec kernels, letterbox, alignment.

import { readModelLockfile } from "../../models/lockfile.ts";
import { decodeJpegPixels } from "../../shared/codecs/engine/decode-jpeg-pixels.ts";
import { EnginePool } from "../../shared/codecs/engine/engine-pool.ts";
import { activeModels, modelId } from "../../shared/contracts/models.ts";
import type { InferenceSession } from "../../shared/inference/inference-session.ts";
import { createRecognitionEmbedder } from "../../shared/inference/recognition-embedder.ts";
import { alignFace } from "../../shared/kernels/face-align.ts";
import { chwNormalise } from "../../shared/kernels/tensor.ts";
import { medianOf } from "../thumbs/measure.ts";
import type { FaceModels, NativeContender } from "./face-contender.ts";
import type { NativeRuntime } from "./native-runtime.ts";
import { anyInput, DETECT_PX, SECOND_LOOK_PX } from "./worker/face-work.ts";

const WARM_UP_RUNS = 5;
/** Runs of a sample. */
const RUNS = 10;

export async function startNativeFaces(
  runtime: NativeRuntime,
  engine: WebAssembly.Module,
  models: FaceModels,
  photo: Uint8Array<ArrayBuffer>,
): Promise<NativeContender> {
  const records = activeModels(readModelLockfile());
  const detector = await runtime.createSession(models.detector);
  const embedder = await runtime.createSession(models.embedder);
  const engines = new EnginePool(engine);
  const recognition = createRecognitionEmbedder({
    modelId: modelId(records.embedder),
    detector: { session: detector, settings: records.detector.detector },
    embedder: { session: embedder, settings: records.embedder.embedder },
  });
  const settings = records.embedder.embedder;
  const { inputPx, template } = settings;
  const runOf = (session: InferenceSession, sidePx: number) => {
    const shape = [1, 3, sidePx, sidePx];
    const data = anyInput(shape);
    return () => session.run({ data, shape });
  };
  const work = {
    detect: runOf(detector, DETECT_PX),
    "second-look": runOf(detector, SECOND_LOOK_PX),
    embed: runOf(embedder, inputPx),
    photo: async () => recognition.embed([await decodeJpegPixels(engines, photo)]),
  };
  for (const run of Object.values(work)) for (let n = 0; n < WARM_UP_RUNS; n++) await run();
  return {
    name: "onnxruntime-node, one thread",
    async cpuMsOf(what) {
      const samples: number[] = [];
      for (let n = 0; n < RUNS; n++) {
        const before = process.cpuUsage();
        await work[what]();
        const { user, system } = process.cpuUsage(before);
        samples.push((user + system) / 1000);
      }
      return medianOf(samples);
    },
    async facesIn(rendition) {
      const [faces = []] = await recognition.embed([await decodeJpegPixels(engines, rendition)]);
      return faces.map((face) => ({ ...face, embedding: [...face.embedding] }));
    },
    async vectorOf(data) {
      const [vector = new Float32Array()] = Object.values(
        await embedder.run({ data, shape: [1, 3, inputPx, inputPx] }),
      );
      return [...vector];
    },
    async inputsIn(rendition) {
      const image = await decodeJpegPixels(engines, rendition);
      const [faces = []] = await recognition.embed([image]);
      return faces.map(({ landmarks }) => {
        const points = landmarks.map(([x, y]) => [x * image.widthPx, y * image.heightPx] as const);
        return Float32Array.from(chwNormalise(alignFace(image, points, { sidePx: inputPx, template }), settings));
      });
    },
    close: async () => {},
  };
}
