// The box of a face somebody draws, in fractions of the photo. Pure: moved, resized, dragged, never outside.
import type { FaceBox } from "../../../../shared/contracts/people.ts";

/** Smallest side (fraction of the photo). Below it a face could neither be seen nor recognised. */
export const BOX_MIN = 0.02;
/** How far (fraction) one press of an arrow key goes. */
export const BOX_STEP = 0.01;

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);

/** A box of a quarter of the shorter side, in the middle. `ratio` is the photo's width / height. */
export function firstBox(ratio: number): FaceBox {
  const side = 0.25;
  const width = ratio >= 1 ? side / ratio : side;
  const height = ratio >= 1 ? side : side * ratio;
  return { x: (1 - width) / 2, y: (1 - height) / 2, width, height };
}

export function moveBox(box: FaceBox, dx: number, dy: number): FaceBox {
  return { ...box, x: clamp(box.x + dx, 0, 1 - box.width), y: clamp(box.y + dy, 0, 1 - box.height) };
}

/** Grows or shrinks at the right and the lower edge. */
export function resizeBox(box: FaceBox, dx: number, dy: number): FaceBox {
  return {
    ...box,
    width: clamp(box.width + dx, BOX_MIN, 1 - box.x),
    height: clamp(box.height + dy, BOX_MIN, 1 - box.y),
  };
}

/** The box between two corners, wherever the drag began and ended. */
export function boxBetween(from: { x: number; y: number }, to: { x: number; y: number }): FaceBox {
  const [left, right] = [from.x, to.x].map((x) => clamp(x, 0, 1)).sort((a, b) => a - b) as [number, number];
  const [top, bottom] = [from.y, to.y].map((y) => clamp(y, 0, 1)).sort((a, b) => a - b) as [number, number];
  const width = Math.max(BOX_MIN, right - left);
  const height = Math.max(BOX_MIN, bottom - top);
  return { x: Math.min(left, 1 - width), y: Math.min(top, 1 - height), width, height };
}

/** What a key does to the box, or null when it is not one of its keys. */
export function boxAfterKey(box: FaceBox, key: string, isResizing: boolean): FaceBox | null {
  const steps = new Map([
    ["ArrowLeft", [-BOX_STEP, 0]],
    ["ArrowRight", [BOX_STEP, 0]],
    ["ArrowUp", [0, -BOX_STEP]],
    ["ArrowDown", [0, BOX_STEP]],
  ] as const);
  const step = steps.get(key as "ArrowLeft");
  if (!step) return null;
  return isResizing ? resizeBox(box, step[0], step[1]) : moveBox(box, step[0], step[1]);
}
