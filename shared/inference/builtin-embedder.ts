// The embedder of an installation without weights. It never claims a face: one observation per photo, score 0, quality 0.
//
// The observation is the centre square of the photo; a photo without any edge has no vector and yields none. It keeps every
// later step working (rows, vectors, deletion) and finds near-duplicates. Callers show no box, count no face and suggest no
// person for grade "builtin".
import { assertRgbaImage, type RgbaImage } from "../kernels/rgba-image.ts";
import { letterboxBgr } from "../kernels/tensor.ts";
import { l2Normalise } from "../kernels/vector.ts";
import { BUILTIN_INPUT_PX, BUILTIN_MODEL_ID, builtinGraph } from "./builtin-graph.ts";
import type { FaceEmbedder, FaceObservation } from "./face-observation.ts";
import { createOrtSession, type OrtSession } from "./ort-session.ts";

/** Length (before scaling to 1) under which a vector is noise. A photo's is 0.4 to 0.75, a flat colour's is 0. */
const MIN_VECTOR_LENGTH = 0.05;

export async function createBuiltinEmbedder(): Promise<FaceEmbedder> {
  const session = await createOrtSession(builtinGraph());
  return {
    modelId: BUILTIN_MODEL_ID,
    grade: "builtin",
    async embed(images) {
      const observations: FaceObservation[][] = [];
      for (const image of images) observations.push(await observeCentre(session, image));
      return observations;
    },
  };
}

async function observeCentre(session: OrtSession, image: RgbaImage): Promise<FaceObservation[]> {
  const square = centreSquare(image);
  const bgr = letterboxBgr(square, { longSidePx: BUILTIN_INPUT_PX, multiplePx: BUILTIN_INPUT_PX });
  const output = await session.run({ data: reversePlanes(bgr.data), shape: [1, 3, bgr.heightPx, bgr.widthPx] });
  if (output.embedding === undefined) throw new Error("The built-in graph has no output named embedding.");
  if (Math.hypot(...output.embedding) < MIN_VECTOR_LENGTH) return [];
  const sidePx = square.widthPx;
  const observation = {
    box: {
      x: Math.floor((image.widthPx - sidePx) / 2) / image.widthPx,
      y: Math.floor((image.heightPx - sidePx) / 2) / image.heightPx,
      width: sidePx / image.widthPx,
      height: sidePx / image.heightPx,
    },
    landmarks: [],
    score: 0,
    quality: 0,
    embedding: l2Normalise(output.embedding),
  };
  return [observation];
}

/** The largest centred square, copied row by row. */
function centreSquare(image: RgbaImage): RgbaImage {
  assertRgbaImage(image);
  const { widthPx, heightPx, data } = image;
  const sidePx = Math.min(widthPx, heightPx);
  const left = Math.floor((widthPx - sidePx) / 2);
  const top = Math.floor((heightPx - sidePx) / 2);
  const square = new Uint8Array(sidePx * sidePx * 4);
  for (let y = 0; y < sidePx; y++) {
    const rowStart = ((top + y) * widthPx + left) * 4;
    square.set(data.subarray(rowStart, rowStart + sidePx * 4), y * sidePx * 4);
  }
  return { widthPx: sidePx, heightPx: sidePx, data: square };
}

/** Blue, green, red planes to red, green, blue. */
function reversePlanes(planes: Float32Array): Float32Array {
  const planeSize = planes.length / 3;
  const reversed = new Float32Array(planes.length);
  for (let plane = 0; plane < 3; plane++) {
    reversed.set(planes.subarray(plane * planeSize, (plane + 1) * planeSize), (2 - plane) * planeSize);
  }
  return reversed;
}
