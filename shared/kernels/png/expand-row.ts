// AssemblyScript. An unfiltered row of any PNG format to 8-bit RGBA (W3C PNG, third edition, §11.1, §11.3.1, §13.12).
// Plain loops: photos of 8-bit RGB without a colour key never come here.

export const GREY: i32 = 0;
export const RGB: i32 = 2;
export const PALETTE: i32 = 3;
export const GREY_ALPHA: i32 = 4;
export const RGBA: i32 = 6;

const OPAQUE: u32 = 0xff00_0000;
/** No sample has this value: what stands for "no colour key". */
const NO_KEY: u32 = 0xffff_ffff;

/** RGBA of each index, or of each grey level of up to 8 bits. */
const colours: usize = memory.data(256 * 4, 16);
let keyRed: u32 = NO_KEY;
let keyGreen: u32 = NO_KEY;
let keyBlue: u32 = NO_KEY;

/** Forgets palette and colour key. Grey levels of `bitDepth` are spread over 0 to 255. */
export function beginColours(colourType: i32, bitDepth: i32): void {
  keyRed = NO_KEY;
  keyGreen = NO_KEY;
  keyBlue = NO_KEY;
  // An index beyond the palette is an error; like libpng and the browsers we show it as opaque black.
  for (let i: usize = 0; i < 256; i++) store<u32>(colours + (i << 2), OPAQUE);
  if (colourType !== GREY || bitDepth > 8) return;
  const highest = (1 << bitDepth) - 1;
  for (let level = 0; level <= highest; level++) {
    const grey = <u32>((level * 255) / highest);
    store<u32>(colours + (<usize>level << 2), OPAQUE | (grey * 0x010101));
  }
}

/** @param entries Address of `count` (at most 256) RGB triples: a PLTE chunk. */
export function setPalette(entries: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    const entry = entries + <usize>(i * 3);
    const colour = load<u8>(entry) | (<u32>load<u8>(entry, 1) << 8) | (<u32>load<u8>(entry, 2) << 16);
    store<u32>(colours + (<usize>i << 2), OPAQUE | colour);
  }
}

/** A tRNS chunk of a palette: the alpha of the first `count` entries. */
export function setPaletteAlpha(alphas: usize, count: i32): void {
  for (let i: usize = 0; i < <usize>count; i++) store<u8>(colours + (i << 2), load<u8>(alphas + i), 3);
}

/**
 * A tRNS chunk of grey or RGB: the one colour that is transparent, compared at full depth. For grey `red` is the level.
 */
export function setColourKey(colourType: i32, bitDepth: i32, red: u32, green: u32, blue: u32): void {
  // Only the lowest bits of the chunk's 16 count (§11.3.1.1).
  const mask: u32 = (1 << bitDepth) - 1;
  keyRed = red & mask;
  keyGreen = green & mask;
  keyBlue = blue & mask;
  if (colourType === GREY && bitDepth <= 8) store<u8>(colours + (<usize>keyRed << 2), 0, 3);
}

export function hasColourKey(): bool {
  return keyRed !== NO_KEY;
}

/** @param rgba Address of 4 * widthPx bytes. */
export function expandRow(row: usize, colourType: i32, bitDepth: i32, widthPx: i32, rgba: usize): void {
  const end = rgba + (<usize>widthPx << 2);
  if (colourType === RGBA && bitDepth === 8) memory.copy(rgba, row, <usize>widthPx << 2);
  else if (colourType === RGBA) expandRgba16(row, rgba, end);
  else if (colourType === RGB && bitDepth === 8) expandRgb8(row, rgba, end);
  else if (colourType === RGB) expandRgb16(row, rgba, end);
  else if (colourType === GREY_ALPHA) expandGreyAlpha(row, bitDepth === 16 ? 2 : 1, rgba, end);
  else if (bitDepth === 16) expandGrey16(row, rgba, end);
  else if (bitDepth === 8) expandIndices(row, rgba, end);
  else expandPackedIndices(row, bitDepth, rgba, end);
}

function expandIndices(row: usize, rgba: usize, end: usize): void {
  while (rgba < end) {
    store<u32>(rgba, load<u32>(colours + (<usize>load<u8>(row++) << 2)));
    rgba += 4;
  }
}

/** 1, 2 or 4 bits, the leftmost pixel in the highest. */
function expandPackedIndices(row: usize, bitDepth: i32, rgba: usize, end: usize): void {
  const mask: u32 = (1 << bitDepth) - 1;
  let shift = 8;
  while (rgba < end) {
    shift -= bitDepth;
    const index = (<u32>load<u8>(row) >>> shift) & mask;
    store<u32>(rgba, load<u32>(colours + (<usize>index << 2)));
    rgba += 4;
    if (shift > 0) continue;
    shift = 8;
    row++;
  }
}

function expandRgb8(row: usize, rgba: usize, end: usize): void {
  while (rgba < end) {
    const red = <u32>load<u8>(row);
    const green = <u32>load<u8>(row, 1);
    const blue = <u32>load<u8>(row, 2);
    const isKey = red === keyRed && green === keyGreen && blue === keyBlue;
    store<u32>(rgba, red | (green << 8) | (blue << 16) | (isKey ? 0 : OPAQUE));
    row += 3;
    rgba += 4;
  }
}

function expandRgb16(row: usize, rgba: usize, end: usize): void {
  while (rgba < end) {
    const red = sample16(row);
    const green = sample16(row + 2);
    const blue = sample16(row + 4);
    const isKey = red === keyRed && green === keyGreen && blue === keyBlue;
    store<u32>(rgba, toByte(red) | (toByte(green) << 8) | (toByte(blue) << 16) | (isKey ? 0 : OPAQUE));
    row += 6;
    rgba += 4;
  }
}

function expandRgba16(row: usize, rgba: usize, end: usize): void {
  while (rgba < end) {
    for (let channel: usize = 0; channel < 4; channel++) {
      store<u8>(rgba + channel, <u8>toByte(sample16(row + channel * 2)));
    }
    row += 8;
    rgba += 4;
  }
}

function expandGrey16(row: usize, rgba: usize, end: usize): void {
  while (rgba < end) {
    const grey = sample16(row);
    store<u32>(rgba, toByte(grey) * 0x010101 | (grey === keyRed ? 0 : OPAQUE));
    row += 2;
    rgba += 4;
  }
}

function expandGreyAlpha(row: usize, sampleBytes: usize, rgba: usize, end: usize): void {
  while (rgba < end) {
    const grey = sampleBytes === 2 ? toByte(sample16(row)) : <u32>load<u8>(row);
    const alpha = sampleBytes === 2 ? toByte(sample16(row + 2)) : <u32>load<u8>(row, 1);
    store<u32>(rgba, grey * 0x010101 | (alpha << 24));
    row += sampleBytes * 2;
    rgba += 4;
  }
}

/** Most significant byte first. */
// @ts-ignore: decorator
@inline function sample16(at: usize): u32 {
  return (<u32>load<u8>(at) << 8) | load<u8>(at, 1);
}

/** The high byte, as libvips and most decoders take it; §13.12's nearest level differs by one at most. */
// @ts-ignore: decorator
@inline function toByte(sample: u32): u32 {
  return sample >>> 8;
}
