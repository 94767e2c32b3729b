// The part of a photo that is kept, in fractions of it as seen. Pure: placed, moved, resized, always inside, in a shape or free.

export interface CropBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type Corner = "nw" | "ne" | "se" | "sw";

/** Smallest side (fraction of the photo). */
export const CROP_MIN = 0.02;
/** How far (fraction) one press of an arrow key goes. */
export const CROP_STEP = 0.01;

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);

/**
 * The largest box of a shape, in the middle.
 * @param shape width / height of what is kept, over that of the photo: of fractions, not of pixels
 */
export function largestCrop(shape: number): CropBox {
  const width = Math.min(1, shape);
  const height = Math.min(1, 1 / shape);
  return { x: (1 - width) / 2, y: (1 - height) / 2, width, height };
}

export function moveCrop(box: CropBox, dx: number, dy: number): CropBox {
  return { ...box, x: clamp(box.x + dx, 0, 1 - box.width), y: clamp(box.y + dy, 0, 1 - box.height) };
}

/**
 * Drags a corner; the one across from it stays.
 * @param shape as of largestCrop; null: any
 */
export function dragCorner(box: CropBox, corner: Corner, to: { x: number; y: number }, shape: number | null): CropBox {
  const isWest = corner === "nw" || corner === "sw";
  const isNorth = corner === "nw" || corner === "ne";
  const fixedX = isWest ? box.x + box.width : box.x;
  const fixedY = isNorth ? box.y + box.height : box.y;
  const roomX = isWest ? fixedX : 1 - fixedX;
  const roomY = isNorth ? fixedY : 1 - fixedY;
  let width = clamp(isWest ? fixedX - to.x : to.x - fixedX, CROP_MIN, roomX);
  let height = clamp(isNorth ? fixedY - to.y : to.y - fixedY, CROP_MIN, roomY);
  if (shape !== null) {
    // The longer way decides, as far as there is room both ways.
    width = Math.min(Math.max(width, height * shape), roomX, roomY * shape);
    height = width / shape;
  }
  return { x: isWest ? fixedX - width : fixedX, y: isNorth ? fixedY - height : fixedY, width, height };
}

/** What a key does to the box, or null when it is not one of its keys. Shift resizes at the lower right corner. */
export function cropAfterKey(box: CropBox, key: string, isResizing: boolean, shape: number | null): CropBox | null {
  const steps: Readonly<Record<string, readonly [number, number]>> = {
    ArrowLeft: [-CROP_STEP, 0],
    ArrowRight: [CROP_STEP, 0],
    ArrowUp: [0, -CROP_STEP],
    ArrowDown: [0, CROP_STEP],
  };
  const step = steps[key];
  if (!step) return null;
  const [dx, dy] = step;
  if (!isResizing) return moveCrop(box, dx, dy);
  if (shape === null) return dragCorner(box, "se", cornerOf(box, dx, dy), null);
  // In a shape one way leads the other.
  const width = clamp(box.width + (dx !== 0 ? dx : dy * shape), CROP_MIN, Math.min(1 - box.x, (1 - box.y) * shape));
  return { ...box, width, height: width / shape };
}

const cornerOf = (box: CropBox, dx: number, dy: number) => ({ x: box.x + box.width + dx, y: box.y + box.height + dy });
