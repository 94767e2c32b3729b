// A picture to the square around one of its faces, as a small JPEG, upright. Chooses no source and stores nothing.
import type { FaceBox } from "../contracts/people.ts";
import { cropImage } from "../kernels/crop.ts";
import { FACE_CROP_PX, faceSquare, widthForFace } from "../kernels/face-square.ts";
import { orientedSize, orientImage } from "../kernels/orient.ts";
import { storedRect } from "../kernels/orient-rect.ts";
import type { RgbaImage } from "../kernels/rgba-image.ts";
import { type DecodedOriginal, type DecodeOriginalDeps, type DecodeSkip, decodeOriginal } from "./decode-original.ts";
import type { DecodeFailure } from "./decode-to-planes.ts";
import { windowOnPlanes } from "./engine/crop-planes.ts";
import type { Engine } from "./engine/engine.ts";
import { planesFromRgba } from "./engine/planes-from-rgba.ts";
import { renderPlanes, toRgba } from "./engine/render-planes.ts";
import type { ImageSource } from "./source-bytes.ts";

export interface FaceCut {
  readonly kind: "done";
  /** Pixels of a side: FACE_CROP_PX, or fewer where the source has no more. */
  readonly sidePx: number;
  readonly bytes: Uint8Array;
}

export type FaceCutResult = FaceCut | DecodeSkip | DecodeFailure;

/**
 * Like makeRenditions: what the file is to blame for is a value, the rest is thrown. Never enlarges.
 *
 * @param source an original, or a rendition of it
 * @param box of the face: fractions (0 to 1) of the picture as seen
 */
export async function cutFace(deps: DecodeOriginalDeps, source: ImageSource, box: FaceBox): Promise<FaceCutResult> {
  return await decodeOriginal(deps, source, { widthPx: widthForFace(box) }, (engine, original): FaceCut => {
    const face = squarePixels(engine, original, box);
    const sidePx = Math.min(FACE_CROP_PX, face.widthPx);
    const [jpeg] = renderPlanes(engine, planesFromRgba(engine, face), {
      sizes: [{ widthPx: sidePx, heightPx: sidePx }],
      orientation: 1,
      iccProfile: original.iccProfile,
    });
    if (jpeg === undefined) throw new Error("Expected one JPEG of a face. Got none.");
    return { kind: "done", sidePx: jpeg.widthPx, bytes: jpeg.bytes };
  });
}

/** The square as seen, at most a little larger than a crop: the last step to it is the encoder's. */
function squarePixels(engine: Engine, { image, header }: DecodedOriginal, box: FaceBox): RgbaImage {
  const orientation = header.orientation ?? 1;
  const { leftPx, topPx, sidePx } = faceSquare(box, orientedSize(image.widthPx, image.heightPx, orientation));
  const stored = storedRect(
    { left: leftPx, top: topPx, width: sidePx, height: sidePx },
    { width: image.widthPx, height: image.heightPx },
    orientation,
  );
  const window = windowOnPlanes(image, { leftPx: stored.left, topPx: stored.top, widthPx: sidePx, heightPx: sidePx });
  const scale = Math.min(1, FACE_CROP_PX / sidePx);
  const longerPx = Math.ceil(Math.max(window.image.widthPx, window.image.heightPx) * scale);
  const pixels = toRgba(engine, window.image, longerPx);
  const across = pixels.widthPx / window.image.widthPx;
  const down = pixels.heightPx / window.image.heightPx;
  const side = Math.max(1, Math.min(Math.round(sidePx * across), pixels.widthPx, pixels.heightPx));
  const place = (startPx: number, perPx: number, lengthPx: number): number =>
    Math.min(Math.round(startPx * perPx), lengthPx - side);
  const square = cropImage(pixels, {
    leftPx: place(stored.left - window.leftPx, across, pixels.widthPx),
    topPx: place(stored.top - window.topPx, down, pixels.heightPx),
    widthPx: side,
    heightPx: side,
  });
  return orientImage(square, orientation);
}
