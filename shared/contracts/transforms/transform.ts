// What can be made of a photo: the one normalised value every dialect of address is read into. Lengths are pixels of the
// result (dpr is multiplied in while reading), the crop's of the photo as a person sees it. An option that changes nothing is absent.
import { z } from "zod";
import { PersonId, PhotoId } from "../ids.ts";
import { RENDER_MAX_SIDE_PX } from "../limits.ts";
import { DitherAlgorithm, PaletteSpec } from "./dither-options.ts";

const side = z.int().min(1).max(RENDER_MAX_SIDE_PX);
/** `#rgb` is read as `#rrggbb`, and written in full: rrggbb or rrggbbaa, lower case, without the hash. */
export const Colour = z.string().regex(/^[0-9a-f]{6}(?:[0-9a-f]{2})?$/);

/** scale-down never enlarges, contain does; cover and crop fill the box (crop never enlarges); pad fills up with background; squeeze distorts. */
export const Fit = z.enum(["scale-down", "contain", "cover", "crop", "pad", "squeeze"]);
export type Fit = z.infer<typeof Fit>;

export const GRAVITY_SIDES = [
  "center",
  "north",
  "northeast",
  "east",
  "southeast",
  "south",
  "southwest",
  "west",
  "northwest",
] as const;

/** What stays in view when a side is cut off. */
export const Gravity = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("side"), side: z.enum(GRAVITY_SIDES) }),
  /** Fractions (0–1) of the photo as seen. */
  z.object({ kind: z.literal("point"), x: z.number().min(0).max(1), y: z.number().min(0).max(1) }),
  /** Where there is most to see. */
  z.object({ kind: z.literal("auto") }),
  /** All faces; without any: auto. */
  z.object({ kind: z.literal("face") }),
  z.object({ kind: z.literal("person"), personId: PersonId }),
]);
export type Gravity = z.infer<typeof Gravity>;

/** Of the upright photo: pixels, or fractions (0–1) where `unit` says so. Parts outside of the photo are dropped. */
export const CropRect = z.object({
  unit: z.enum(["px", "fraction"]),
  x: z.number().min(0),
  y: z.number().min(0),
  width: z.number().positive(),
  height: z.number().positive(),
});
export type CropRect = z.infer<typeof CropRect>;

export const RENDER_FORMATS = ["jpg", "png", "webp", "avif", "gif"] as const;
export const RenderFormat = z.enum(RENDER_FORMATS);
export type RenderFormat = z.infer<typeof RenderFormat>;

export const Dither = z.object({
  algorithm: DitherAlgorithm,
  /** null: black and white for one channel, else adaptive. */
  palette: PaletteSpec.nullable(),
  /** 0–1: share of the error that is handed on, or of the threshold map's span. */
  strength: z.number().min(0).max(1),
  serpentine: z.boolean(),
  /** Whether errors are weighed in linear light; off works on the stored values, as most others do. */
  linear: z.boolean(),
});
export type Dither = z.infer<typeof Dither>;

export const Watermark = z.object({
  /** Another photo of the same owner. */
  photoId: PhotoId,
  position: z.enum(GRAVITY_SIDES),
  /** 0–1 */
  opacity: z.number().min(0).max(1),
  /** Its width as a share (0–1] of the result's. */
  scale: z.number().positive().max(1),
});

const insets = z.object({ top: z.int().min(0), right: z.int().min(0), bottom: z.int().min(0), left: z.int().min(0) });

export const Transform = z.strictObject({
  width: side.optional(),
  height: side.optional(),
  fit: Fit.optional(),
  gravity: Gravity.optional(),
  crop: CropRect.optional(),
  /** Tolerance (0–100, share of the full range in per cent) by which an edge may differ from its corner and still be cut. */
  trim: z.number().min(0).max(100).optional(),
  /** Clockwise, after resizing. */
  rotate: z.union([z.literal(90), z.literal(180), z.literal(270)]).optional(),
  flip: z.enum(["h", "v", "hv"]).optional(),
  background: Colour.optional(),
  pad: insets.optional(),
  border: z.object({ widthPx: z.int().min(1), colour: Colour }).optional(),
  /** Standard deviation (px) of a Gaussian. */
  blur: z.number().min(0.3).max(100).optional(),
  /** Amount (0–10) of an unsharp mask of 1 px. */
  sharpen: z.number().positive().max(10).optional(),
  /** Side (px) of a block. */
  pixelate: z.int().min(2).max(256).optional(),
  /** Factors; 1 changes nothing and is absent. */
  brightness: z.number().min(0).max(10).optional(),
  contrast: z.number().min(0).max(10).optional(),
  gamma: z.number().min(0.1).max(10).optional(),
  saturation: z.number().min(0).max(10).optional(),
  isGrey: z.literal(true).optional(),
  redactFaces: z.enum(["blur", "pixelate", "fill"]).optional(),
  dither: Dither.optional(),
  watermark: Watermark.optional(),
  /** Absent: none. Never more than the colour profile and what is named. */
  meta: z.enum(["keep", "copyright"]).optional(),
  /** 1–100; absent: the format's own default. */
  quality: z.int().min(1).max(100).optional(),
  /** auto: by the request's Accept header and by what is cheaper. */
  format: z.union([RenderFormat, z.literal("auto")]),
});
export type Transform = z.infer<typeof Transform>;
