// The filters of PNG by their definitions (W3C PNG, third edition, §9), a byte at a time. For tests; slow.
import type { RgbaImage } from "../../shared/kernels/rgba-image.ts";

/** What each filter predicts from the bytes left, above, and above left. In the order in which of equals one is taken. */
const FILTERS: readonly {
  readonly type: number;
  readonly predict: (left: number, above: number, corner: number) => number;
}[] = [
  { type: 4, predict: paeth },
  { type: 2, predict: (_left, above) => above },
  { type: 1, predict: (left) => left },
  { type: 3, predict: (left, above) => Math.floor((left + above) / 2) },
];

function paeth(left: number, above: number, corner: number): number {
  const estimate = left + above - corner;
  const [toLeft, toAbove, toCorner] = [left, above, corner].map((value) => Math.abs(estimate - value)) as [
    number,
    number,
    number,
  ];
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

/** Every row by the filter whose signed differences are smallest in sum, its type in front. */
export function filterPngRows({ widthPx, heightPx, data }: RgbaImage, channels: 1 | 3 | 4): number[][] {
  const at = (row: number, i: number): number => {
    if (row < 0 || i < 0) return 0;
    return data[(row * widthPx + Math.floor(i / channels)) * 4 + (i % channels)] as number;
  };
  const columns = Array.from({ length: widthPx * channels }, (_, i) => i);
  return Array.from({ length: heightPx }, (_, row) => {
    const candidates = FILTERS.map(({ type, predict }) => [
      type,
      ...columns.map((i) => {
        const predicted = predict(at(row, i - channels), at(row - 1, i), at(row - 1, i - channels));
        return (at(row, i) - predicted) & 255;
      }),
    ]);
    const sums = candidates.map(([, ...body]) => body.reduce((sum, byte) => sum + Math.min(byte, 256 - byte), 0));
    return candidates[sums.indexOf(Math.min(...sums))] as number[];
  });
}
