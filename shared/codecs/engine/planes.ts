// What the engine's steps hand to one another: planes that lie in its memory, described by numbers.

/** One plane of 8-bit samples. Rows are readable up to the stride, and 16 bytes beyond the last row, so that vectors may overrun. */
export interface Plane {
  /** Byte address in the engine's memory. */
  readonly address: number;
  /** Bytes from row to row: a multiple of 16. */
  readonly strideBytes: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/**
 * Full-range BT.601 YCbCr as JFIF defines it: one plane for grey, else Y, Cb, Cr, chroma centred and of any smaller size.
 *
 * `widthPx` and `heightPx` are the picture's in full. A plane may be a whole fraction of it, rounded up: then its last samples cover
 * more than there is, and resizing goes by what they cover.
 */
export interface PlanarImage {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly planes: readonly [Plane] | readonly [Plane, Plane, Plane];
}
