// The frame most recognisers are trained on, for tests only: the product reads a model's frame from its record.
// Deng et al., "ArcFace", CVPR 2019, reference implementation.
import type { FaceFrame } from "./face-align.ts";

export const ARCFACE_FRAME: FaceFrame = {
  sidePx: 112,
  template: [
    [38.2946, 51.6963],
    [73.5318, 51.5014],
    [56.0252, 71.7366],
    [41.5493, 92.3655],
    [70.7299, 92.2041],
  ],
};
