// How much memory sharp takes for a photo's four renditions: the growth of a fresh process' resident set, since libvips' is not ours to ask.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import sharp from "sharp";
import { RENDITION_WIDTHS } from "../../shared/contracts/limits.ts";
import { type BenchPhoto, readBenchPhoto } from "./bench-photos.ts";
import { sizesOf } from "./contender.ts";
import { sharpBest } from "./sharp-contenders.ts";

const KIB = 1024;

/** Bytes of the largest resident set so far (proc(5)); unlike getrusage's it does not begin with the parent's. NaN but on Linux. */
function peakBytes(): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) * KIB;
  } catch {
    return Number.NaN;
  }
}

/** Bytes beyond what the process with the loaded photo has; the source itself is not counted. */
export function sharpPeakBytes(photo: BenchPhoto): number {
  return Number(execFileSync(process.execPath, [import.meta.filename, photo.path], { encoding: "utf8" }));
}

if (process.argv[1] === import.meta.filename) {
  const photo = await readBenchPhoto(process.argv[2] ?? "", "photo");
  // libvips is started, so that its code is not counted as the photo's.
  await sharp({ create: { width: 8, height: 8, channels: 3, background: "red" } })
    .jpeg()
    .toBuffer();
  const before = peakBytes();
  await sharpBest.render(photo, sizesOf(photo, RENDITION_WIDTHS));
  process.stdout.write(String(peakBytes() - before));
}
