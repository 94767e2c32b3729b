// The pixel size of a rendition. Knows the rule only; the list of widths and the cap are the caller's (contracts/limits).

/**
 * Fits an image as seen into a nominal width: never enlarged, and at most `maxAspect` nominal widths tall, so that a scroll or
 * a receipt shrinks further instead of making a rendition of unbounded height.
 *
 * @returns whole pixels, each side at least 1.
 */
export function fitRendition(
  seen: { readonly widthPx: number; readonly heightPx: number },
  nominalWidthPx: number,
  maxAspect: number,
): { widthPx: number; heightPx: number } {
  const maxHeightPx = nominalWidthPx * maxAspect;
  const scale = Math.min(1, nominalWidthPx / seen.widthPx, maxHeightPx / seen.heightPx);
  return {
    widthPx: Math.max(1, Math.round(seen.widthPx * scale)),
    heightPx: Math.max(1, Math.round(seen.heightPx * scale)),
  };
}
