// AssemblyScript. Whatever colours a file stores, as full-range BT.601 YCbCr planes with Y at full size. One pass, only
// where needed.
import { allocate, mark } from "../engine/arena";
import {
  COLOUR_CMYK,
  COLOUR_GREY,
  COLOUR_RGB,
  COLOUR_YCBCR,
  COLOUR_YCCK,
  component,
  frame,
} from "./frame";
import { CONTINUE, TOO_LARGE } from "./status";

// JFIF 1.02: fixed point with 16 fraction bits, rounded as libjpeg does (jccolor.c, jdcolor.c).
const FRACTION_BITS = 16;
const HALF = 1 << (FRACTION_BITS - 1);
const FIX_0_29900 = 19595;
const FIX_0_58700 = 38470;
const FIX_0_11400 = 7471;
const FIX_0_16874 = 11059;
const FIX_0_33126 = 21709;
const FIX_0_50000 = 32768;
const FIX_0_41869 = 27439;
const FIX_0_08131 = 5329;
const FIX_1_40200 = 91881;
const FIX_1_77200 = 116130;
const FIX_0_71414 = 46802;
const FIX_0_34414 = 22554;
/** 128, as chroma is centred, and just below a half: 255.5 must not round to 256. */
const CHROMA_OFFSET = (128 << FRACTION_BITS) + HALF - 1;

// @ts-ignore: decorator
@inline
function clamp8(value: i32): i32 {
  return max(0, min(255, value));
}

/** Rounded a * b / 255 for bytes (Blinn, Three Wrongs Make a Right, 1995). */
// @ts-ignore: decorator
@inline
function multiply8(a: i32, b: i32): i32 {
  const product = a * b + 128;
  return (product + (product >> 8)) >> 8;
}

/** Y must have the size of the picture; of the other colours all samples must sit in one place. */
function isAsStored(): bool {
  if (frame.colour == COLOUR_GREY) return true;
  if (frame.colour != COLOUR_YCBCR) return false;
  return component(0).widthPx == frame.outputWidthPx && component(0).heightPx == frame.outputHeightPx;
}

/** Bytes `convertColour` may need beside the planes. */
export function colourScratchBytes(): u64 {
  if (isAsStored()) return 0;
  const stride = <u64>((frame.outputWidthPx + 15) & ~15);
  return (stride * <u64>frame.outputHeightPx + 16) * 3;
}

/**
 * Makes YCbCr of any size of components. Samples are taken from where they lie nearest; CMYK is composited on paper
 * without a profile.
 * @returns CONTINUE or TOO_LARGE
 */
export function convertColour(): i32 {
  frame.planeCount = frame.colour == COLOUR_GREY ? 1 : 3;
  if (isAsStored()) return CONTINUE;
  if (<u64>mark() + colourScratchBytes() > <u64>frame.budgetEnd) return TOO_LARGE;
  const stride = (frame.outputWidthPx + 15) & ~15;
  const planeBytes = <usize>stride * <usize>frame.outputHeightPx;
  const luma = allocate(planeBytes * 3 + 16);
  for (let y = 0; y < frame.outputHeightPx; y++) convertRow(y, luma + <usize>(y * stride), planeBytes);
  for (let index = 0; index < 3; index++) {
    const part = component(index);
    part.plane = luma + <usize>index * planeBytes;
    part.strideBytes = stride;
    part.widthPx = frame.outputWidthPx;
    part.heightPx = frame.outputHeightPx;
  }
  return CONTINUE;
}

/** Which of `length` samples covers place `at` of `outputLength`: both at most 65535, so that the product just fits. */
// @ts-ignore: decorator
@inline
function nearest(at: i32, length: i32, outputLength: i32): usize {
  return length == outputLength ? <usize>at : <usize>((<u32>at * <u32>length) / <u32>outputLength);
}

/** The sample of a component that covers pixel x: `rowStart` is its row. */
// @ts-ignore: decorator
@inline
function sampleAt(rowStart: usize, index: i32, x: i32): i32 {
  return <i32>load<u8>(rowStart + nearest(x, component(index).widthPx, frame.outputWidthPx));
}

// @ts-ignore: decorator
@inline
function rowOf(index: i32, y: i32): usize {
  const part = component(index);
  return part.plane + nearest(y, part.heightPx, frame.outputHeightPx) * <usize>part.strideBytes;
}

function convertRow(y: i32, luma: usize, planeBytes: usize): void {
  const row0 = rowOf(0, y);
  const row1 = rowOf(1, y);
  const row2 = rowOf(2, y);
  const row3 = frame.componentCount == 4 ? rowOf(3, y) : 0;
  const colour = frame.colour;
  for (let x = 0; x < frame.outputWidthPx; x++) {
    let red = sampleAt(row0, 0, x);
    let green = sampleAt(row1, 1, x);
    let blue = sampleAt(row2, 2, x);
    const at = luma + <usize>x;
    if (colour == COLOUR_YCBCR) {
      store<u8>(at, <u8>red);
      store<u8>(at + planeBytes, <u8>green);
      store<u8>(at + 2 * planeBytes, <u8>blue);
      continue;
    }
    if (colour != COLOUR_RGB) {
      let paper = sampleAt(row3, 3, x);
      if (colour == COLOUR_CMYK) {
        red = 255 - red;
        green = 255 - green;
        blue = 255 - blue;
        paper = 255 - paper;
      } else if (colour == COLOUR_YCCK) {
        // Adobe transforms the inverted inks as if they were RGB, and inverts again.
        const brightness = red;
        const blueness = green - 128;
        const redness = blue - 128;
        red = 255 - clamp8(brightness + ((FIX_1_40200 * redness + HALF) >> FRACTION_BITS));
        green = 255 - clamp8(brightness + ((-FIX_0_34414 * blueness - FIX_0_71414 * redness + HALF) >> FRACTION_BITS));
        blue = 255 - clamp8(brightness + ((FIX_1_77200 * blueness + HALF) >> FRACTION_BITS));
      }
      red = multiply8(red, paper);
      green = multiply8(green, paper);
      blue = multiply8(blue, paper);
    }
    const y8 = (FIX_0_29900 * red + FIX_0_58700 * green + FIX_0_11400 * blue + HALF) >> FRACTION_BITS;
    const cb = (-FIX_0_16874 * red - FIX_0_33126 * green + FIX_0_50000 * blue + CHROMA_OFFSET) >> FRACTION_BITS;
    const cr = (FIX_0_50000 * red - FIX_0_41869 * green - FIX_0_08131 * blue + CHROMA_OFFSET) >> FRACTION_BITS;
    store<u8>(at, <u8>y8);
    store<u8>(at + planeBytes, <u8>cb);
    store<u8>(at + 2 * planeBytes, <u8>cr);
  }
}
