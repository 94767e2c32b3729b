// AssemblyScript. What the pixel module exports: a table of contents, no logic.
export { allocate, mark, release } from "../engine/arena";
export { planResampleAxis } from "../jpeg/lanczos-weights";
export { expandBlocks, shrinkBlocks } from "./blocks";
export { composite } from "./composite";
export { fillRows, moveRows } from "./rows";
export { flatten } from "./flatten";
export { planGaussianAxis } from "./gaussian-weights";
export { isOpaque } from "./opaque";
export { adler32, filterPngRows } from "./png-rows";
export { resample } from "./resample";
export { blur, sharpen } from "./smooth";
export { mapTones, saturate } from "./tones";
export { findTrim } from "./trim";
export { flipRows, reversePixels, reverseRows, transposePixels } from "./turn";
