// The dithering methods and palettes by name: what addresses, forms and kernels agree on.
import { z } from "zod";

/** Threshold maps. bayerN: N x N. cd0–cd18: Cloudinary's nineteen maps by its own numbers (`ordered_dither:N`). */
export const ORDERED_ALGORITHMS = [
  "bayer2",
  "bayer4",
  "bayer8",
  "bayer16",
  "clustered4",
  "clustered6",
  "clustered8",
  "blue-noise",
  ...(Array.from({ length: 19 }, (_, i) => `cd${i}`) as `cd${number}`[]),
] as const;

export const DIFFUSION_ALGORITHMS = [
  "floyd-steinberg",
  "false-floyd-steinberg",
  "jarvis-judice-ninke",
  "atkinson",
  "stucki",
  "burkes",
  "sierra",
  "sierra-two-row",
  "sierra-lite",
  "stevenson-arce",
  "riemersma",
] as const;

export const DITHER_ALGORITHMS = [...ORDERED_ALGORITHMS, ...DIFFUSION_ALGORITHMS, "none"] as const;
export const DitherAlgorithm = z.enum(DITHER_ALGORITHMS as unknown as readonly [string, ...string[]]);
export type DitherAlgorithm = z.infer<typeof DitherAlgorithm>;

/** Fixed palettes by name; their colours are in shared/kernels/palettes.ts. */
export const NAMED_PALETTES = ["mono", "gameboy", "cga", "ega", "pico8", "heliograph", "eink6"] as const;

export const PALETTE_MAX_COLOURS = 256;

export const PaletteSpec = z.discriminatedUnion("kind", [
  /** n evenly spaced greys; 2 is black and white. */
  z.object({ kind: z.literal("grey"), levels: z.int().min(2).max(256) }),
  /** n evenly spaced steps of each of red, green and blue: n³ colours. */
  z.object({ kind: z.literal("rgb"), levels: z.int().min(2).max(6) }),
  /** Chosen from the picture. */
  z.object({ kind: z.literal("adaptive"), colours: z.int().min(2).max(PALETTE_MAX_COLOURS) }),
  z.object({ kind: z.literal("named"), name: z.enum(NAMED_PALETTES) }),
  /** rrggbb each. */
  z.object({
    kind: z.literal("colours"),
    colours: z
      .array(z.string().regex(/^[0-9a-f]{6}$/))
      .min(2)
      .max(64),
  }),
]);
export type PaletteSpec = z.infer<typeof PaletteSpec>;
