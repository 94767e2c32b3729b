// The plain reading of how RGBA becomes shrunk planes: over white, averaged by boxes, BT.601, chroma of 2x2. For tests; it is slow.

export interface ReferencePlane {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly samples: Float64Array;
}

/** Unrounded samples; `box` pixels each way become one of luma, twice as many one of chroma. */
export function planesOfRgba(rgba: Uint8Array, widthPx: number, heightPx: number, box: number): ReferencePlane[] {
  const white = Float64Array.from(rgba, (value, i) => {
    const alpha = rgba[i - (i % 4) + 3] ?? 255;
    return i % 4 === 3 ? 255 : 255 - ((255 - value) * alpha) / 255;
  });
  const small = averageBoxes(white, widthPx, heightPx, box);
  const half = averageBoxes(small.samples, small.widthPx, small.heightPx, 2);
  return [
    mapPixels(small, (red, green, blue) => 0.299 * red + 0.587 * green + 0.114 * blue),
    mapPixels(half, (red, green, blue) => 128 - 0.168736 * red - 0.331264 * green + 0.5 * blue),
    mapPixels(half, (red, green, blue) => 128 + 0.5 * red - 0.418688 * green - 0.081312 * blue),
  ];
}

/** Boxes at the right and lower edge average what there is of them. */
function averageBoxes(rgba: Float64Array, widthPx: number, heightPx: number, box: number): ReferencePlane {
  const columns = Math.ceil(widthPx / box);
  const rows = Math.ceil(heightPx / box);
  const samples = new Float64Array(columns * rows * 4);
  for (let i = 0; i < samples.length; i++) {
    const channel = i % 4;
    const left = (Math.floor(i / 4) % columns) * box;
    const top = Math.floor(i / 4 / columns) * box;
    let sum = 0;
    let count = 0;
    for (let y = top; y < Math.min(heightPx, top + box); y++) {
      for (let x = left; x < Math.min(widthPx, left + box); x++) {
        sum += rgba[(y * widthPx + x) * 4 + channel] ?? 0;
        count++;
      }
    }
    samples[i] = sum / count;
  }
  return { widthPx: columns, heightPx: rows, samples };
}

function mapPixels(
  { widthPx, heightPx, samples }: ReferencePlane,
  toSample: (red: number, green: number, blue: number) => number,
): ReferencePlane {
  const mapped = new Float64Array(widthPx * heightPx);
  for (let i = 0; i < mapped.length; i++) {
    mapped[i] = toSample(samples[i * 4] ?? 0, samples[i * 4 + 1] ?? 0, samples[i * 4 + 2] ?? 0);
  }
  return { widthPx, heightPx, samples: mapped };
}
