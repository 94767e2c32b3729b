// Dithers a made-up picture as often as it is told. Never deployed.
import { ditherModule } from "../../../shared/codecs/dither-module.ts";
import { createPictureDitherer } from "../../../shared/codecs/dither-picture.ts";
import type { RgbaImage } from "../../../shared/kernels/rgba-image.ts";
import { noisyPicture } from "../../../tests/fixtures/dither-pictures.ts";
import type { DitherRequest } from "./dither-request.ts";

const ditherer = createPictureDitherer(ditherModule);
let image: RgbaImage | null = null;

// biome-ignore lint/style/noDefaultExport: the entry of a Worker.
export default {
  async fetch(request: Request): Promise<Response> {
    const { widthPx, heightPx, algorithm, palette, times } = (await request.json()) as DitherRequest;
    if (image?.widthPx !== widthPx || image.heightPx !== heightPx) image = noisyPicture(widthPx, heightPx);
    const dither = { algorithm, palette, strength: 1, serpentine: true, linear: true };
    let lit = 0;
    for (let n = 0; n < times; n++) lit += ditherer.dither(image, dither, false).indices[n] ?? 0;
    return Response.json({ lit });
  },
};
