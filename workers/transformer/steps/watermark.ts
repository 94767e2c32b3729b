// Another photo of the same owner over a corner, a side or the middle of the result.
import { type DecodeOriginalDeps, openOriginal } from "../../../shared/codecs/decode-original.ts";
import { compositePixels } from "../../../shared/codecs/pixels/composite-pixels.ts";
import type { PixelImage } from "../../../shared/codecs/pixels/pixels.ts";
import { orientedSize } from "../../../shared/kernels/orient.ts";
import { drawToPixels } from "../draw-to-pixels.ts";
import { pictureOf, RenderRefusal, type RenderState } from "../render-state.ts";

export async function watermark(state: RenderState): Promise<void> {
  const { watermark: asked } = state.transform;
  if (asked === undefined) return;
  if (state.watermark === null) throw new RenderRefusal("unsupported", "the watermark is not there");
  const { pixels } = state;
  const base = pictureOf(state, "pixels").image;
  const start = pixels.mark();
  const over = await drawWatermark(state, base, asked.scale);
  const across = asked.position.includes("west") ? 0 : asked.position.includes("east") ? 1 : 0.5;
  const down = asked.position.includes("north") ? 0 : asked.position.includes("south") ? 1 : 0.5;
  compositePixels(pixels, base, over, {
    leftPx: Math.round((base.widthPx - over.widthPx) * across),
    topPx: Math.round((base.heightPx - over.heightPx) * down),
    opacity: asked.opacity,
  });
  pixels.release(start);
}

/** As wide as the scale says, but never taller than the result. */
async function drawWatermark(state: RenderState, base: PixelImage, scale: number): Promise<PixelImage> {
  const { codecs, pixels, watermark: source } = state;
  if (source === null) throw new Error("Expected a watermark.");
  const engine = state.opened.engine.isAlive ? state.opened.engine : codecs.newEngine();
  // This render has the isolate's memory already: to wait for more of it would be to wait for itself.
  const deps: DecodeOriginalDeps = { decodeImage: codecs.decodeImage, engines: { use: (_, work) => work(engine) } };
  const drawn = await openOriginal(
    deps,
    await source(),
    () => 0,
    async ({ decode }) => {
      const sizeOf = (seen: { readonly widthPx: number; readonly heightPx: number }) => {
        const fit = Math.min((base.widthPx * scale) / seen.widthPx, base.heightPx / seen.heightPx);
        return {
          widthPx: Math.max(1, Math.round(seen.widthPx * fit)),
          heightPx: Math.max(1, Math.round(seen.heightPx * fit)),
        };
      };
      const decoded = await decode(sizeOf, { keepsAlpha: true });
      if (decoded.kind !== "decoded" && decoded.kind !== "decoded-pixels") return decoded;
      const stored = decoded.kind === "decoded" ? decoded.image : decoded.pixels;
      const orientation = decoded.header.orientation ?? 1;
      const seen = orientedSize(stored.widthPx, stored.heightPx, orientation);
      const part = { leftPx: 0, topPx: 0, widthPx: stored.widthPx, heightPx: stored.heightPx };
      const image = drawToPixels({ engine, pixels }, decoded, { part, size: sizeOf(seen), orientation });
      return { kind: "drawn" as const, image };
    },
  );
  if (drawn.kind !== "drawn") throw new RenderRefusal("unsupported", `the watermark: ${drawn.detail}`);
  return drawn.image;
}
