// Turning and mirroring as a person means it: of what is seen. The transform turns first and mirrors after. Pure.
import type { Transform } from "../../../../shared/contracts/transforms/transform.ts";

export interface Orientation {
  /** Clockwise degrees. */
  readonly rotate: 0 | 90 | 180 | 270;
  readonly isMirrored: boolean;
}

export const UPRIGHT: Orientation = { rotate: 0, isMirrored: false };

const turn = (degrees: number) => (((degrees % 360) + 360) % 360) as Orientation["rotate"];

/** What is seen, turned by a quarter. A mirror turns turning around: Q·M = M·Q⁻¹. */
export function quarterTurn({ rotate, isMirrored }: Orientation, isClockwise: boolean): Orientation {
  return { rotate: turn(rotate + (isClockwise === isMirrored ? -90 : 90)), isMirrored };
}

/** What is seen, mirrored: left and right, or top and bottom (which is left and right, and half a turn). */
export function mirror({ rotate, isMirrored }: Orientation, axis: "h" | "v"): Orientation {
  return { rotate: axis === "h" ? rotate : turn(rotate + 180), isMirrored: !isMirrored };
}

/** As options of a transform. */
export function orientationOptions({ rotate, isMirrored }: Orientation): Pick<Transform, "rotate" | "flip"> {
  return { ...(rotate === 0 ? {} : { rotate }), ...(isMirrored ? { flip: "h" as const } : {}) };
}

export function sayOrientation({ rotate, isMirrored }: Orientation): string {
  const turned = rotate === 0 ? "" : `turned by ${rotate}°`;
  return [turned, isMirrored ? "mirrored" : ""].filter(Boolean).join(", ") || "as it is";
}
