// One case: the same render in workerd and by sharp in turns, its quality and its memory.
import sharp from "sharp";
import type { BenchPhoto } from "../thumbs/bench-photos.ts";
import { medianOf } from "../thumbs/measure.ts";
import { compareQuality } from "../thumbs/picture-quality.ts";
import { type BenchCase, START_QUALITY } from "./bench-case.ts";
import type { PeakMemory } from "./peak-memory.ts";
import type { RenderWorkerClient } from "./render-worker-client.ts";

/** Steps of quality tried for sharp on its way to the SSIM of ours. */
const QUALITY_STEPS = [-10, -8, -6, -4, -2, 0, 2, 4, 6, 8, 10];
/** Runs before anything is counted: compilers have tiered up and pools have filled by then. */
const WARM_UP_ROUNDS = 1;

export interface CaseReport {
  readonly photo: string;
  readonly name: string;
  /** Milliseconds of CPU a render, by round. */
  readonly oursMs: readonly number[];
  readonly sharpMs: readonly number[];
  readonly ratio: number;
  readonly mustBeAtMost: number | null;
  readonly oursBytes: number;
  readonly sharpBytes: number;
  readonly oursSsim: number;
  readonly sharpSsim: number;
  readonly sharpQuality: number;
  /** Largest sum of living wasm memories, and the largest JS buffer, of one render in fresh instances. */
  readonly peak: PeakMemory;
}

export interface CaseTools {
  readonly worker: RenderWorkerClient;
  readonly watermark: Uint8Array<ArrayBuffer>;
  readonly rounds: number;
  readonly peakOf: (photo: BenchPhoto, benchCase: BenchCase) => Promise<PeakMemory>;
}

export async function measureCase(
  photo: BenchPhoto,
  benchCase: BenchCase,
  { worker, watermark, rounds, peakOf }: CaseTools,
): Promise<CaseReport> {
  const ours = await worker.show(photo, benchCase);
  const reference = await referenceOf(photo, benchCase, watermark);
  const oursSsim = await ssimOf(ours, reference);
  const matched = await matchSsim(photo, benchCase, watermark, reference, oursSsim);
  const oursMs: number[] = [];
  const sharpMs: number[] = [];
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    const cpuMs = await worker.cpuMsOf(photo, benchCase);
    const before = process.cpuUsage();
    await benchCase.bySharp(photo, watermark, matched.quality);
    const { user, system } = process.cpuUsage(before);
    if (round < 0) continue;
    oursMs.push(cpuMs);
    sharpMs.push((user + system) / 1000);
  }
  return {
    photo: photo.name,
    name: benchCase.name,
    oursMs,
    sharpMs,
    ratio: medianOf(oursMs) / medianOf(sharpMs),
    mustBeAtMost: benchCase.mustBeAtMost,
    oursBytes: ours.length,
    sharpBytes: matched.bytes.length,
    oursSsim,
    sharpSsim: matched.ssim,
    sharpQuality: matched.quality,
    peak: await peakOf(photo, benchCase),
  };
}

interface Picture {
  readonly data: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
}

async function pixelsOf(bytes: Uint8Array): Promise<Picture> {
  const { data, info } = await sharp(bytes)
    .removeAlpha()
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, widthPx: info.width, heightPx: info.height };
}

/** The same by sharp, written without loss. */
async function referenceOf(photo: BenchPhoto, benchCase: BenchCase, watermark: Uint8Array): Promise<Picture> {
  const { format } = benchCase.transform;
  return await pixelsOf(await benchCase.bySharp(photo, watermark, format === "png" ? START_QUALITY.png : 100));
}

async function ssimOf(bytes: Uint8Array, reference: Picture): Promise<number> {
  return compareQuality((await pixelsOf(bytes)) as never, reference as never).ssim01;
}

/** The quality at which sharp's file is nearest to the SSIM of ours: effort is the same, so is what is seen. */
async function matchSsim(
  photo: BenchPhoto,
  benchCase: BenchCase,
  watermark: Uint8Array,
  reference: Picture,
  wanted: number,
): Promise<{ quality: number; bytes: Uint8Array; ssim: number }> {
  const format = benchCase.transform.format as keyof typeof START_QUALITY;
  const steps = format === "png" ? [0] : QUALITY_STEPS;
  let best: { quality: number; bytes: Uint8Array; ssim: number } | null = null;
  for (const step of steps) {
    const quality = START_QUALITY[format] + step;
    const bytes = await benchCase.bySharp(photo, watermark, quality);
    const ssim = await ssimOf(bytes, reference);
    if (best === null || Math.abs(ssim - wanted) < Math.abs(best.ssim - wanted)) best = { quality, bytes, ssim };
  }
  if (best === null) throw new Error("Expected a quality to compare at. Got none.");
  return best;
}
