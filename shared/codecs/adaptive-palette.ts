// Chooses a palette from a picture, and the only file that names the quantiser: Xiaolin Wu's (1992), from image-q.
import { distance, palette as quantisers, utils } from "image-q";
import type { Palette } from "../kernels/palettes.ts";
import type { RgbaImage } from "../kernels/rgba-image.ts";

/**
 * Pixels looked at: the library makes an object of each, and more of them change a palette by less than a step of 8 bits.
 * Spread over the picture in rows that are moved against each other, so that no regular pattern is met by a regular grid.
 */
const SAMPLE_PIXELS = 1 << 15;
/**
 * Bits a channel of the histogram. The library's own 5 take half a second and 100 MB for tables of four dimensions, and come no
 * nearer than a few per cent: means are taken of exact values either way.
 */
const HISTOGRAM_BITS = 4;
/** Fraction of the golden ratio: multiples of it fall evenly into an interval, however many there are. */
const GOLDEN = 0.6180339887;
const OPAQUE_FROM = 128;

/** At most `colours` (2–256) entries, fewer where the picture has fewer; black where it is all holes. */
export function adaptivePalette(image: RgbaImage, colours: number): Palette {
  const sample = samplePixels(image);
  if (sample.length === 0) return { colours: new Uint8Array(3), cubeLevels: null };
  const quantiser = new quantisers.WuQuant(new distance.EuclideanBT709NoAlpha(), colours, HISTOGRAM_BITS);
  quantiser.sample(utils.PointContainer.fromUint8Array(sample, sample.length / 4, 1));
  const points = quantiser.quantizeSync().getPointContainer().getPointArray().slice(0, colours);
  return { colours: Uint8Array.from(points.flatMap(({ r, g, b }) => [r, g, b])), cubeLevels: null };
}

/** Some of the picture's pixels that are no holes, as RGBA. */
function samplePixels({ widthPx, heightPx, data }: RgbaImage): Uint8Array {
  const step = Math.max(1, Math.ceil(Math.sqrt((widthPx * heightPx) / SAMPLE_PIXELS)));
  const sample = new Uint8Array(Math.ceil(widthPx / step) * Math.ceil(heightPx / step) * 4);
  let size = 0;
  for (let y = Math.floor(step / 2); y < heightPx; y += step)
    for (let x = Math.floor(((y * GOLDEN) % 1) * step); x < widthPx; x += step) {
      const at = (y * widthPx + x) * 4;
      if ((data[at + 3] as number) < OPAQUE_FROM) continue;
      sample.set(data.subarray(at, at + 3), size);
      sample[size + 3] = 255;
      size += 4;
    }
  return sample.subarray(0, size);
}
