// The pipeline: what happens to a picture, in which order. The order of an address's options never matters.
import { type OpenedOriginal, openOriginal } from "../../shared/codecs/decode-original.ts";
import { ISOLATE_DECODE_BYTES } from "../../shared/codecs/engine/engine-pool.ts";
import type { PixelSize } from "../../shared/codecs/engine/resize-planes.ts";
import type { Pixels } from "../../shared/codecs/pixels/pixels.ts";
import type { ImageSource } from "../../shared/codecs/source-bytes.ts";
import type { RenderRequest } from "../../shared/contracts/renders.ts";
import { isPlainJpeg, renderLimits } from "../../shared/contracts/transforms/render-limits.ts";
import { planGeometry } from "../../shared/kernels/transform-geometry.ts";
import type { RenderCodecs } from "./render-codecs.ts";
import { type EncodedRender, pictureOf, RenderRefusal, type RenderState, type Step } from "./render-state.ts";
import { autorotate } from "./steps/autorotate.ts";
import { blur } from "./steps/blur.ts";
import { colour } from "./steps/colour.ts";
import { crop } from "./steps/crop.ts";
import { decode, keepsAlpha } from "./steps/decode.ts";
import { dither, fitToPalette } from "./steps/dither.ts";
import { draw } from "./steps/draw.ts";
import { encode } from "./steps/encode.ts";
import { flatten } from "./steps/flatten.ts";
import { flip } from "./steps/flip.ts";
import { metadata } from "./steps/metadata.ts";
import { pad } from "./steps/pad.ts";
import { pixelate } from "./steps/pixelate.ts";
import { redact } from "./steps/redact.ts";
import { resize } from "./steps/resize.ts";
import { rotate } from "./steps/rotate.ts";
import { sharpen } from "./steps/sharpen.ts";
import { trim } from "./steps/trim.ts";
import { watermark } from "./steps/watermark.ts";

const STEPS: readonly Step[] = [
  decode,
  metadata,
  autorotate,
  crop,
  trim,
  resize,
  rotate,
  flip,
  draw,
  colour,
  blur,
  sharpen,
  pixelate,
  redact,
  pad,
  flatten,
  dither,
  watermark,
  fitToPalette,
  encode,
];

export type RenderResult =
  | ({ readonly kind: "done" } & EncodedRender)
  | { readonly kind: "unmakeable"; readonly reason: RenderRefusal["reason"]; readonly detail: string };

export type RenderWork = Pick<RenderRequest, "transform" | "focus" | "redact"> & {
  /** Of the photo as seen, whatever picture of it the source is. */
  readonly photo: PixelSize;
  /** Opens the watermark's picture; null: there is none, or none any more. */
  readonly watermark: (() => Promise<ImageSource>) | null;
};

/** What the file or the wish is to blame for is a value; throws what may be tried again. The same work gives the same bytes. */
export async function runPipeline(codecs: RenderCodecs, source: ImageSource, work: RenderWork): Promise<RenderResult> {
  const { transform, focus, photo } = work;
  const geometry = planGeometry(photo, transform, focus, renderLimits(transform));
  if (geometry.problem !== null) {
    const reason = geometry.problem === "too-large" ? "too-large" : "unsupported";
    return { kind: "unmakeable", reason, detail: geometry.problem };
  }
  const staysPlanes = isPlainJpeg(transform) && !keepsAlpha(transform);
  const run = async (opened: OpenedOriginal, pixels: Pixels): Promise<RenderResult> => {
    const start = { part: geometry.crop, turn: 1, picture: null, iccProfile: null, exif: null } as const;
    const engineStart = opened.engine.call((kernel) => kernel.mark());
    const state: RenderState = { ...work, codecs, opened, engineStart, pixels, staysPlanes, geometry, ...start };
    for (const step of STEPS) await step(state);
    return { kind: "done", ...pictureOf(state, "encoded").render };
  };
  try {
    const whole = () => ISOLATE_DECODE_BYTES;
    const result = await openOriginal(codecs, source, whole, (opened) =>
      codecs.pixels.use((pixels) => run(opened, pixels)),
    );
    if (result.kind === "done" || result.kind === "unmakeable") return result;
    const reason = result.kind === "skipped" ? "unsupported" : result.reason === "too-large" ? "too-large" : "corrupt";
    return { kind: "unmakeable", reason, detail: result.detail };
  } catch (error) {
    if (error instanceof RenderRefusal) return { kind: "unmakeable", reason: error.reason, detail: error.message };
    throw error;
  }
}
