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
  /** The embedder's vector for one input, as the network gives it. */
  vectorOf(input: Float32Array<ArrayBuffer>): Promise<readonly number[]>;
  close(): Promise<void>;
}

/** The one that also shows what it cut out of a photo. */
export interface NativeContender extends FaceContender {
  /** The embedder's input for each face that it sees in a rendition. */
  inputsIn(rendition: Uint8Array<ArrayBuffer>): Promise<readonly Float32Array<ArrayBuffer>[]>;
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
