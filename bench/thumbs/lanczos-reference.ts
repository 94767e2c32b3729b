// The measure of quality: a full-resolution decode, shrunk by Lanczos3 in floating point, every source pixel weighed. Slow.
import sharp from "sharp";

/** Interleaved RGB, upright. */
export interface RgbImage {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly data: Uint8Array;
}

/** Lobes on either side. */
const LOBES = 3;

/** Every pixel of the photo, upright, its colours as stored: nobody here converts them. */
export async function decodeFully(bytes: Uint8Array): Promise<RgbImage> {
  const { data, info } = await sharp(bytes, { ignoreIcc: true, limitInputPixels: false })
    .autoOrient()
    .toColourspace("srgb")
    .flatten({ background: "white" })
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.channels === 3) return { widthPx: info.width, heightPx: info.height, data };
  const rgb = new Uint8Array(info.width * info.height * 3);
  for (let i = 0; i < rgb.length; i++) rgb[i] = data[Math.floor(i / 3) * info.channels] ?? 0;
  return { widthPx: info.width, heightPx: info.height, data: rgb };
}

export function shrinkByLanczos(source: RgbImage, widthPx: number, heightPx: number): RgbImage {
  const columns = tapsOf(source.widthPx, widthPx);
  const rows = tapsOf(source.heightPx, heightPx);
  const narrow = new Float32Array(source.heightPx * widthPx * 3);
  for (let y = 0; y < source.heightPx; y++) {
    const from = y * source.widthPx * 3;
    for (let x = 0; x < widthPx; x++) {
      const { start, weights } = columns[x] as Taps;
      let red = 0;
      let green = 0;
      let blue = 0;
      let pos = from + start * 3;
      for (let tap = 0; tap < weights.length; tap++) {
        const weight = weights[tap] as number;
        red += weight * (source.data[pos++] as number);
        green += weight * (source.data[pos++] as number);
        blue += weight * (source.data[pos++] as number);
      }
      const to = (y * widthPx + x) * 3;
      narrow[to] = red;
      narrow[to + 1] = green;
      narrow[to + 2] = blue;
    }
  }
  const stride = widthPx * 3;
  const data = new Uint8Array(heightPx * stride);
  const row = new Float64Array(stride);
  for (let y = 0; y < heightPx; y++) {
    const { start, weights } = rows[y] as Taps;
    row.fill(0);
    for (let tap = 0; tap < weights.length; tap++) {
      const weight = weights[tap] as number;
      const from = (start + tap) * stride;
      for (let i = 0; i < stride; i++) row[i] = (row[i] as number) + weight * (narrow[from + i] as number);
    }
    for (let i = 0; i < stride; i++) data[y * stride + i] = Math.max(0, Math.min(255, Math.round(row[i] as number)));
  }
  return { widthPx, heightPx, data };
}

/** sinc(x) sinc(x/3) within three lobes (Duchon 1979). */
function lanczos3(x: number): number {
  if (x === 0) return 1;
  if (Math.abs(x) >= LOBES) return 0;
  const angle = Math.PI * x;
  return (LOBES * Math.sin(angle) * Math.sin(angle / LOBES)) / (angle * angle);
}

interface Taps {
  readonly start: number;
  readonly weights: Float64Array;
}

function tapsOf(sourceLength: number, targetLength: number): Taps[] {
  // Enlarging keeps the kernel's own width; shrinking stretches it over every source pixel that counts.
  const scale = sourceLength / targetLength;
  const stretch = Math.max(1, scale);
  return Array.from({ length: targetLength }, (_, target) => {
    const center = (target + 0.5) * scale - 0.5;
    const start = Math.max(0, Math.ceil(center - LOBES * stretch));
    const end = Math.min(sourceLength - 1, Math.floor(center + LOBES * stretch));
    const weights = Float64Array.from({ length: end - start + 1 }, (_, tap) =>
      lanczos3((start + tap - center) / stretch),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { start, weights: weights.map((weight) => weight / sum) };
  });
}
