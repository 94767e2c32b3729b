// AssemblyScript. What the frame header says (T.81 B.2.2) and what follows from it: components, their sizes and planes.
// Data, no decoding.

export const MAX_COMPONENTS = 4;
/** T.81 B.2.3: the blocks of one MCU. */
export const MAX_BLOCKS_PER_UNIT = 10;

/** How the components are to be read as colours. The host maps these numbers: keep both in step. */
export const COLOUR_GREY: i32 = 0;
export const COLOUR_YCBCR: i32 = 1;
export const COLOUR_RGB: i32 = 2;
/** As stored by Adobe: 255 is no ink. */
export const COLOUR_CMYK_INVERTED: i32 = 3;
export const COLOUR_CMYK: i32 = 4;
export const COLOUR_YCCK: i32 = 5;

/** Read by the host: 32-bit fields in this order. */
// @ts-ignore: decorator
@unmanaged
export class Frame {
  widthPx: i32;
  heightPx: i32;
  componentCount: i32;
  isProgressive: i32;
  colour: i32;
  /** Output pixels per side of a block of 8: 1, 2, 4 or 8. 0 until the host has chosen. */
  blockPx: i32;
  outputWidthPx: i32;
  outputHeightPx: i32;
  /** Planes handed out: 1 or 3. */
  planeCount: i32;
  /** 1 when the file ended before what was needed was complete. */
  isTruncated: i32;
  /** Blocks that should have been in the scans read, but were not there. They stay grey. */
  missingBlocks: i32;
  /** Blocks of the scans read. */
  expectedBlocks: i32;
  /** Codes no table knows, and restarts out of order. */
  faults: i32;
  scansDecoded: i32;
  scansSkipped: i32;
  /** 1 when refinements of a progressive file were left out by intent. */
  isApproximate: i32;

  maxHorizontal: i32;
  maxVertical: i32;
  /** MCUs of an interleaved scan. */
  unitsPerRow: i32;
  unitRows: i32;
  restartInterval: i32;
  hasJfif: i32;
  hasAdobe: i32;
  adobeTransform: i32;
  /** Addresses from here on are not ours to allocate. */
  budgetEnd: usize;
}

/** Read by the host: the first four 32-bit fields in this order describe a plane. */
// @ts-ignore: decorator
@unmanaged
export class Component {
  plane: usize;
  strideBytes: i32;
  widthPx: i32;
  heightPx: i32;

  id: i32;
  horizontal: i32;
  vertical: i32;
  quantiserId: i32;
  /** Blocks that carry image: those of a scan that holds this component alone. */
  blocksPerRow: i32;
  blockRows: i32;
  /** Blocks from row to row in memory: at least those of an interleaved scan, and rows of whole 16 bytes. */
  pitchBlocks: i32;
  paddedRows: i32;
  /** Progressive: blocks of blockPx * blockPx coefficients, i16. */
  coefficients: usize;
  /**
   * Progressive, exact: u64 per block, bit k set when the coefficient at zigzag position k is not zero. 0: not kept.
   */
  history: usize;
  /** Zigzag positions whose history is known, as bits. */
  historyPositions: u64;
  /** Zigzag positions that have been coded by a scan, as bits. */
  codedPositions: u64;
  /** Zigzag positions that need no further scan for the quality wanted, as bits. */
  settledPositions: u64;
  /** Output pixels per side of a block of this component: the frame's, or half of it. */
  blockPx: i32;
  /** 1 once the quantiser has been copied: at the component's first scan (T.81 B.2.4.1). */
  isQuantiserLatched: i32;
}

export const frame: Frame = changetype<Frame>(memory.data(offsetof<Frame>(), 16));
const COMPONENTS: usize = memory.data(offsetof<Component>() * 4, 16);

// @ts-ignore: decorator
@inline
export function component(index: i32): Component {
  return changetype<Component>(COMPONENTS + <usize>index * offsetof<Component>());
}

export function clearFrame(): void {
  memory.fill(changetype<usize>(frame), 0, offsetof<Frame>());
  memory.fill(COMPONENTS, 0, offsetof<Component>() * MAX_COMPONENTS);
}

// @ts-ignore: decorator
@inline
export function divideUp(value: i32, divisor: i32): i32 {
  return (value + divisor - 1) / divisor;
}

/** Sizes in blocks, which do not depend on the scale (T.81 A.1.1, A.2.4). */
export function measureFrame(): void {
  frame.maxHorizontal = 1;
  frame.maxVertical = 1;
  for (let index = 0; index < frame.componentCount; index++) {
    const part = component(index);
    frame.maxHorizontal = max(frame.maxHorizontal, part.horizontal);
    frame.maxVertical = max(frame.maxVertical, part.vertical);
  }
  frame.unitsPerRow = divideUp(frame.widthPx, 8 * frame.maxHorizontal);
  frame.unitRows = divideUp(frame.heightPx, 8 * frame.maxVertical);
  for (let index = 0; index < frame.componentCount; index++) {
    const part = component(index);
    part.blocksPerRow = divideUp(divideUp(frame.widthPx * part.horizontal, frame.maxHorizontal), 8);
    part.blockRows = divideUp(divideUp(frame.heightPx * part.vertical, frame.maxVertical), 8);
  }
}

/**
 * Sizes of planes and coefficients at blockPx/8, as libjpeg rounds them.
 * @param isChromaHalved 1 when nobody wants chroma finer than 4:2:0 has it
 */
export function scaleFrame(blockPx: i32, isChromaHalved: i32): void {
  frame.blockPx = blockPx;
  frame.outputWidthPx = divideUp(frame.widthPx * blockPx, 8);
  frame.outputHeightPx = divideUp(frame.heightPx * blockPx, 8);
  for (let index = 0; index < frame.componentCount; index++) {
    const part = component(index);
    const ownPx = isChromaHalved && isFinerThanHalf(index) ? blockPx >> 1 : blockPx;
    const blocksPer16Bytes = 16 / ownPx;
    part.blockPx = ownPx;
    // At most 65535 * 4 * 8: far from overflow.
    part.widthPx = divideUp(frame.widthPx * part.horizontal * ownPx, frame.maxHorizontal * 8);
    part.heightPx = divideUp(frame.heightPx * part.vertical * ownPx, frame.maxVertical * 8);
    part.pitchBlocks = divideUp(frame.unitsPerRow * part.horizontal, blocksPer16Bytes) * blocksPer16Bytes;
    part.paddedRows = frame.unitRows * part.vertical;
    part.strideBytes = part.pitchBlocks * ownPx;
  }
}

/** Whether a component is chroma with as many samples as luma both ways, so that at half of them 4:2:0 remains. */
function isFinerThanHalf(index: i32): bool {
  const part = component(index);
  const isChroma = frame.colour == COLOUR_YCBCR && index > 0;
  return isChroma && frame.blockPx > 1 && part.horizontal == frame.maxHorizontal && part.vertical == frame.maxVertical;
}

/**
 * @returns blocks of a component in memory. 64 bits: 65535 px square, 4 x 4 sampled, in a frame of its own size still
 * fit in 27 bits.
 */
// @ts-ignore: decorator
@inline
export function storedBlocks(part: Component): u64 {
  return <u64>part.pitchBlocks * <u64>part.paddedRows;
}
