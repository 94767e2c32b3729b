// From stored values to light: the transfer curve of sRGB (IEC 61966-2-1), and how much each channel adds to luminance.

/** Shares of red, green and blue in the luminance of Rec. 709 primaries. */
export const LUMINANCE_WEIGHTS: readonly [number, number, number] = [0.2126, 0.7152, 0.0722];

/** Light (0–1) of a stored byte (0–255). */
export function linearLight(byte: number): number {
  const value = byte / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}
