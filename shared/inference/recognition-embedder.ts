// The embedder that recognises people: detect, align, embed. One photo after the other, one face after the other.
//
// Batching faces would gain nothing (measured per face: 38 ms alone, 42 ms in fours; the pinned network is fixed to one), and
// this way a photo's vectors cannot depend on its neighbours.
import { EMBEDDING_DIMENSIONS } from "../contracts/limits.ts";
import { ALIGNED_FACE_PX, alignFace } from "../kernels/face-align.ts";
import type { DetectedFace } from "../kernels/face-detect-decode.ts";
import { faceQuality01 } from "../kernels/face-quality.ts";
import type { RgbaImage } from "../kernels/rgba-image.ts";
import { chwNormalise } from "../kernels/tensor.ts";
import { l2Normalise } from "../kernels/vector.ts";
import { createFaceDetector } from "./face-detector.ts";
import type { FaceEmbedder, FaceObservation } from "./face-observation.ts";
import { createOrtSession, type OrtSession } from "./ort-session.ts";

/** What MobileFaceNet (Chen et al., 2018; foamliu's training) was fed: RGB with the statistics of ImageNet. */
const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;

export async function createRecognitionEmbedder(
  modelId: string,
  weights: { readonly detector: Uint8Array; readonly embedder: Uint8Array },
): Promise<FaceEmbedder> {
  const detector = await createFaceDetector(weights.detector);
  const embedder = await createOrtSession(weights.embedder);
  return {
    modelId,
    grade: "recognition",
    async embed(images) {
      const photos: FaceObservation[][] = [];
      for (const image of images) {
        const observations: FaceObservation[] = [];
        for (const face of await detector.detect(image)) observations.push(await observe(embedder, image, face));
        photos.push(observations);
      }
      return photos;
    },
  };
}

async function observe(embedder: OrtSession, image: RgbaImage, face: DetectedFace): Promise<FaceObservation> {
  const aligned = alignFace(image, face.landmarksPx);
  const output = await embedder.run({
    data: chwNormalise(aligned, IMAGENET),
    shape: [1, 3, ALIGNED_FACE_PX, ALIGNED_FACE_PX],
  });
  const vector = Object.values(output)[0];
  if (vector?.length !== EMBEDDING_DIMENSIONS) {
    throw new Error(`Expecting ${EMBEDDING_DIMENSIONS} numbers from the embedder. Got ${vector?.length ?? 0}.`);
  }
  return {
    box: boxWithin(image, face),
    landmarks: face.landmarksPx.map(([x, y]) => [clamp01(x / image.widthPx), clamp01(y / image.heightPx)]),
    score: face.score01,
    quality: faceQuality01({ ...face, aligned }),
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
