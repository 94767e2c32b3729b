// What the bench asks its Worker for, and what comes back.
import type { FaceObservation } from "../../../shared/inference/face-embedder.ts";

/** Runtimes that workerd can have. */
export type WorkerdRuntime = "kernels" | "onnxruntime-web";

/** "detect", "second-look", "embed": one run of a network. "photo": from the bytes of a rendition to its faces. */
export type FaceWork = "detect" | "second-look" | "embed" | "photo";

export interface WorkRequest {
  readonly work: FaceWork;
  /** The kernel counts CPU in ticks of 10 ms: only many runs together make a figure. */
  readonly times: number;
}

export interface WorkAnswer {
  /** Bytes of wasm memory of all modules that this isolate has instantiated. */
  readonly wasmMemoryBytes: number;
}

/** The rendition that the embedder would open. */
export interface RenditionAnswer {
  readonly base64: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly faces: number;
}

/** An observation as JSON has it. */
export type PlainFace = Omit<FaceObservation, "embedding"> & { readonly embedding: readonly number[] };

/** Sides of the detector's input. */
export const DETECT_PX = 320;
export const SECOND_LOOK_PX = 640;

/** Smooth waves: an input for a network of which only the time matters. */
export function anyInput(shape: readonly number[]): Float32Array {
  const count = shape.reduce((product, side) => product * side, 1);
  return Float32Array.from({ length: count }, (_, i) => 1 + Math.sin(i / 37) * Math.cos(i / 4001));
}
