// Finds the landmarks of a face somebody has pointed at: a closer look around the place, and where that shows nothing, the
// proportions of a face.
import { cropImage } from "../kernels/crop.ts";
import { boxOf, type DetectedFace } from "../kernels/face-detect-decode.ts";
import { type Box, overlap01 } from "../kernels/match-boxes.ts";
import type { RgbaImage } from "../kernels/rgba-image.ts";
import type { FaceDetector } from "./face-detector.ts";
import type { FacePlace } from "./face-observation.ts";

/** Sides of what is looked at, in sides of the place: a detector knows a face by what is around it. */
const LOOK_AROUND = 2.5;
/** Overlap (intersection over union) from which what is found in the closer look is what was pointed at. People draw generously. */
const MEANT_OVERLAP_01 = 0.2;
/** A person's word: as sure as it gets. */
const POINTED_AT_SCORE_01 = 1;
/** Pixels of the smallest place that is looked at. */
const PLACE_MIN_PX = 1;
/**
 * Where eyes, nose and mouth corners lie in the box of a face that looks at the camera, as fractions of the box: the mean
 * proportions of detector boxes, symmetric.
 */
const PROPORTIONS = [
  [0.31, 0.4],
  [0.69, 0.4],
  [0.5, 0.6],
  [0.35, 0.78],
  [0.65, 0.78],
] as const;

/** The place as a detector would have found it; its box is the place's own. */
export async function lookAt(detector: FaceDetector, image: RgbaImage, place: FacePlace): Promise<DetectedFace> {
  const box = inPixels(image, place.box);
  const framed = { xPx: box.x, yPx: box.y, widthPx: box.width, heightPx: box.height, score01: POINTED_AT_SCORE_01 };
  if (place.landmarks.length === PROPORTIONS.length)
    return { ...framed, landmarksPx: place.landmarks.map(([x, y]) => [x * image.widthPx, y * image.heightPx]) };
  const found = await lookCloser(detector, image, box);
  if (found !== null) return { ...framed, score01: found.score01, landmarksPx: found.landmarksPx };
  return { ...framed, landmarksPx: PROPORTIONS.map(([x, y]) => [box.x + x * box.width, box.y + y * box.height]) };
}

async function lookCloser(detector: FaceDetector, image: RgbaImage, box: Box): Promise<DetectedFace | null> {
  const leftPx = Math.max(0, Math.floor(box.x - (box.width * (LOOK_AROUND - 1)) / 2));
  const topPx = Math.max(0, Math.floor(box.y - (box.height * (LOOK_AROUND - 1)) / 2));
  const widthPx = Math.min(image.widthPx - leftPx, Math.ceil(box.width * LOOK_AROUND));
  const heightPx = Math.min(image.heightPx - topPx, Math.ceil(box.height * LOOK_AROUND));
  const found = await detector.detect(cropImage(image, { leftPx, topPx, widthPx, heightPx }));
  const inImage = found.map((face) => ({
    ...face,
    xPx: face.xPx + leftPx,
    yPx: face.yPx + topPx,
    landmarksPx: face.landmarksPx.map(([x, y]) => [x + leftPx, y + topPx] as const),
  }));
  const [best] = inImage.toSorted((a, b) => overlap01(boxOf(b), box) - overlap01(boxOf(a), box));
  return best !== undefined && overlap01(boxOf(best), box) >= MEANT_OVERLAP_01 ? best : null;
}

function inPixels({ widthPx, heightPx }: RgbaImage, box: Box): Box {
  const x = Math.min(box.x * widthPx, widthPx - PLACE_MIN_PX);
  const y = Math.min(box.y * heightPx, heightPx - PLACE_MIN_PX);
  return {
    x,
    y,
    width: Math.min(widthPx - x, Math.max(PLACE_MIN_PX, box.width * widthPx)),
    height: Math.min(heightPx - y, Math.max(PLACE_MIN_PX, box.height * heightPx)),
  };
}
