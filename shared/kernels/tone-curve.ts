// What brightness, contrast and gamma make of every level: one table for all three, and for each channel alike. Pure.

/** Factors; 1 changes nothing. */
export interface Tones {
  /** Multiplies. */
  readonly brightness: number;
  /** Stretches away from the middle, 127.5. */
  readonly contrast: number;
  /** Above 1 lightens, black and white stay: the level as a share to the power of 1 / gamma. */
  readonly gamma: number;
}

/** 256 entries: brightness, then contrast, then gamma; clamped once, at the end of what is linear, so that neither loses levels. */
export function toneCurve({ brightness, contrast, gamma }: Tones): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, level) => {
    const linear = ((level / 255) * brightness - 0.5) * contrast + 0.5;
    return Math.round(Math.min(1, Math.max(0, linear)) ** (1 / gamma) * 255);
  });
}
