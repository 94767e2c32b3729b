// What an embedder says about a photo. The words only; face-embedder.ts decides who speaks them.
import type { RgbaImage } from "../kernels/rgba-image.ts";

/** All coordinates are fractions (0–1) of the image that was given. */
export interface FaceObservation {
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  /** Right eye, left eye, nose tip, right and left mouth corner, as seen by the viewer. Empty for grade "builtin". */
  readonly landmarks: readonly [number, number][];
  /** The detector's confidence, 0–1. Exactly 0 means that no face is claimed (grade "builtin"). */
  readonly score: number;
  /** How far recognition can trust it, 0–1: size × sharpness × frontalness, see kernels/face-quality.ts. */
  readonly quality: number;
  /** Of length 1; how many numbers is the model's record to tell. Comparable only with vectors of the same `modelId`. */
  readonly embedding: Float32Array;
}

/** Where somebody or another model says that a face is, in fractions of the image. */
export interface FacePlace {
  readonly box: FaceObservation["box"];
  /** As FaceObservation's; empty where nobody knows them. */
  readonly landmarks: readonly (readonly [number, number])[];
}

export interface FaceEmbedder {
  readonly modelId: string;
  /** "builtin": no weights are installed, nobody is recognised, and API and UI have to say so. */
  readonly grade: "recognition" | "builtin";
  /** One list per image, in order; each image's result depends on that image alone. */
  embed(images: readonly RgbaImage[]): Promise<FaceObservation[][]>;
  /**
   * What stands in places of one image, whether or not a face would be found there: one answer per place, in order, its box the
   * place's. Null where nothing can be said, which is everywhere for grade "builtin".
   */
  embedAt(image: RgbaImage, places: readonly FacePlace[]): Promise<(FaceObservation | null)[]>;
}
