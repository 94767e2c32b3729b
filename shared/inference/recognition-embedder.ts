// The embedder that recognises people: detect, align, embed. One photo after the other, one face after the other: several faces in
// one run gain nothing (measured with our kernels: 8.7 ms a face alone, in fours and in eights) and take memory.
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
import type { InferenceSession } from "./inference-session.ts";

export interface RecognitionModels {
  readonly modelId: string;
  readonly detector: { readonly session: InferenceSession; readonly settings: DetectorSettings };
  readonly embedder: { readonly session: InferenceSession; readonly settings: EmbedderSettings };
}

export function createRecognitionEmbedder({ modelId, detector, embedder }: RecognitionModels): FaceEmbedder {
  const finder = createFaceDetector(detector.session, detector.settings);
  const observeAll = async (image: RgbaImage, faces: readonly DetectedFace[]): Promise<FaceObservation[]> => {
    const observations: FaceObservation[] = [];
    for (const face of faces) observations.push(await observe(embedder.session, embedder.settings, image, face));
    return observations;
  };
  return {
    modelId,
    grade: "recognition",
    async embed(images) {
      const photos: FaceObservation[][] = [];
      for (const image of images) photos.push(await observeAll(image, await finder.detect(image)));
      return photos;
    },
    async embedAt(image, places) {
      const faces: DetectedFace[] = [];
      for (const place of places) faces.push(await lookAt(finder, image, place));
      return await observeAll(image, faces);
    },
  };
}

async function observe(
  session: InferenceSession,
  settings: EmbedderSettings,
  image: RgbaImage,
  face: DetectedFace,
): Promise<FaceObservation> {
  const { inputPx, template, dimensions } = settings;
  const aligned = alignFace(image, face.landmarksPx, { sidePx: inputPx, template });
  const output = await session.run({ data: chwNormalise(aligned, settings), shape: [1, 3, inputPx, inputPx] });
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
