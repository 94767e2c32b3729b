// What the evaluation's Worker answers about one original.
import type { FaceObservation } from "../../../shared/inference/face-embedder.ts";

export type FaceAnswer =
  | { readonly kind: "unreadable"; readonly reason: string }
  | {
      readonly kind: "read";
      readonly modelId: string;
      /** Of the rendition that was looked at. */
      readonly widthPx: number;
      readonly heightPx: number;
      /** Largest first. */
      readonly faces: readonly (Omit<FaceObservation, "embedding"> & { readonly embedding: readonly number[] })[];
    };
