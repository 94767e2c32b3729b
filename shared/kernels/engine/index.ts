// AssemblyScript. What the engine exports: a table of contents, no logic.
export { allocate, mark, release } from "./arena";
export { convertPlanesToRgba, convertRgbRows } from "../jpeg/colour";
export {
  jpegBegin,
  jpegBytesNeeded,
  jpegComponent,
  jpegFrame,
  jpegPush,
  jpegRoom,
  jpegRun,
  jpegStart,
} from "../jpeg/decode";
export { encodeScan, huffmanTable, padPlane, scanBytes, setQuantisation } from "../jpeg/encode";
export { planResampleAxis } from "../jpeg/lanczos-weights";
export { orientPlane } from "../jpeg/orient";
export { resizePlane } from "../jpeg/resize";
export { crc32 } from "../png/crc32";
export {
  beginPng,
  feedPng,
  inflatePngProfile,
  pngInput,
  pngInputCapacity,
  pngProfile,
  pngRowsDone,
} from "../png/decoder";
export { setColourKey, setPalette, setPaletteAlpha } from "../png/expand-row";
export { pngPlane, pngRgba } from "../png/pixels";
