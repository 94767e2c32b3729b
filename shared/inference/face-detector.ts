// Finds faces with YuNet: small first, larger only where that can pay. It keeps no photo and no result.
import { FACES_MAX_PER_PHOTO } from "../contracts/limits.ts";
import { type DetectedFace, type DetectorHead, decodeFaces, suppressOverlaps } from "../kernels/face-detect-decode.ts";
import type { RgbaImage } from "../kernels/rgba-image.ts";
import { letterboxBgr } from "../kernels/tensor.ts";
import { createOrtSession, type OrtSession } from "./ort-session.ts";

/** The network's output strides; its input sides have to be multiples of the largest. */
const STRIDES_PX = [8, 16, 32] as const;
/** Longer side of the first look: a quarter of the CPU of the second, and enough for anyone near the camera. */
const COARSE_LONG_SIDE_PX = 320;
const FINE_LONG_SIDE_PX = 640;
/**
 * A second look is worth its CPU when even the largest face is below this (shorter side, pixels of the coarse input):
 * then people stand far away, and those next to them may be under the 10 px the network was trained down to.
 */
const SMALL_FACE_PX = 40;
/**
 * Score of a face. OpenCV's default for this network is 0.9, which in our corpus loses faces in profile (0.8 to 0.9);
 * between 0.45 and 0.7 it yields hands, flowers and shadows.
 */
const MIN_SCORE_01 = 0.7;
/** Two boxes of one face overlap by more than this (intersection over union, OpenCV's default). */
const MAX_OVERLAP_01 = 0.3;

export interface FaceDetector {
  /** Faces in pixels of the image, largest first, at most FACES_MAX_PER_PHOTO. */
  detect(image: RgbaImage): Promise<DetectedFace[]>;
}

export async function createFaceDetector(weights: Uint8Array): Promise<FaceDetector> {
  const session = await createOrtSession(weights);
  return {
    async detect(image) {
      const coarse = await detectAt(session, image, COARSE_LONG_SIDE_PX);
      const faces = needsSecondLook(image, coarse)
        ? suppressOverlaps([...coarse, ...(await detectAt(session, image, FINE_LONG_SIDE_PX))], MAX_OVERLAP_01)
        : coarse;
      return faces.sort((a, b) => areaOf(b) - areaOf(a)).slice(0, FACES_MAX_PER_PHOTO);
    },
  };
}

function needsSecondLook(image: RgbaImage, faces: readonly DetectedFace[]): boolean {
  const longSidePx = Math.max(image.widthPx, image.heightPx);
  if (longSidePx <= COARSE_LONG_SIDE_PX) return false;
  const smallPx = (SMALL_FACE_PX * longSidePx) / COARSE_LONG_SIDE_PX;
  return faces.every((face) => Math.min(face.widthPx, face.heightPx) < smallPx);
}

async function detectAt(session: OrtSession, image: RgbaImage, longSidePx: number): Promise<DetectedFace[]> {
  const input = letterboxBgr(image, { longSidePx, multiplePx: 32 });
  const outputs = await session.run({ data: input.data, shape: [1, 3, input.heightPx, input.widthPx] });
  const heads = STRIDES_PX.map((stridePx) => headOf(outputs, stridePx));
  return suppressOverlaps(decodeFaces(heads, input, MIN_SCORE_01), MAX_OVERLAP_01);
}

function headOf(outputs: Readonly<Record<string, Float32Array>>, stridePx: number): DetectorHead {
  const read = (name: string): Float32Array => {
    const output = outputs[`${name}_${stridePx}`];
    if (output === undefined) throw new Error(`The detector has no output ${name}_${stridePx}.`);
    return output;
  };
  return {
    stridePx,
    classScores: read("cls"),
    objectScores: read("obj"),
    boxes: read("bbox"),
    landmarks: read("kps"),
  };
}

function areaOf(face: DetectedFace): number {
  return face.widthPx * face.heightPx;
}
