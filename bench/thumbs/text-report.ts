// The bench's figures for people: a line per photo, and the table of targets at the end.

import { LIBRARY, OURS, OURS_IN_WORKERD } from "./contender.ts";
import type { PhotoReport, RenditionQuality } from "./photo-report.ts";
import { SHARP_BEST, SHARP_IDIOMATIC } from "./sharp-contenders.ts";
import { cpuMsOf, type TargetResult } from "./targets.ts";

const MIB = 1024 * 1024;

export const PHOTO_HEADER = [
  `${"photo".padEnd(18)}${"MP".padStart(6)}`,
  "four renditions (CPU ms): ours, workerd, sharp best, idiomatic, ratio",
  "one: ours, sharp, ratio",
  "wasm MiB, JS KiB",
  "PSNR dB / SSIM / bytes ours vs sharp",
].join(" | ");

export function photoLine({ photo, megapixels, four, one, quality, ...memory }: PhotoReport): string {
  const [ours, best] = [cpuMsOf(four, OURS), cpuMsOf(four, SHARP_BEST)];
  const [ourOne, theirOne] = [cpuMsOf(one, OURS), cpuMsOf(one, SHARP_BEST)];
  const times = [ours, cpuMsOf(four, OURS_IN_WORKERD), best, cpuMsOf(four, SHARP_IDIOMATIC)].map(ms).join(" ");
  const library = cpuMsOf(four, LIBRARY);
  const aside = Number.isNaN(library) ? "" : `, ${LIBRARY} ${ms(library)}`;
  return [
    `${photo.padEnd(18)}${megapixels.toFixed(1).padStart(6)}`,
    `${times} ${(ours / best).toFixed(2)}x${aside}`,
    `${ms(ourOne)} ${ms(theirOne)} ${(ourOne / theirOne).toFixed(2)}x`,
    `${(memory.wasmPeakBytes / MIB).toFixed(1)} ${(memory.largestJsBufferBytes / 1024).toFixed(0)}`,
    quality === null ? "not judged" : `${sideText(quality.ours)} vs ${sideText(quality.sharp)}`,
  ].join(" | ");
}

export function targetTable(results: readonly TargetResult[]): string {
  const rows = results.map(({ target, must, median, worst, unit, isMet, photos }) => [
    target,
    must,
    median === null ? "not measured" : `${number(median, unit)} (worst ${number(worst ?? Number.NaN, unit)})`,
    isMet === null ? "–" : isMet ? "met" : "MISSED",
    String(photos),
  ]);
  const table = [["target", "must", "median", "met?", "photos"], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table.map((row) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ")).join("\n");
}

function sideText(side: readonly RenditionQuality[]): string {
  const mean = (of: (quality: RenditionQuality) => number): number => {
    return side.reduce((sum, quality) => sum + of(quality), 0) / side.length;
  };
  const sizeBytes = side.reduce((sum, quality) => sum + quality.sizeBytes, 0);
  return `${mean(({ psnrDb }) => psnrDb).toFixed(2)} / ${mean(({ ssim01 }) => ssim01).toFixed(4)} / ${sizeBytes}`;
}

function ms(value: number): string {
  return Number.isNaN(value) ? "–" : value.toFixed(1);
}

function number(value: number, unit: string): string {
  if (unit === "MiB") return `${value.toFixed(1)} MiB`;
  return unit === "x" ? `${value.toFixed(3)}x` : value.toFixed(4);
}
