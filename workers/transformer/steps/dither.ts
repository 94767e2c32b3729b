// Colours to those of a palette, and how the eye is made to see the others between them.
import { expandIndexed } from "../../../shared/kernels/expand-indexed.ts";
import { pictureOf, type RenderState, type RenderTransform } from "../render-state.ts";

/** What a GIF that nobody has dithered is made by: it holds 256 colours. */
const FOR_GIF = {
  algorithm: "floyd-steinberg",
  palette: { kind: "adaptive", colours: 256 },
  strength: 1,
  serpentine: true,
  linear: true,
} as const satisfies RenderTransform["dither"];

/** Formats that keep a picture by its palette. */
const BY_PALETTE: ReadonlySet<string> = new Set(["png", "gif"]);

export function dither(state: RenderState): void {
  const { transform, codecs } = state;
  const { dither: asked, format, watermark, isGrey } = transform;
  if (asked === undefined) return;
  const { image } = pictureOf(state, "pixels");
  const { pixels } = state;
  const { widthPx, heightPx } = image;
  const indexed = codecs.ditherer().dither({ widthPx, heightPx, data: pixels.view(image) }, asked, isGrey === true);
  // A watermark lies on it in its own colours, and most formats know no palette.
  if (BY_PALETTE.has(format) && watermark === undefined) state.picture = { kind: "indexed", image: indexed };
  else expandIndexed(indexed, pixels.view(image));
}

/** A GIF has a palette whether somebody asked for one or not: the last thing done to it. */
export function fitToPalette(state: RenderState): void {
  const { picture, transform, codecs } = state;
  if (transform.format !== "gif" || picture?.kind !== "pixels") return;
  const { widthPx, heightPx } = picture.image;
  const rgba = { widthPx, heightPx, data: state.pixels.view(picture.image) };
  state.picture = { kind: "indexed", image: codecs.ditherer().dither(rgba, FOR_GIF, false) };
}
