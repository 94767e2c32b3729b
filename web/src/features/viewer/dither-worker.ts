// Entry of the dither Worker: the very kernels the server dithers with, on a small picture, so that each choice shows at once.
import { adaptivePalette } from "../../../../shared/codecs/adaptive-palette.ts";
import type { Dither } from "../../../../shared/contracts/transforms/transform.ts";
import wasmAddress from "../../../../shared/kernels/dither/dither.wasm?url";
import { createDitherer, type IndexedImage } from "../../../../shared/kernels/dither-image.ts";
import { fixedPalette, type Palette } from "../../../../shared/kernels/palettes.ts";
import type { RgbaImage } from "../../../../shared/kernels/rgba-image.ts";
import type { DitherAnswer, DitherWish } from "./dither-protocol.ts";

const ditherer = WebAssembly.instantiateStreaming(fetch(wasmAddress)).then(({ instance }) =>
  createDitherer(instance.exports),
);

/** The picture looked at last, and the palettes found in it by number of colours. */
let held: { readonly key: string; readonly image: RgbaImage; readonly palettes: Map<number, Palette> } | null = null;

self.onmessage = ({ data: wish }: MessageEvent<DitherWish>) => {
  void answer(wish).then(
    (made) => self.postMessage(made, { transfer: made.kind === "made" ? [made.data.buffer] : [] }),
    () => self.postMessage({ kind: "failed", id: wish.id } satisfies DitherAnswer),
  );
};

async function answer({ id, address, widthPx, heightPx, dither }: DitherWish): Promise<DitherAnswer> {
  const key = `${address} ${widthPx} ${heightPx}`;
  if (held?.key !== key) held = { key, image: await readPicture(address, widthPx, heightPx), palettes: new Map() };
  const { image, palettes } = held;
  const { dither: run } = await ditherer;
  const start = performance.now();
  const made = run(image, { ...dither, palette: paletteOf(dither, image, palettes) });
  const data = expand(made);
  const ms = performance.now() - start;
  return { kind: "made", id, widthPx, heightPx, data, colours: made.palette.length / 4, ms };
}

async function readPicture(address: string, widthPx: number, heightPx: number): Promise<RgbaImage> {
  const response = await fetch(address, { credentials: "same-origin" });
  if (!response.ok) throw new Error(`The picture was answered with ${response.status}`);
  const size = { resizeWidth: widthPx, resizeHeight: heightPx, resizeQuality: "high" } as const;
  const bitmap = await createImageBitmap(await response.blob(), size);
  const context = new OffscreenCanvas(widthPx, heightPx).getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("This browser draws nothing outside of a page");
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return { widthPx, heightPx, data: new Uint8Array(context.getImageData(0, 0, widthPx, heightPx).data.buffer) };
}

function paletteOf({ palette }: Dither, image: RgbaImage, found: Map<number, Palette>): Palette {
  if (palette === null) return fixedPalette({ kind: "named", name: "mono" });
  if (palette.kind !== "adaptive") return fixedPalette(palette);
  const known = found.get(palette.colours) ?? adaptivePalette(image, palette.colours);
  found.set(palette.colours, known);
  return known;
}

/** Four bytes at a time: a palette of whole words in, a picture of whole words out. */
function expand({ indices, palette }: IndexedImage): Uint8ClampedArray<ArrayBuffer> {
  const words = new Uint32Array(palette.slice().buffer);
  const pixels = new Uint32Array(indices.length);
  for (let at = 0; at < indices.length; at++) pixels[at] = words[indices[at] as number] as number;
  return new Uint8ClampedArray(pixels.buffer);
}
