// The square around a face that stands for it. Pure arithmetic; cuts nothing.

/** Side of the square over the longer side of the face's box: hair, chin and a little of where they are. */
const FACE_SQUARE_MARGIN = 1.7;
/** The least margin: at an edge the square shrinks to it around the face before it moves on to whoever is beside. */
const EDGE_MARGIN = 1.1;
/** Side of a face crop in pixels: a wall shows it at 96 to 128, on dense screens at twice that. */
export const FACE_CROP_PX = 256;
/** Width (px) beyond which no photo is decoded for the sake of one face: whoever is that small is blurred anyway. */
const DECODE_MAX_WIDTH_PX = 4096;
/** Narrowest box (fraction of the photo) that is told from nothing. */
const NARROWEST = 1e-6;

export interface Square {
  readonly leftPx: number;
  readonly topPx: number;
  readonly sidePx: number;
}

/**
 * Whole pixels, centred on the box; at an edge of the photo smaller, then moved inwards; no larger than the photo is narrow.
 *
 * @param box fractions (0 to 1) of the photo as seen
 * @param photo its size as seen
 */
export function faceSquare(
  box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  photo: { readonly widthPx: number; readonly heightPx: number },
): Square {
  const { widthPx, heightPx } = photo;
  const longerPx = Math.max(box.width * widthPx, box.height * heightPx);
  const centreX = (box.x + box.width / 2) * widthPx;
  const centreY = (box.y + box.height / 2) * heightPx;
  const roomPx = 2 * Math.min(centreX, centreY, widthPx - centreX, heightPx - centreY);
  const wantedPx = Math.max(longerPx * EDGE_MARGIN, Math.min(longerPx * FACE_SQUARE_MARGIN, roomPx));
  const sidePx = Math.max(1, Math.min(Math.round(wantedPx), widthPx, heightPx));
  return {
    leftPx: Math.max(0, Math.min(Math.round(centreX - sidePx / 2), widthPx - sidePx)),
    topPx: Math.max(0, Math.min(Math.round(centreY - sidePx / 2), heightPx - sidePx)),
    sidePx,
  };
}

/** Width (px, as seen) of a picture in which the square around the face has the pixels of a crop, within reason. */
export function widthForFace(box: { readonly width: number }): number {
  const wantedPx = Math.ceil(FACE_CROP_PX / Math.max(box.width * FACE_SQUARE_MARGIN, NARROWEST));
  return Math.min(DECODE_MAX_WIDTH_PX, wantedPx);
}
