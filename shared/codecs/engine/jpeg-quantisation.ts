// Quantisation tables of a quality, as IJG's encoders scale those of ITU-T T.81 Annex K. Knows nothing else of a file.

/** Table K.1, row by row of vertical frequency. */
// biome-ignore format: a matrix reads as one.
const LUMA = [
  16, 11, 10, 16, 24, 40, 51, 61,
  12, 12, 14, 19, 26, 58, 60, 55,
  14, 13, 16, 24, 40, 57, 69, 56,
  14, 17, 22, 29, 51, 87, 80, 62,
  18, 22, 37, 56, 68, 109, 103, 77,
  24, 35, 55, 64, 81, 104, 113, 92,
  49, 64, 78, 87, 103, 121, 120, 101,
  72, 92, 95, 98, 112, 100, 103, 99,
];
/** Table K.2. */
// biome-ignore format: a matrix reads as one.
const CHROMA = [
  17, 18, 24, 47, 99, 99, 99, 99,
  18, 21, 26, 66, 99, 99, 99, 99,
  24, 26, 56, 99, 99, 99, 99, 99,
  47, 66, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99,
];

/**
 * @param quality 1 to 100: 50 is Annex K itself, 100 all ones.
 * @returns steps of 1 to 255, row by row of vertical frequency.
 */
export function quantisationTables(quality: number): { readonly luma: Uint8Array; readonly chroma: Uint8Array } {
  if (!(quality >= 1 && quality <= 100)) throw new RangeError(`Expected a quality of 1 to 100. Got ${quality}.`);
  const percent = quality < 50 ? 5000 / quality : 200 - quality * 2;
  const scale = (step: number) => Math.min(255, Math.max(1, Math.floor((step * Math.trunc(percent) + 50) / 100)));
  return { luma: Uint8Array.from(LUMA, scale), chroma: Uint8Array.from(CHROMA, scale) };
}
