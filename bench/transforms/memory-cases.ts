// The renders that take the most memory: the largest photos to the largest results, of every format.
import { RENDER_MEMORY_BYTES } from "../../shared/contracts/limits.ts";
import type { RenderTransform } from "../../workers/transformer/render-state.ts";
import { type BenchPhoto, generatedBenchPhotos } from "../thumbs/bench-photos.ts";
import type { BenchCase } from "./bench-case.ts";
import type { PeakMemory } from "./peak-memory.ts";

export interface MemoryReport {
  readonly photo: string;
  readonly name: string;
  readonly peak: PeakMemory;
  readonly isWithin: boolean;
}

const HARDEST: Readonly<Record<string, RenderTransform>> = {
  "jpg 4096": { format: "jpg", width: 4096 },
  "jpg 4096 q100": { format: "jpg", width: 4096, quality: 100 },
  "jpg blurred": { format: "jpg", blur: 20 },
  "png at its largest": { format: "png" },
  "png turned": { format: "png", rotate: 90 },
  "png dithered": {
    format: "png",
    dither: { algorithm: "floyd-steinberg", palette: null, strength: 1, serpentine: true, linear: true },
  },
  "webp at its largest": { format: "webp" },
  "avif at its largest": { format: "avif" },
  "gif at its largest": { format: "gif" },
  "trimmed, smart cut": { format: "jpg", trim: 10, width: 1200, height: 1200, fit: "cover", gravity: { kind: "auto" } },
};
const PHOTOS = ["12a", "12a-progressive", "12a-png", "24", "48", "48-progressive", "100", "100-progressive"];

export async function memoryCases(
  corpus: string,
  peakOf: (photo: BenchPhoto, benchCase: BenchCase) => Promise<PeakMemory>,
): Promise<MemoryReport[]> {
  const reports: MemoryReport[] = [];
  for (const photo of await generatedBenchPhotos(corpus, PHOTOS)) {
    for (const [name, transform] of Object.entries(HARDEST)) {
      const benchCase = {
        name,
        transform,
        hasWatermark: false,
        isServed: false,
        mustBeAtMost: null,
        bySharp: async () => new Uint8Array(0),
      };
      const peak = await peakOf(photo, benchCase);
      const isWithin = peak.wasmBytes + peak.jsBufferBytes <= RENDER_MEMORY_BYTES;
      reports.push({ photo: photo.name, name, peak, isWithin });
      const mib = (bytes: number) => (bytes / 1024 / 1024).toFixed(1);
      console.error(
        `${photo.name.padEnd(16)} ${name.padEnd(22)} wasm ${mib(peak.wasmBytes)} + js ${mib(peak.jsBufferBytes)} MiB`,
      );
    }
  }
  return reports;
}
