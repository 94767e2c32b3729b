// The JPEG decoder's exports, by which the engine's are extended: bytes in, planes out. The kernel's decode.ts says what each does.

declare module "./engine.ts" {
  interface EngineExports {
    jpegBegin(): void;
    /** Address for the next chunk. */
    jpegRoom(): number;
    jpegPush(sizeBytes: number, isLast: number): number;
    jpegRun(): number;
    jpegBytesNeeded(blockPx: number, isChromaHalved: number): number;
    jpegStart(blockPx: number, isChromaHalved: number, budgetEnd: number): number;
    /** Address of the fields of frame.ts. */
    jpegFrame(): number;
    jpegComponent(index: number): number;
  }
}

/** Statuses that are no refusals: the kernel's status.ts. */
export const NEED_INPUT = 0;
export const FRAME_READY = 1;
export const DONE = 2;

/** Why a JPEG is not decoded, by the kernel's status.ts. */
export const REFUSAL_BY_STATUS = {
  "-1": "not-a-jpeg",
  "-2": "corrupt",
  "-3": "precision-not-8-bits",
  "-4": "arithmetic-coding",
  "-5": "lossless",
  "-6": "hierarchical",
  "-7": "component-count",
  "-8": "height-unknown",
  "-9": "too-large",
  "-10": "too-much-work",
} as const;
export type JpegRefusal = (typeof REFUSAL_BY_STATUS)[keyof typeof REFUSAL_BY_STATUS];

/** In the order of the kernel's frame.ts. */
export const COLOURS = ["grey", "ycbcr", "rgb", "cmyk-inverted", "cmyk", "ycck"] as const;
export type JpegColour = (typeof COLOURS)[number];

/** Offsets of 32-bit words within the kernel's Frame. */
export const FRAME_WORDS = {
  widthPx: 0,
  heightPx: 1,
  componentCount: 2,
  isProgressive: 3,
  colour: 4,
  outputWidthPx: 6,
  outputHeightPx: 7,
  planeCount: 8,
  isTruncated: 9,
  missingBlocks: 10,
  expectedBlocks: 11,
  faults: 12,
  scansDecoded: 13,
  scansSkipped: 14,
  isApproximate: 15,
} as const;

/** Offsets of 32-bit words within the kernel's Component. */
export const COMPONENT_WORDS = {
  plane: 0,
  strideBytes: 1,
  widthPx: 2,
  heightPx: 3,
  id: 4,
  horizontal: 5,
  vertical: 6,
} as const;
