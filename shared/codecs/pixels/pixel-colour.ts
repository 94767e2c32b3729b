// Colours as addresses write them (rrggbb or rrggbbaa), and as the pixel module takes them.

/** Channels 0–255. */
export interface PixelColour {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  readonly alpha: number;
}

/** @param hex rrggbb or rrggbbaa; without an alpha it is opaque. Throws for anything else. */
export function parsePixelColour(hex: string): PixelColour {
  if (!/^(?:[0-9a-f]{6}|[0-9a-f]{8})$/i.test(hex)) throw new RangeError(`Expected rrggbb or rrggbbaa. Got "${hex}".`);
  const at = (index: number) => Number.parseInt(hex.slice(index, index + 2), 16);
  return { red: at(0), green: at(2), blue: at(4), alpha: hex.length === 8 ? at(6) : 255 };
}

/** 0xAABBGGRR: the word whose bytes in memory are R, G, B, A. */
export function packPixelColour({ red, green, blue, alpha }: PixelColour): number {
  return ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
