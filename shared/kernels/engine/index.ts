// AssemblyScript. What the engine exports: a table of contents, no logic.
export { allocate, mark, release } from "./arena";
export { convertPlanesToRgba, convertRgbRows } from "../jpeg/colour";
export { encodeScan, huffmanTable, padPlane, scanBytes, setQuantisation } from "../jpeg/encode";
export { planResampleAxis } from "../jpeg/lanczos-weights";
export { orientPlane } from "../jpeg/orient";
export { resizePlane } from "../jpeg/resize";
