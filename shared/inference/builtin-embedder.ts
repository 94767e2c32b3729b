// The embedder of an installation without weights. It never claims a face: one observation per photo, score 0, quality 0.
//
// The observation is the middle of the photo, where the person of a portrait is; a middle without any edge has no vector and
// yields none. It keeps every later step working (rows, vectors, deletion) and finds near-duplicates. Callers show no box, count
// no face and suggest no person for grade "builtin": how little it knows of people is measured in docs/faces.md.
import { GRADIENT_DIMENSIONS, gradientHistogram } from "../kernels/gradient-histogram.ts";
import { assertRgbaImage, type RgbaImage } from "../kernels/rgba-image.ts";
import { letterboxBgr } from "../kernels/tensor.ts";
import { l2Normalise } from "../kernels/vector.ts";
import type { FaceEmbedder, FaceObservation } from "./face-observation.ts";

/**
 * Names the vectors by the first 12 digits of a digest of what is answered for a fixed picture, which the test compares: other
 * vectors need another id, because those of different models are never compared.
 */
export const BUILTIN_MODEL_ID = "gradients-builtin-3ee512060f21";
export const BUILTIN_DIMENSIONS = GRADIENT_DIMENSIONS;

/** Share of the photo's shorter side that is looked at. */
const CENTRE_01 = 0.5;
const INPUT_PX = 112;
/** Length (before scaling to 1) under which a vector is noise. A photo's is 1.5 to 2.5, a flat colour's is 0. */
const MIN_VECTOR_LENGTH = 0.2;
/** BT.601 luma weights of blue, green and red. */
const LUMA_BGR = [0.114, 0.587, 0.299] as const;

export function createBuiltinEmbedder(): FaceEmbedder {
  return {
    modelId: BUILTIN_MODEL_ID,
    grade: "builtin",
    embed: async (images) => images.map(observeCentre),
    // It knows no faces, so it has nothing to say about one.
    embedAt: async (_image, places) => places.map(() => null),
  };
}

function observeCentre(image: RgbaImage): FaceObservation[] {
  const { square, left, top } = centreSquare(image);
  const { data } = letterboxBgr(square, { longSidePx: INPUT_PX, multiplePx: INPUT_PX });
  const vector = gradientHistogram(lumaOf(data), INPUT_PX);
  if (Math.hypot(...vector) < MIN_VECTOR_LENGTH) return [];
  const { widthPx, heightPx } = image;
  const sidePx = square.widthPx;
  return [
    {
      box: { x: left / widthPx, y: top / heightPx, width: sidePx / widthPx, height: sidePx / heightPx },
      landmarks: [],
      score: 0,
      quality: 0,
      embedding: l2Normalise(vector),
    },
  ];
}

/** The middle of the photo, copied row by row. */
function centreSquare(image: RgbaImage): { square: RgbaImage; left: number; top: number } {
  assertRgbaImage(image);
  const { widthPx, heightPx, data } = image;
  const sidePx = Math.max(1, Math.round(Math.min(widthPx, heightPx) * CENTRE_01));
  const left = Math.floor((widthPx - sidePx) / 2);
  const top = Math.floor((heightPx - sidePx) / 2);
  const square = new Uint8Array(sidePx * sidePx * 4);
  for (let y = 0; y < sidePx; y++) {
    const rowStart = ((top + y) * widthPx + left) * 4;
    square.set(data.subarray(rowStart, rowStart + sidePx * 4), y * sidePx * 4);
  }
  return { square: { widthPx: sidePx, heightPx: sidePx, data: square }, left, top };
}

function lumaOf(planes: Float32Array): Float32Array {
  const planeSize = planes.length / LUMA_BGR.length;
  const luma = new Float32Array(planeSize);
  for (const [plane, weight] of LUMA_BGR.entries()) {
    const start = plane * planeSize;
    for (let i = 0; i < planeSize; i++) luma[i] = (luma[i] ?? 0) + weight * (planes[start + i] ?? 0);
  }
  return luma;
}
