// AssemblyScript. What the network module exports: a table of contents, no logic.
export { allocate } from "../engine/arena";
export { clear } from "./clear";
export { convolution, convolutionScratchBytes } from "./convolution";
export { add, multiplyAddChannels, prelu } from "./elementwise";
export { depthwise3x3, depthwiseGlobal } from "./depthwise";
export { interleavePlanes } from "./interleave-planes";
export { maxPool2x2 } from "./max-pool";
export { pointwise, pointwiseScratchBytes } from "./pointwise";
export { clear } from "./clear";
export { convolution, convolutionScratchBytes } from "./convolution";
export { addUpsampled2x, upsample2x } from "./upsample";
