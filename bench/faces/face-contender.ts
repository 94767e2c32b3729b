// What the bench compares: ways to run the same networks on the same photo. The words only.
import type { FaceWork, PlainFace } from "./worker/face-work.ts";

export interface FaceModels {
  readonly detector: Uint8Array<ArrayBuffer>;
  readonly embedder: Uint8Array<ArrayBuffer>;
}

export interface FaceContender {
  readonly name: string;
  /** CPU milliseconds of one run, everything warm. */
  cpuMsOf(work: FaceWork): Promise<number>;
  /** What it sees in a rendition. */
  facesIn(rendition: Uint8Array<ArrayBuffer>): Promise<readonly PlainFace[]>;
  close(): Promise<void>;
}

/** What can be told only of an isolate. */
export interface IsolateFigures {
  /** Wall and CPU time of the first photo, from weights in memory to its faces. */
  readonly firstPhotoMs: number;
  readonly firstPhotoCpuMs: number;
  /** All wasm memory after the second look at another photo: codec, networks, runtime. */
  readonly wasmMemoryBytes: number;
  /** Growth of the whole process by them: wasm and JavaScript memory, compiled code. */
  readonly processGrowthBytes: number;
}
