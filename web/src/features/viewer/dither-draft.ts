// What somebody has chosen in the Dither tab, and the transform it stands for. Pure.
import { DIFFUSION_ALGORITHMS, type PaletteSpec } from "../../../../shared/contracts/transforms/dither-options.ts";
import type { Dither, Transform } from "../../../../shared/contracts/transforms/transform.ts";

/** Longest side (px) of what is shown while choosing. */
export const PREVIEW_MAX_PX = 512;
/** Longest sides (px) of the result: small ones are for those who want to see each dot. */
export const DITHER_SIDES = [128, 256, 512, 800, 1200, 1600, 2048] as const;

export const METHOD_GROUPS = {
  "Error diffusion": {
    "floyd-steinberg": "Floyd–Steinberg",
    "false-floyd-steinberg": "False Floyd–Steinberg",
    "jarvis-judice-ninke": "Jarvis–Judice–Ninke",
    atkinson: "Atkinson",
    stucki: "Stucki",
    burkes: "Burkes",
    sierra: "Sierra",
    "sierra-two-row": "Sierra, two rows",
    "sierra-lite": "Sierra Lite",
    "stevenson-arce": "Stevenson–Arce",
    riemersma: "Riemersma",
  },
  Patterns: {
    "blue-noise": "Blue noise",
    bayer2: "Bayer 2 × 2",
    bayer4: "Bayer 4 × 4",
    bayer8: "Bayer 8 × 8",
    bayer16: "Bayer 16 × 16",
    clustered4: "Clustered dots 4 × 4",
    clustered6: "Clustered dots 6 × 6",
    clustered8: "Clustered dots 8 × 8",
  },
  "Halftones, by Cloudinary's numbers": {
    cd1: "1: Chessboard",
    cd2: "2: Scattered 2 × 2",
    cd3: "3: Scattered 3 × 3",
    cd4: "4: Scattered 4 × 4",
    cd5: "5: Scattered 8 × 8",
    cd6: "6: Slanted dots 4 × 4",
    cd7: "7: Slanted dots 6 × 6",
    cd8: "8: Slanted dots 8 × 8",
    cd9: "9: Upright dots 4 × 4",
    cd10: "10: Upright dots 6 × 6",
    cd11: "11: Upright dots 8 × 8",
    cd12: "12: Upright dots 16 × 16",
    cd13: "13: Black circles 5 × 5",
    cd14: "14: White circles 5 × 5",
    cd15: "15: Black circles 6 × 6",
    cd16: "16: White circles 6 × 6",
    cd17: "17: Black circles 7 × 7",
    cd18: "18: White circles 7 × 7",
  },
  Plain: { none: "Nearest colour, no dots", cd0: "0: Threshold" },
} as const;

export const PALETTES = {
  mono: "Black and white",
  grey: "Greys",
  rgb: "Steps of red, green and blue",
  adaptive: "The photo's own colours",
  gameboy: "Game Boy",
  cga: "CGA",
  ega: "EGA",
  pico8: "PICO-8",
  heliograph: "Heliograph",
  eink6: "Electronic paper, six colours",
  own: "Colours I choose",
} as const;
export type PaletteChoice = keyof typeof PALETTES;

/** How many levels or colours each kind of palette is offered with. */
export const LEVELS = {
  grey: [3, 4, 6, 8, 16, 32],
  rgb: [2, 3, 4, 5, 6],
  adaptive: [2, 4, 8, 16, 32, 64, 128, 256],
} as const satisfies Partial<Record<PaletteChoice, readonly number[]>>;
export type LevelledPalette = keyof typeof LEVELS;

export const OWN_MAX_COLOURS = 64;

export interface DitherDraft {
  readonly algorithm: string;
  readonly palette: PaletteChoice;
  readonly levels: Readonly<Record<LevelledPalette, number>>;
  /** As typed: colours of three or six digits, between anything else. */
  readonly own: string;
  readonly strengthPercent: number;
  readonly serpentine: boolean;
  readonly linear: boolean;
  /** Longest side of the result, px. */
  readonly longestPx: number;
  readonly format: "png" | "gif";
}

export const FIRST_DITHER: DitherDraft = {
  algorithm: "floyd-steinberg",
  palette: "mono",
  levels: { grey: 4, rgb: 2, adaptive: 16 },
  own: "#1a1a2e, #0f3460, #e94560, #ffdfe0",
  strengthPercent: 100,
  serpentine: true,
  linear: true,
  longestPx: PREVIEW_MAX_PX,
  format: "png",
};

export const hasLevels = (palette: PaletteChoice): palette is LevelledPalette => palette in LEVELS;

/** Whether rows can run both ways: errors that follow rows. */
export const hasRows = (algorithm: string): boolean =>
  algorithm !== "riemersma" && DIFFUSION_ALGORITHMS.some((name) => name === algorithm);

export const hasStrength = (algorithm: string): boolean => algorithm !== "none" && algorithm !== "cd0";

/** rrggbb of each colour that was typed; words and digits that are none are left out. */
export function readColours(typed: string): string[] {
  const found = typed.toLowerCase().match(/(?<![0-9a-z])(?:[0-9a-f]{6}|[0-9a-f]{3})(?![0-9a-z])/g) ?? [];
  return found.map((digits) => (digits.length === 6 ? digits : digits.replaceAll(/./g, "$&$&")));
}

/** What is wrong with the colours that were typed, in words; null: nothing. */
export function problemWithColours(typed: string): string | null {
  const { length } = readColours(typed);
  return length >= 2 && length <= OWN_MAX_COLOURS
    ? null
    : `2 to ${OWN_MAX_COLOURS} colours such as #e94560, with commas between them.`;
}

function paletteOf({ palette, levels, own }: DitherDraft): PaletteSpec {
  switch (palette) {
    case "grey":
    case "rgb":
      return { kind: palette, levels: levels[palette] };
    case "adaptive":
      return { kind: palette, colours: levels.adaptive };
    case "own":
      return { kind: "colours", colours: readColours(own) };
    default:
      return { kind: "named", name: palette };
  }
}

export function ditherOf(draft: DitherDraft): Dither {
  const { algorithm, serpentine, linear, strengthPercent } = draft;
  return { algorithm, palette: paletteOf(draft), strength: strengthPercent / 100, serpentine, linear };
}

/** In a format that keeps every dot as it is. */
export function ditherTransform(draft: DitherDraft): Transform & { readonly format: DitherDraft["format"] } {
  return { width: draft.longestPx, height: draft.longestPx, dither: ditherOf(draft), format: draft.format };
}

/**
 * What a preview has to be so that each of its dots covers equally many pixels of the screen: at most `longestPx`, and a whole part
 * of the stage. Dots of uneven sizes make patterns of their own.
 * @param stagePx longest side of the stage in pixels of the screen; 0 while nobody knows
 */
export function previewLongest(longestPx: number, stagePx: number): { readonly px: number; readonly dotPx: number } {
  if (stagePx < 1) return { px: longestPx, dotPx: 1 };
  const dotPx = Math.max(1, Math.ceil(stagePx / longestPx));
  return { px: Math.max(1, Math.floor(stagePx / dotPx)), dotPx };
}

/** Whole pixels of a picture within a square of `longestPx`, never enlarged. */
export function sizeWithin(
  longestPx: number,
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
): { readonly widthPx: number; readonly heightPx: number } {
  const scale = Math.min(1, longestPx / Math.max(widthPx, heightPx));
  return { widthPx: Math.max(1, Math.round(widthPx * scale)), heightPx: Math.max(1, Math.round(heightPx * scale)) };
}
