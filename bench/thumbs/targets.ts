// The engine's targets, and whether these measurements meet them. A target holds for the worst photo it speaks of.

import { OURS, OURS_IN_WORKERD } from "./contender.ts";
import { medianOf } from "./measure.ts";
import type { PhotoReport, Timing } from "./photo-report.ts";
import { SHARP_BEST } from "./sharp-contenders.ts";

export interface TargetResult {
  readonly target: string;
  readonly must: string;
  /** Over the photos concerned: the median, and the worst of them. */
  readonly median: number | null;
  readonly worst: number | null;
  readonly unit: string;
  readonly isMet: boolean | null;
  readonly photos: number;
}

const MIB = 1024 * 1024;
/** What "12–48 MP" includes: nobody's 12 MP sensor has exactly 12,000,000 pixels. */
const PHONE_MEGAPIXELS = { from: 11.5, to: 51 };
const ANY_MEGAPIXELS = { from: 1.9, to: 101 };

export function judgeTargets(reports: readonly PhotoReport[]): TargetResult[] {
  const jpegs = reports.filter(({ coding }) => coding !== "png");
  const phone = jpegs.filter(({ megapixels }) => isIn(megapixels, PHONE_MEGAPIXELS));
  const any = jpegs.filter(({ megapixels }) => isIn(megapixels, ANY_MEGAPIXELS));
  const pngs = reports.filter(({ coding }) => coding === "png");
  const baseline = phone.filter(({ coding }) => coding === "baseline");
  const progressive = phone.filter(({ coding }) => coding === "progressive");
  return [
    judge("four renditions, 12–48 MP baseline, CPU vs sharp best practice", "x", 0.5, baseline.map(fourVsSharp)),
    // Apart, for the progressive ones would make any median: of them only a small part is read at this size.
    judge("one 320 px rendition, 12–48 MP baseline, vs sharp", "x", 0.45, baseline.map(oneVsSharp)),
    judge("one 320 px rendition, 12–48 MP progressive, vs sharp", "x", 0.45, progressive.map(oneVsSharp)),
    judge("four renditions, 12–48 MP progressive vs sharp", "x", 0.35, progressive.map(fourVsSharp)),
    judge(
      "peak WASM memory, any JPEG 2–100 MP",
      "MiB",
      24,
      any.map(({ wasmPeakBytes }) => wasmPeakBytes / MIB),
    ),
    judge(
      "largest JS buffer, same photos",
      "MiB",
      1,
      any.map((report) => report.largestJsBufferBytes / MIB),
    ),
    judge("PNG 12 MP, four renditions vs sharp", "x", 1.5, pngs.map(fourVsSharp)),
    judge(
      "PNG 12 MP, peak WASM memory",
      "MiB",
      32,
      pngs.map(({ wasmPeakBytes }) => wasmPeakBytes / MIB),
    ),
    judge("bytes out vs sharp q80", "x", 1.01, any.map(bytesVsSharp)),
    // Turned round, so that smaller is better here as everywhere: how much SSIM sharp has more than we.
    judge("SSIM behind sharp's, mean of four", "", 0, any.map(ssimBehindSharp)),
    judge("workerd vs Node for the same work, warm", "x", 1.25, phone.map(workerdVsNode)),
  ];
}

function judge(target: string, unit: string, most: number, measured: readonly (number | null)[]): TargetResult {
  const values = measured.filter((value) => value !== null && Number.isFinite(value)) as number[];
  const must = unit === "" ? `≤ ${most}` : `≤ ${most} ${unit}`;
  if (values.length === 0) return { target, must, unit, median: null, worst: null, isMet: null, photos: 0 };
  const median = medianOf(values);
  return { target, must, unit, median, worst: Math.max(...values), isMet: median <= most, photos: values.length };
}

export function cpuMsOf(timings: readonly Timing[], contender: string): number {
  return timings.find((timing) => timing.contender === contender)?.cpuMsMedian ?? Number.NaN;
}

const fourVsSharp = ({ four }: PhotoReport): number => cpuMsOf(four, OURS) / cpuMsOf(four, SHARP_BEST);
const oneVsSharp = ({ one }: PhotoReport): number => cpuMsOf(one, OURS) / cpuMsOf(one, SHARP_BEST);
const workerdVsNode = ({ four }: PhotoReport): number => cpuMsOf(four, OURS_IN_WORKERD) / cpuMsOf(four, OURS);

function bytesVsSharp({ quality }: PhotoReport): number | null {
  if (quality === null) return null;
  const total = (side: "ours" | "sharp"): number => quality[side].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return total("ours") / total("sharp");
}

function ssimBehindSharp({ quality }: PhotoReport): number | null {
  if (quality === null) return null;
  const mean = (side: "ours" | "sharp"): number =>
    quality[side].reduce((sum, { ssim01 }) => sum + ssim01, 0) / quality[side].length;
  return mean("sharp") - mean("ours");
}

function isIn(value: number, { from, to }: { readonly from: number; readonly to: number }): boolean {
  return value >= from && value <= to;
}
