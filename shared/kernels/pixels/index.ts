// AssemblyScript. What the pixel module exports: a table of contents, no logic.
export { allocate, mark, release } from "../engine/arena";
export { planResampleAxis } from "../jpeg/lanczos-weights";
export { flatten } from "./flatten";
export { isOpaque } from "./opaque";
export { resample } from "./resample";
