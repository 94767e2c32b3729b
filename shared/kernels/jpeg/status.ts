// AssemblyScript. How a step of the JPEG decoder ended. The host maps these numbers to names: keep both in step.

/** The window is used up: push more bytes. */
export const NEED_INPUT: i32 = 0;
/** The frame is known and the first scan follows: choose a scale and start. */
export const FRAME_READY: i32 = 1;
/** The planes are finished. */
export const DONE: i32 = 2;
/** Only between the decoder's own steps: go on. */
export const CONTINUE: i32 = 3;

// Refusals are negative. After one of them only `jpegBegin` may follow.
export const NOT_A_JPEG: i32 = -1;
export const CORRUPT: i32 = -2;
export const PRECISION_NOT_8_BITS: i32 = -3;
export const ARITHMETIC_CODING: i32 = -4;
export const LOSSLESS: i32 = -5;
export const HIERARCHICAL: i32 = -6;
export const COMPONENT_COUNT: i32 = -7;
/** A height of 0, to be defined by a DNL segment after the first scan (T.81 B.2.5): libjpeg refuses it too. */
export const HEIGHT_UNKNOWN: i32 = -8;
export const TOO_LARGE: i32 = -9;
export const TOO_MUCH_WORK: i32 = -10;
