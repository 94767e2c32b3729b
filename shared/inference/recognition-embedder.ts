// The embedder that recognises people: detect, align, embed. One photo after the other, the faces of a photo together.
import type { DetectorSettings, EmbedderSettings } from "../contracts/models.ts";
import { alignFace } from "../kernels/face-align.ts";
import type { DetectedFace } from "../kernels/face-detect-decode.ts";
import { faceQuality01 } from "../kernels/face-quality.ts";
import type { RgbaImage } from "../kernels/rgba-image.ts";
import { chwNormalise } from "../kernels/tensor.ts";
import { l2Normalise } from "../kernels/vector.ts";
import { createFaceDetector } from "./face-detector.ts";
import type { FaceEmbedder, FaceObservation } from "./face-observation.ts";
import { lookAt } from "./face-places.ts";
import { createInferenceSession, type InferenceSession } from "./inference-session.ts";

export interface RecognitionModels {
  readonly modelId: string;
  readonly detector: { readonly weights: Uint8Array; readonly settings: DetectorSettings };
  readonly embedder: { readonly weights: Uint8Array; readonly settings: EmbedderSettings };
  /** Told why our kernels cannot run a model. */
  readonly onFallback: (model: string, reason: string) => void;
}

export async function createRecognitionEmbedder(models: RecognitionModels): Promise<FaceEmbedder> {
  const { modelId, onFallback } = models;
  const detecting = await createInferenceSession(models.detector.weights, (reason) => onFallback("detector", reason));
  const embedder = await createInferenceSession(models.embedder.weights, (reason) => onFallback(modelId, reason));
  const detector = createFaceDetector(detecting, models.detector.settings);
  const observeAll = async (image: RgbaImage, faces: readonly DetectedFace[]): Promise<FaceObservation[]> => {
    const observations: FaceObservation[] = [];
    for (let first = 0; first < faces.length; first += embedder.maxImages) {
      const together = faces.slice(first, first + embedder.maxImages);
      observations.push(...(await observe(embedder, models.embedder.settings, image, together)));
    }
    return observations;
  };
  return {
    modelId,
    grade: "recognition",
    async embed(images) {
      const photos: FaceObservation[][] = [];
      for (const image of images) photos.push(await observeAll(image, await detector.detect(image)));
      return photos;
    },
    async embedAt(image, places) {
      const faces: DetectedFace[] = [];
      for (const place of places) faces.push(await lookAt(detector, image, place));
      return await observeAll(image, faces);
    },
  };
}

/** Several faces of one photo, in one run. What a face becomes does not depend on the others. */
async function observe(
  embedder: InferenceSession,
  settings: EmbedderSettings,
  image: RgbaImage,
  faces: readonly DetectedFace[],
): Promise<FaceObservation[]> {
  const { inputPx, template, dimensions } = settings;
  const aligned = faces.map((face) => alignFace(image, face.landmarksPx, { sidePx: inputPx, template }));
  const data = new Float32Array(faces.length * 3 * inputPx * inputPx);
  for (const [index, pixels] of aligned.entries()) data.set(chwNormalise(pixels, settings), index * pixels.length);
  const output = await embedder.run({ data, shape: [faces.length, 3, inputPx, inputPx] });
  const vectors = Object.values(output)[0];
  if (vectors?.length !== faces.length * dimensions) {
    const numbers = (vectors?.length ?? 0) / faces.length;
    throw new Error(`Expecting ${dimensions} numbers from the embedder. Got ${numbers}.`);
  }
  return faces.map((face, index) => ({
    box: boxWithin(image, face),
    landmarks: face.landmarksPx.map(([x, y]) => [clamp01(x / image.widthPx), clamp01(y / image.heightPx)]),
    score: face.score01,
    quality: faceQuality01({ ...face, aligned: aligned[index] ?? new Uint8ClampedArray(), sidePx: inputPx }),
    embedding: l2Normalise(vectors.subarray(index * dimensions, (index + 1) * dimensions)),
  }));
}

/** The part of the box that lies in the image, as fractions. The detector may guess beyond the edge. */
function boxWithin({ widthPx, heightPx }: RgbaImage, face: DetectedFace): FaceObservation["box"] {
  const x = clamp01(face.xPx / widthPx);
  const y = clamp01(face.yPx / heightPx);
  const right = clamp01((face.xPx + face.widthPx) / widthPx);
  const bottom = clamp01((face.yPx + face.heightPx) / heightPx);
  return { x, y, width: right - x, height: bottom - y };
}

function clamp01(value: number): number {
  return Math.min(1, Math.max(0, value));
}
