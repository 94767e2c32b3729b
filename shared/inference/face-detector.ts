// Finds faces with YuNet: small first, larger only where that can pay. It keeps no photo and no result.
import { FACES_MAX_PER_PHOTO } from "../contracts/limits.ts";
import type { DetectorSettings } from "../contracts/models.ts";
import { type DetectedFace, type DetectorHead, decodeFaces, suppressOverlaps } from "../kernels/face-detect-decode.ts";
import type { RgbaImage } from "../kernels/rgba-image.ts";
import { letterboxBgr } from "../kernels/tensor.ts";
import type { InferenceSession } from "./inference-session.ts";

/** The network's output strides. */
const STRIDES_PX = [8, 16, 32] as const;

export interface FaceDetector {
  /** Faces in pixels of the image, largest first, at most FACES_MAX_PER_PHOTO. */
  detect(image: RgbaImage): Promise<DetectedFace[]>;
}

export function createFaceDetector(session: InferenceSession, settings: DetectorSettings): FaceDetector {
  return {
    async detect(image) {
      const longSidePx = Math.max(image.widthPx, image.heightPx);
      let faces: DetectedFace[] = [];
      let lookedPx = 0;
      for (const lookPx of settings.longSidesPx) {
        if (lookedPx > 0 && !needsLargerLook(faces, longSidePx, lookedPx, settings)) break;
        faces = suppressOverlaps(
          [...faces, ...(await detectAt(session, image, lookPx, settings))],
          settings.nmsOverlap,
        );
        lookedPx = lookPx;
      }
      return faces.sort((a, b) => areaOf(b) - areaOf(a)).slice(0, FACES_MAX_PER_PHOTO);
    },
  };
}

/**
 * A larger look costs several times the one before and pays when the photo has more pixels than were looked at and even the largest
 * face is small: then people stand far away, and those next to them may be under the 10 px the network was trained down to.
 */
function needsLargerLook(
  faces: readonly DetectedFace[],
  longSidePx: number,
  lookedPx: number,
  { smallFacePx }: DetectorSettings,
): boolean {
  if (longSidePx <= lookedPx) return false;
  const smallPx = (smallFacePx * longSidePx) / lookedPx;
  return faces.every((face) => Math.min(face.widthPx, face.heightPx) < smallPx);
}

async function detectAt(
  session: InferenceSession,
  image: RgbaImage,
  longSidePx: number,
  { multiplePx, scoreThreshold, nmsOverlap }: DetectorSettings,
): Promise<DetectedFace[]> {
  const input = letterboxBgr(image, { longSidePx, multiplePx });
  const outputs = await session.run({ data: input.data, shape: [1, 3, input.heightPx, input.widthPx] });
  const heads = STRIDES_PX.map((stridePx) => headOf(outputs, stridePx));
  return suppressOverlaps(decodeFaces(heads, input, scoreThreshold), nmsOverlap);
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
