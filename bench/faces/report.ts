// What bench:faces says: figures, what they mean for issue 4's targets, and both as a text.
import type { FaceParity } from "./compare-faces.ts";
import type { IsolateFigures } from "./face-contender.ts";

/** CPU milliseconds by work and contender. */
export type WorkFigures = Readonly<Record<string, Readonly<Record<string, number>>>>;

export interface FacesReport {
  readonly machine: { readonly cpu: string; readonly node: string };
  readonly photo: { readonly name: string; readonly widthPx: number; readonly heightPx: number };
  readonly networkWasmBytes: number;
  readonly works: WorkFigures;
  readonly isolates: Readonly<Record<string, IsolateFigures>>;
  readonly parity: FaceParity | null;
}

export interface Verdict {
  readonly target: string;
  readonly actual: string;
  /** Null: nothing to compare with on this machine. */
  readonly isMet: boolean | null;
}

export const KERNELS_NAME = "kernels, workerd";
export const NATIVE_NAME = "onnxruntime-node, one thread";

const MAX_RATIO = 2.5;
const MAX_PHOTO_MS = 60;
const MAX_FIRST_PHOTO_MS = 800;
const MAX_MEMORY_BYTES = 80 * 1024 * 1024;
const MIN_COSINE = 0.9999;

export function judge({ works, isolates, parity }: FacesReport): Verdict[] {
  const kernels = (work: string) => works[work]?.[KERNELS_NAME] ?? Number.NaN;
  const ratio = (work: string, target: string): Verdict => {
    const native = works[work]?.[NATIVE_NAME];
    if (native === undefined) return { target, actual: "onnxruntime-node is not here", isMet: null };
    const times = kernels(work) / native;
    return { target, actual: `${times.toFixed(2)} times`, isMet: times <= MAX_RATIO };
  };
  const fresh = isolates.kernels;
  const verdicts: Verdict[] = [
    ratio("embed", `one face embedded: at most ${MAX_RATIO} times onnxruntime-node`),
    ratio("detect", `detector at 320 px: at most ${MAX_RATIO} times onnxruntime-node`),
    {
      target: `one-face photo, warm, with its decoding: at most ${MAX_PHOTO_MS} ms`,
      actual: `${kernels("photo").toFixed(1)} ms`,
      isMet: kernels("photo") <= MAX_PHOTO_MS,
    },
  ];
  if (fresh !== undefined) {
    verdicts.push(
      {
        target: `first photo in a fresh isolate: at most ${MAX_FIRST_PHOTO_MS} ms`,
        actual: `${fresh.firstPhotoMs.toFixed(0)} ms`,
        isMet: fresh.firstPhotoMs <= MAX_FIRST_PHOTO_MS,
      },
      {
        target: `memory, everything loaded: at most ${megabytes(MAX_MEMORY_BYTES)}`,
        actual: `${megabytes(fresh.wasmMemoryBytes)} of wasm; the process grew by ${megabytes(fresh.processGrowthBytes)}`,
        isMet: fresh.processGrowthBytes <= MAX_MEMORY_BYTES,
      },
    );
  }
  if (parity !== null) {
    verdicts.push(
      {
        target: `vectors as onnxruntime-node's: cosine of at least ${MIN_COSINE}`,
        actual:
          `${parity.minCosineOfCrops.toFixed(7)} at least for the same crop, ${parity.faces} faces; ` +
          `${parity.minCosineEndToEnd.toFixed(7)} with crops of their own`,
        isMet: parity.faces > 0 && parity.minCosineOfCrops >= MIN_COSINE,
      },
      {
        target: "the same detections on every photo",
        actual: `${parity.equalPhotos} of ${parity.photos} photos${parity.unequal.map((line) => `\n      ${line}`).join("")}`,
        isMet: parity.photos > 0 && parity.equalPhotos === parity.photos,
      },
    );
  }
  return verdicts;
}

const LABELS: Readonly<Record<string, string>> = {
  detect: "detector, 320 × 320",
  "second-look": "detector, 640 × 640",
  embed: "embedder, one face",
  photo: "one-face photo, with decoding",
};

export function reportText(report: FacesReport, verdicts: readonly Verdict[]): string {
  const { machine, photo, works, isolates, networkWasmBytes } = report;
  const names = Object.keys(works.detect ?? {});
  const native = (work: string) => works[work]?.[NATIVE_NAME];
  const cell = (work: string, name: string): string => {
    const ms = works[work]?.[name] ?? Number.NaN;
    const base = native(work);
    return `${ms.toFixed(1)} ms${base === undefined || name === NATIVE_NAME ? "" : ` (${(ms / base).toFixed(1)}×)`}`;
  };
  const width = 30;
  const lines = [
    `${machine.cpu}, Node ${machine.node}. CPU time, warm, medians; photo of ${photo.widthPx} × ${photo.heightPx} px.`,
    "",
    ["".padEnd(width), ...names.map((name) => name.padStart(width))].join(""),
    ...Object.keys(works).map((work) =>
      [(LABELS[work] ?? work).padEnd(width), ...names.map((name) => cell(work, name).padStart(width))].join(""),
    ),
    "",
    "A fresh isolate:",
    ...Object.entries(isolates).map(
      ([runtime, { firstPhotoMs, firstPhotoCpuMs, wasmMemoryBytes, processGrowthBytes }]) =>
        `  ${runtime.padEnd(16)} first photo ${firstPhotoMs.toFixed(0)} ms (CPU ${firstPhotoCpuMs.toFixed(0)} ms), ` +
        `wasm memory ${megabytes(wasmMemoryBytes)}, process + ${megabytes(processGrowthBytes)}`,
    ),
    `  network kernels: ${(networkWasmBytes / 1024).toFixed(1)} KiB of wasm`,
    "",
    ...verdicts.map(({ target, actual, isMet }) => `${MARKS[String(isMet)]}  ${target}: ${actual}`),
  ];
  return `${lines.join("\n")}\n`;
}

const MARKS: Readonly<Record<string, string>> = { true: "yes", false: "NO ", null: "-  " };

function megabytes(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}
