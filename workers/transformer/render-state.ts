// What the steps of the pipeline hand on to one another: one picture on its way, and what is to become of it.
import type { DecodedOriginal, DecodedWithAlpha, OpenedOriginal } from "../../shared/codecs/decode-original.ts";
import type { PlanarImage } from "../../shared/codecs/engine/planes.ts";
import type { PixelSize } from "../../shared/codecs/engine/resize-planes.ts";
import type { PixelImage, Pixels } from "../../shared/codecs/pixels/pixels.ts";
import type { ImageSource } from "../../shared/codecs/source-bytes.ts";
import type { RenderRequest, ShareBox } from "../../shared/contracts/renders.ts";
import type { IndexedImage } from "../../shared/kernels/dither-image.ts";
import type { Orientation } from "../../shared/kernels/exif-orientation.ts";
import type { PixelRect, TransformGeometry } from "../../shared/kernels/transform-geometry.ts";
import type { RenderCodecs } from "./render-codecs.ts";

export type RenderTransform = RenderRequest["transform"];

/** What was asked for cannot be made of this photo. Told to whoever asked, and not tried again. */
export class RenderRefusal extends Error {
  override readonly name = "RenderRefusal";
  readonly reason: "too-large" | "corrupt" | "unsupported";

  constructor(reason: RenderRefusal["reason"], detail: string) {
    super(detail);
    this.reason = reason;
  }
}

export interface EncodedRender extends PixelSize {
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** The picture in work: still what was decoded, or drawn at its new size. */
export type Picture =
  | { readonly kind: "decoded"; readonly original: DecodedOriginal | DecodedWithAlpha }
  /** YCbCr in the engine's memory, upright, at the result's size, opaque. */
  | { readonly kind: "planes"; readonly image: PlanarImage }
  /** RGBA in the pixel module's memory, upright, at the result's size. */
  | { readonly kind: "pixels"; readonly image: PixelImage }
  /** By palette, as PNG and GIF keep it: nothing but encoding follows. */
  | { readonly kind: "indexed"; readonly image: IndexedImage }
  | { readonly kind: "encoded"; readonly render: EncodedRender };

export interface RenderState {
  readonly transform: RenderTransform;
  /** What gravity keeps in view, and what redacting covers: shares of the photo as seen. */
  readonly focus: readonly ShareBox[];
  readonly redact: readonly ShareBox[];
  /** The photo as seen. What is decoded may be a smaller picture of it. */
  readonly photo: PixelSize;
  readonly codecs: RenderCodecs;
  readonly opened: OpenedOriginal;
  /** Mark of the engine from before anything was decoded. */
  readonly engineStart: number;
  /** Holds pictures in full colour. */
  readonly pixels: Pixels;
  /** Whether nobody touches single pixels of the result, so that it may stay what a JPEG is made of. */
  readonly staysPlanes: boolean;
  /** Opens the watermark's picture; null: there is none any more. */
  readonly watermark: (() => Promise<ImageSource>) | null;
  /** Of the photo as seen: what cropping and trimming leave of it. */
  part: PixelRect;
  /** Steps that look at pixels (trim, smart crop) decide it anew. */
  geometry: TransformGeometry;
  /** From the picture as stored to the result; nothing is turned before it is drawn. */
  turn: Orientation;
  picture: Picture | null;
  iccProfile: Uint8Array | null;
  /** What `meta` keeps of the photo's EXIF: a TIFF structure. */
  exif: Uint8Array | null;
}

/** One step of the pipeline. Does nothing where nothing is asked of it. */
export type Step = (state: RenderState) => Promise<void> | void;

/** @throws Error where a step runs before another whose work it needs */
export function pictureOf<Kind extends Picture["kind"]>(
  { picture }: RenderState,
  kind: Kind,
): Extract<Picture, { readonly kind: Kind }> {
  if (picture?.kind !== kind) throw new Error(`Expected a picture that is ${kind}. Got ${picture?.kind ?? "none"}.`);
  return picture as Extract<Picture, { readonly kind: Kind }>;
}
