// Everything the bench says about one photo, measured: times in turns, memory in fresh instances, and what came out.
import { RENDITION_WIDTHS } from "../../shared/contracts/limits.ts";
import type { BenchPhoto } from "./bench-photos.ts";
import { type Contender, type RenditionSize, sizesOf } from "./contender.ts";
import { largestJsBuffer } from "./js-buffers.ts";
import { decodeFully, type RgbImage, shrinkByLanczos } from "./lanczos-reference.ts";
import { measureInTurns, medianOf } from "./measure.ts";
import { sharpPeakBytes } from "./native-peak.ts";
import { compareQuality } from "./picture-quality.ts";
import { sharpBest, sharpIdiomatic } from "./sharp-contenders.ts";

export interface Timing {
  readonly contender: string;
  readonly cpuMsMedian: number;
  readonly cpuMsMin: number;
  readonly samples: readonly number[];
}

export interface RenditionQuality {
  readonly widthPx: number;
  readonly sizeBytes: number;
  readonly psnrDb: number;
  readonly ssim01: number;
}

export interface PhotoReport {
  readonly photo: string;
  readonly megapixels: number;
  readonly coding: BenchPhoto["coding"];
  readonly sourceBytes: number;
  /** 1280, 640, 320 and 160 px. */
  readonly four: readonly Timing[];
  /** 320 px alone. */
  readonly one: readonly Timing[];
  readonly wasmPeakBytes: number;
  readonly largestJsBufferBytes: number;
  readonly sharpPeakBytes: number;
  readonly quality: { readonly ours: readonly RenditionQuality[]; readonly sharp: readonly RenditionQuality[] } | null;
}

export interface ReportOptions {
  readonly rounds: number;
  readonly withQuality: boolean;
  readonly ours: Contender;
  /** Ours in a fresh instance, which tells what one photo needs. */
  readonly freshlyOurs: () => Contender & { readonly memoryBytes: number };
  readonly others: readonly Contender[];
}

const SMALL_RENDITION = [320] as const;

export async function reportPhoto(photo: BenchPhoto, options: ReportOptions): Promise<PhotoReport> {
  const { rounds, ours, others, withQuality } = options;
  const four = sizesOf(photo, RENDITION_WIDTHS);
  const one = sizesOf(photo, SMALL_RENDITION);
  const fresh = options.freshlyOurs();
  const { sizeBytes } = await largestJsBuffer(async () => await fresh.render(photo, four));
  return {
    photo: photo.name,
    megapixels: photo.megapixels,
    coding: photo.coding,
    sourceBytes: photo.bytes.length,
    four: toTimings(await measureInTurns([ours, sharpBest, sharpIdiomatic, ...others], photo, four, rounds)),
    one: toTimings(await measureInTurns([ours, sharpBest, ...others], photo, one, rounds)),
    wasmPeakBytes: fresh.memoryBytes,
    largestJsBufferBytes: sizeBytes,
    sharpPeakBytes: sharpPeakBytes(photo),
    quality: withQuality ? await judge(photo, four, ours) : null,
  };
}

function toTimings(measured: ReadonlyMap<string, readonly number[]>): Timing[] {
  return [...measured].map(([contender, samples]) => ({
    contender,
    cpuMsMedian: medianOf(samples),
    cpuMsMin: Math.min(...samples),
    samples,
  }));
}

async function judge(photo: BenchPhoto, sizes: readonly RenditionSize[], ours: Contender) {
  const source = await decodeFully(photo.bytes);
  const references = sizes.map(({ widthPx, heightPx }) => shrinkByLanczos(source, widthPx, heightPx));
  const judgeAll = async (contender: Contender): Promise<RenditionQuality[]> => {
    const rendered = await contender.render(photo, sizes);
    const judged: RenditionQuality[] = [];
    for (const [i, reference] of references.entries()) judged.push(await judgeOne(rendered[i], reference));
    return judged;
  };
  return { ours: await judgeAll(ours), sharp: await judgeAll(sharpBest) };
}

async function judgeOne(jpeg: Uint8Array | undefined, reference: RgbImage): Promise<RenditionQuality> {
  if (jpeg === undefined) throw new Error("Expected a rendition for every size.");
  const picture = await decodeFully(jpeg);
  return { widthPx: reference.widthPx, sizeBytes: imageBytesOf(jpeg), ...compareQuality(picture, reference) };
}

/** Without APP segments: a copied colour profile is no matter of compression. */
function imageBytesOf(jpeg: Uint8Array): number {
  let sizeBytes = jpeg.length;
  for (let at = 2; jpeg[at] === 0xff && jpeg[at + 1] !== 0xda; ) {
    const length = 2 + (((jpeg[at + 2] ?? 0) << 8) | (jpeg[at + 3] ?? 0));
    if (((jpeg[at + 1] ?? 0) & 0xf0) === 0xe0) sizeBytes -= length;
    at += length;
  }
  return sizeBytes;
}
