// A transform while its address is being read: what has been said so far, in the words every dialect shares.
import { DPR_MAX, RENDER_MAX_SIDE_PX } from "../limits.ts";
import type { DitherAlgorithm, PaletteSpec } from "./dither-options.ts";
import { DITHER_DEFAULTS, normaliseTransform } from "./normalise-transform.ts";
import { type Refuse, readFactor, type TransformProblem } from "./option-values.ts";
import { Transform } from "./transform.ts";

type Said = { -readonly [Key in keyof Transform]?: Transform[Key] | undefined };

export interface TransformDraft extends Omit<Said, "dither"> {
  /** Device pixel ratio: multiplies every length in px of the result, and is then forgotten. */
  dpr?: number | undefined;
  algorithm?: DitherAlgorithm | undefined;
  palette?: PaletteSpec | { kind: "grey" | "rgb" | "adaptive" } | undefined;
  levels?: number | undefined;
  strength?: number | undefined;
  serpentine?: boolean | undefined;
  linear?: boolean | undefined;
}

export type ReadTransform =
  | { readonly transform: Transform; readonly problems?: undefined }
  | { readonly problems: readonly TransformProblem[] };

/** Least device pixel ratio: thumbnails of thumbnails have sizes of their own. */
const DPR_MIN = 0.1;
/** Colours or steps of a palette that names no number. */
const PALETTE_STEPS = { grey: 2, rgb: 2, adaptive: 16 } as const;
const PALETTE_STEPS_MAX = { grey: 256, rgb: 6, adaptive: 256 } as const;

export function readDpr(draft: TransformDraft, text: string, refuse: Refuse): void {
  draft.dpr = readFactor(text, DPR_MIN, DPR_MAX, refuse);
}

/** @param problems found so far; any makes the whole address one that says nothing */
export function finishDraft(draft: TransformDraft, problems: TransformProblem[]): ReadTransform {
  const { dpr = 1, algorithm, palette, levels, strength, serpentine, linear, ...said } = draft;
  const transform = { ...said, format: said.format ?? "jpg" } as Transform;
  for (const side of ["width", "height"] as const) {
    const length = transform[side];
    if (length === undefined) continue;
    transform[side] = Math.max(1, Math.round(length * dpr));
    if (transform[side] > RENDER_MAX_SIDE_PX)
      problems.push({
        pointer: `/${side}`,
        message: `is ${transform[side]} px, and the most is ${RENDER_MAX_SIDE_PX}`,
      });
  }
  const { pad, border } = transform;
  const scaled = (length: number) => Math.round(length * dpr);
  if (pad)
    transform.pad = {
      top: scaled(pad.top),
      right: scaled(pad.right),
      bottom: scaled(pad.bottom),
      left: scaled(pad.left),
    };
  if (border) transform.border = { ...border, widthPx: Math.max(1, scaled(border.widthPx)) };
  if ([algorithm, palette, levels, strength, serpentine, linear].some((part) => part !== undefined))
    transform.dither = {
      algorithm: algorithm ?? "floyd-steinberg",
      palette: finishPalette(palette, levels, problems),
      strength: strength ?? DITHER_DEFAULTS.strength,
      serpentine: serpentine ?? DITHER_DEFAULTS.serpentine,
      linear: linear ?? DITHER_DEFAULTS.linear,
    };
  if (problems.length > 0) return { problems };
  return checkTransform(normaliseTransform(withoutUndefined(transform)));
}

/** The schema has the last word, whatever a dialect thought. */
function checkTransform(transform: Transform): ReadTransform {
  const checked = Transform.safeParse(transform);
  if (checked.success) return { transform };
  return {
    problems: checked.error.issues.map(({ path, message }) => ({ pointer: `/${path.join("/")}`, message })),
  };
}

function finishPalette(
  palette: TransformDraft["palette"],
  levels: number | undefined,
  problems: TransformProblem[],
): PaletteSpec | null {
  if (palette === undefined && levels === undefined) return null;
  const { kind } = palette ?? { kind: "grey" };
  if (kind === "named" || kind === "colours") {
    if (levels !== undefined) problems.push({ pointer: "/levels", message: "means nothing beside a fixed palette" });
    return palette as PaletteSpec;
  }
  const said = palette as { levels?: number; colours?: number } | undefined;
  const steps = levels ?? said?.levels ?? said?.colours ?? PALETTE_STEPS[kind];
  if (steps < 2 || steps > PALETTE_STEPS_MAX[kind])
    problems.push({ pointer: "/levels", message: `must be 2 to ${PALETTE_STEPS_MAX[kind]} for ${kind}, not ${steps}` });
  return kind === "adaptive" ? { kind, colours: steps } : { kind, levels: steps };
}

function withoutUndefined(transform: Transform): Transform {
  return Object.fromEntries(Object.entries(transform).filter(([, value]) => value !== undefined)) as Transform;
}
