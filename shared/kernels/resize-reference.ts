// The plain reading of what resize.ts computes: a box average, then Lanczos3, in floating point. For tests only; it is slow.
import { lanczos3 } from "./lanczos-weights.ts";
import { assertRgbaImage, type RgbaImage } from "./rgba-image.ts";

/** Same contract as resizeImage. `box` 1x1 makes it pure Lanczos3, the measure of what the fast path's box costs. */
export function resizeImageReference(
  image: RgbaImage,
  widthPx: number,
  heightPx: number,
  box: { readonly widthPx: number; readonly heightPx: number } = { widthPx: 1, heightPx: 1 },
): RgbaImage {
  assertRgbaImage(image);
  const premultiplied = Float64Array.from(image.data, (value, i) => {
    return i % 4 === 3 ? value : (value * image.data[i - (i % 4) + 3]) / 255;
  });
  let rows: Samples = { width: image.widthPx, height: image.heightPx, samples: premultiplied };
  rows = transpose(reduceRows(rows, box.widthPx, widthPx));
  rows = transpose(reduceRows(rows, box.heightPx, heightPx));
  const data = new Uint8Array(widthPx * heightPx * 4);
  for (let pos = 0; pos < data.length; pos += 4) {
    const alpha = toByte(rows.samples[pos + 3]);
    data[pos + 3] = alpha;
    for (let c = 0; c < 3; c++) data[pos + c] = alpha === 0 ? 0 : toByte((rows.samples[pos + c] * 255) / alpha);
  }
  return { widthPx, heightPx, data };
}

interface Samples {
  readonly width: number;
  readonly height: number;
  readonly samples: Float64Array;
}

function reduceRows({ width, height, samples }: Samples, box: number, target: number): Samples {
  const blocks = Math.ceil(width / box);
  const scale = blocks / target;
  const out = new Float64Array(target * height * 4);
  for (let i = 0; i < target * height * 4; i++) {
    const c = i % 4;
    const x = Math.floor(i / 4) % target;
    const rowStart = Math.floor(i / 4 / target) * width;
    const center = (x + 0.5) * scale - 0.5;
    let sum = 0;
    let weights = 0;
    for (let block = 0; block < blocks; block++) {
      const weight = lanczos3((block - center) / scale);
      if (weight === 0) continue;
      const end = Math.min(width, (block + 1) * box);
      let average = 0;
      for (let from = block * box; from < end; from++) average += samples[(rowStart + from) * 4 + c];
      sum += (weight * average) / (end - block * box);
      weights += weight;
    }
    out[i] = sum / weights;
  }
  return { width: target, height, samples: out };
}

function transpose({ width, height, samples }: Samples): Samples {
  const out = new Float64Array(samples.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 4; c++) out[(x * height + y) * 4 + c] = samples[(y * width + x) * 4 + c];
    }
  }
  return { width: height, height: width, samples: out };
}

function toByte(value: number): number {
  return Math.max(0, Math.min(255, Math.round(value)));
}
