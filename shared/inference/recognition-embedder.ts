// The embedder that recognises people: detect, align, embed. One photo after the other, one face after the other.
//
// Batching faces would gain nothing (measured per face: 38 ms alone, 42 ms in fours; the pinned network is fixed to one), and
// this way a photo's vectors cannot depend on its neighbours.
import type { DetectorSettings, EmbedderSettings } from "../contracts/models.ts";
import { alignFace } from "../kernels/face-align.ts";
import type { DetectedFace } from "../kernels/face-detect-decode.ts";
import { faceQuality01 } from "../kernels/face-quality.ts";
import type { RgbaImage } from "../kernels/rgba-image.ts";
import { chwNormalise } from "../kernels/tensor.ts";
import { l2Normalise } from "../kernels/vector.ts";
import { createFaceDetector } from "./face-detector.ts";
import type { FaceEmbedder, FaceObservation } from "./face-observation.ts";
import { createOrtSession, type OrtSession } from "./ort-session.ts";

export interface RecognitionModels {
  readonly modelId: string;
  readonly detector: { readonly weights: Uint8Array; readonly settings: DetectorSettings };
  readonly embedder: { readonly weights: Uint8Array; readonly settings: EmbedderSettings };
}

export async function createRecognitionEmbedder(models: RecognitionModels): Promise<FaceEmbedder> {
  const { modelId } = models;
  const { settings } = models.embedder;
  const detector = await createFaceDetector(models.detector.weights, models.detector.settings);
  const embedder = await createOrtSession(models.embedder.weights);
  return {
    modelId,
    grade: "recognition",
    async embed(images) {
      const photos: FaceObservation[][] = [];
      for (const image of images) {
        const observations: FaceObservation[] = [];
        for (const face of await detector.detect(image)) {
          observations.push(await observe(embedder, settings, image, face));
        }
        photos.push(observations);
      }
      return photos;
    },
  };
}

async function observe(
  embedder: OrtSession,
  settings: EmbedderSettings,
  image: RgbaImage,
  face: DetectedFace,
): Promise<FaceObservation> {
  const { inputPx, template, dimensions } = settings;
  const aligned = alignFace(image, face.landmarksPx, { sidePx: inputPx, template });
  const output = await embedder.run({ data: chwNormalise(aligned, settings), shape: [1, 3, inputPx, inputPx] });
  const vector = Object.values(output)[0];
  if (vector?.length !== dimensions) {
    throw new Error(`Expecting ${dimensions} numbers from the embedder. Got ${vector?.length ?? 0}.`);
  }
  return {
    box: boxWithin(image, face),
    landmarks: face.landmarksPx.map(([x, y]) => [clamp01(x / image.widthPx), clamp01(y / image.heightPx)]),
    score: face.score01,
    quality: faceQuality01({ ...face, aligned, sidePx: inputPx }),
    embedding: l2Normalise(vector),
  };
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
