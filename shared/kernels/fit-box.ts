// How a picture meets the box it is wanted in: what of it is shown, at which size. Rounds to whole pixels, decides nothing else.

interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

interface Rect extends Size {
  readonly leftPx: number;
  readonly topPx: number;
}

/** In shares (0 to 1) of the photo as seen, or whatever unit the caller says. */
export interface ShareRect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type Fit = "scale-down" | "contain" | "cover" | "crop" | "pad" | "squeeze";

export type Gravity =
  | { readonly kind: "side"; readonly side: string }
  | { readonly kind: "point"; readonly x: number; readonly y: number }
  | { readonly kind: "auto" | "face" }
  | { readonly kind: "person"; readonly personId: string };

export interface FittedBox {
  /** How much of the part is shown, in its pixels. */
  readonly window: Size;
  readonly resized: Size;
  /** The box it lies in: larger than it where the fit is "pad". */
  readonly frame: Size;
}

/** @param box a side that is absent follows from the other; both absent: the part's own size */
export function fitBox(
  part: Size,
  box: { readonly widthPx: number | undefined; readonly heightPx: number | undefined },
  fit: Fit,
): FittedBox {
  const across = (box.widthPx ?? Number.POSITIVE_INFINITY) / part.widthPx;
  const down = (box.heightPx ?? Number.POSITIVE_INFINITY) / part.heightPx;
  const inside = Math.min(across, down);
  if (!Number.isFinite(inside)) return whole(part, 1);
  if (box.widthPx === undefined || box.heightPx === undefined)
    return whole(part, fit === "scale-down" || fit === "crop" ? Math.min(1, inside) : inside);
  const frame = { widthPx: box.widthPx, heightPx: box.heightPx };
  switch (fit) {
    case "squeeze":
      return { window: sizeOf(part), resized: frame, frame };
    case "pad":
      return { ...whole(part, inside), frame };
    case "cover":
      return cut(part, frame, Math.max(across, down));
    case "crop":
      return cut(part, frame, Math.min(1, Math.max(across, down)));
    default:
      return whole(part, fit === "scale-down" ? Math.min(1, inside) : inside);
  }
}

/**
 * Where in the part the window lies.
 *
 * @param source the photo the part was cut from: points and focus are shares of it
 */
export function placeWindow(
  part: Rect,
  window: Size,
  source: Size,
  gravity: Gravity | undefined,
  focus: readonly ShareRect[],
): Rect {
  const free = { across: part.widthPx - window.widthPx, down: part.heightPx - window.heightPx };
  const centre = centreOf(gravity, focus, {
    widthPx: window.widthPx / source.widthPx,
    heightPx: window.heightPx / source.heightPx,
  });
  const at = (along: number, sidePx: number, startPx: number, lengthPx: number, freePx: number): number =>
    Math.min(Math.max(0, Math.round(along * sidePx - startPx - lengthPx / 2)), freePx);
  if (centre !== null) {
    return {
      leftPx: part.leftPx + at(centre.x, source.widthPx, part.leftPx, window.widthPx, free.across),
      topPx: part.topPx + at(centre.y, source.heightPx, part.topPx, window.heightPx, free.down),
      ...window,
    };
  }
  const side = gravity?.kind === "side" ? gravity.side : "center";
  const across = side.includes("west") ? 0 : side.includes("east") ? 1 : 0.5;
  const down = side.includes("north") ? 0 : side.includes("south") ? 1 : 0.5;
  return {
    leftPx: part.leftPx + Math.round(free.across * across),
    topPx: part.topPx + Math.round(free.down * down),
    ...window,
  };
}

/** Null: no point is named. */
function centreOf(
  gravity: Gravity | undefined,
  focus: readonly ShareRect[],
  window: Size,
): { readonly x: number; readonly y: number } | null {
  if (gravity === undefined || gravity.kind === "side") return null;
  if (gravity.kind === "point") return gravity;
  // The largest boxes that fit into the window together: faces in the crowd behind must not push the main one out.
  const largestFirst = [...focus].sort((a, b) => b.width * b.height - a.width * a.height);
  let kept: ShareRect | null = null;
  for (const box of largestFirst) {
    const joined: ShareRect = kept === null ? box : join(kept, box);
    if (kept === null || (joined.width <= window.widthPx && joined.height <= window.heightPx)) kept = joined;
  }
  return kept === null ? null : { x: kept.x + kept.width / 2, y: kept.y + kept.height / 2 };
}

function join(a: ShareRect, b: ShareRect): ShareRect {
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  return {
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
  };
}

function sizeOf({ widthPx, heightPx }: Size): Size {
  return { widthPx, heightPx };
}

function whole(part: Size, scale: number): FittedBox {
  const resized = { widthPx: pixels(part.widthPx * scale), heightPx: pixels(part.heightPx * scale) };
  return { window: sizeOf(part), resized, frame: resized };
}

/** Fills the frame at a scale, or as much of it as there is, and leaves out what stands over. */
function cut(part: Size, frame: Size, scale: number): FittedBox {
  const resized = {
    widthPx: Math.min(frame.widthPx, pixels(part.widthPx * scale)),
    heightPx: Math.min(frame.heightPx, pixels(part.heightPx * scale)),
  };
  const window = {
    widthPx: Math.min(part.widthPx, pixels(resized.widthPx / scale)),
    heightPx: Math.min(part.heightPx, pixels(resized.heightPx / scale)),
  };
  return { window, resized, frame: resized };
}

function pixels(length: number): number {
  return Math.max(1, Math.round(length));
}
