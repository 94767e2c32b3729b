// Dialects that turn a picture before they cut it name places in the turned one; ours are those of the photo as seen. Places
// as shares (0–1) of the picture, and what becomes of them in a quarter turn.
import { roundTo, SHARE_DECIMALS } from "./option-values.ts";
import { type CropRect, GRAVITY_SIDES, type Gravity, type Transform } from "./transform.ts";

type Degrees = 0 | 90 | 180 | 270;
type Side = (typeof GRAVITY_SIDES)[number];
type Flip = Transform["flip"];

const POINT_OF_SIDE: Readonly<Record<Side, readonly [number, number]>> = {
  center: [0.5, 0.5],
  north: [0.5, 0],
  northeast: [1, 0],
  east: [1, 0.5],
  southeast: [1, 1],
  south: [0.5, 1],
  southwest: [0, 1],
  west: [0, 0.5],
  northwest: [0, 0],
};

export function pointOfSide(side: Side): readonly [x: number, y: number] {
  return POINT_OF_SIDE[side];
}

/** @returns the side a point is exactly on; null for any other point */
export function sideOfPoint(x: number, y: number): Side | null {
  return GRAVITY_SIDES.find((side) => POINT_OF_SIDE[side][0] === x && POINT_OF_SIDE[side][1] === y) ?? null;
}

/** Where a point is after the picture was turned clockwise. */
export function turnPoint(x: number, y: number, degrees: Degrees): readonly [x: number, y: number] {
  if (degrees === 90) return [roundTo(1 - y, SHARE_DECIMALS), x];
  if (degrees === 180) return [roundTo(1 - x, SHARE_DECIMALS), roundTo(1 - y, SHARE_DECIMALS)];
  return degrees === 270 ? [y, roundTo(1 - x, SHARE_DECIMALS)] : [x, y];
}

export function turnGravity(gravity: Gravity, degrees: Degrees): Gravity {
  if (gravity.kind === "point") {
    const [x, y] = turnPoint(gravity.x, gravity.y, degrees);
    return { kind: "point", x, y };
  }
  if (gravity.kind !== "side") return gravity;
  const [x, y] = turnPoint(...pointOfSide(gravity.side), degrees);
  return { kind: "side", side: sideOfPoint(x, y) ?? "center" };
}

/** @returns null for pixels: without the photo's size nobody can say where they are in the turned one */
export function turnCrop(crop: CropRect, degrees: Degrees): CropRect | null {
  if (degrees === 0) return crop;
  if (crop.unit === "px") return null;
  const [ax, ay] = turnPoint(crop.x, crop.y, degrees);
  const [bx, by] = turnPoint(crop.x + crop.width, crop.y + crop.height, degrees);
  return {
    unit: "fraction",
    x: Math.max(0, Math.min(ax, bx)),
    y: Math.max(0, Math.min(ay, by)),
    width: roundTo(Math.abs(bx - ax), SHARE_DECIMALS),
    height: roundTo(Math.abs(by - ay), SHARE_DECIMALS),
  };
}

/** The turn that takes it back. */
export function turnedBack(degrees: Degrees): Degrees {
  return degrees === 90 ? 270 : degrees === 270 ? 90 : degrees;
}

export function isQuarterTurn(degrees: number | undefined): boolean {
  return degrees === 90 || degrees === 270;
}

/** A mirroring before a turn as the one after it, and the other way round: a quarter turn makes one axis the other. */
export function mirrorAcrossTurn(flip: Flip, degrees: number | undefined): Flip {
  if (!isQuarterTurn(degrees) || flip === undefined || flip === "hv") return flip;
  return flip === "h" ? "v" : "h";
}
