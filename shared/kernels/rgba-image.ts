// The one shape of decoded pixels.

export interface RgbaImage {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Row by row from the top left, four bytes a pixel (R, G, B, A; alpha not premultiplied), no padding. */
  readonly data: Uint8Array;
}

/** Throws when the buffer does not hold exactly the pixels its size claims. */
export function assertRgbaImage({ widthPx, heightPx, data }: RgbaImage): void {
  if (!Number.isInteger(widthPx) || !Number.isInteger(heightPx) || widthPx < 1 || heightPx < 1) {
    throw new RangeError(`Expected a size of whole pixels, at least 1x1. Got ${widthPx}x${heightPx}.`);
  }
  const expectedBytes = widthPx * heightPx * 4;
  if (data.length !== expectedBytes) {
    throw new RangeError(`Expected ${expectedBytes} bytes for ${widthPx}x${heightPx} RGBA. Got ${data.length}.`);
  }
}
