// AssemblyScript. Marker segments (T.81 annex B): what they say, checked. Each function gets one whole segment body. No
// entropy-coded data.
import {
  COLOUR_CMYK,
  COLOUR_CMYK_INVERTED,
  COLOUR_GREY,
  COLOUR_RGB,
  COLOUR_YCBCR,
  COLOUR_YCCK,
  component,
  frame,
  MAX_COMPONENTS,
  measureFrame,
} from "./frame";
import { areDcSizesSane, defineHuffmanTable, huffmanTable } from "./huffman";
import { bigEndian16 } from "./input";
import { defineQuantiser } from "./quantise";
import { measureScan, scan, selectForScan, usesAcCodes, usesDcCodes } from "./scan";
import {
  ARITHMETIC_CODING,
  COMPONENT_COUNT,
  CONTINUE,
  CORRUPT,
  HEIGHT_UNKNOWN,
  HIERARCHICAL,
  LOSSLESS,
  PRECISION_NOT_8_BITS,
} from "./status";

/** T.81 table G.1 gives no bound on Al; libjpeg's: 13 for 8 bits and spare. */
const APPROXIMATION_MAX_LOW = 13;

/** B.2.4.1. Several tables may share a segment. */
export function readQuantisers(body: usize, sizeBytes: i32): i32 {
  let at = body;
  const end = body + <usize>sizeBytes;
  while (at < end) {
    const is16Bits = load<u8>(at) >> 4;
    const id = <i32>(load<u8>(at) & 15);
    at++;
    const tableBytes: usize = is16Bits ? 128 : 64;
    if (is16Bits > 1 || id > 3 || end - at < tableBytes) return CORRUPT;
    const table = defineQuantiser(id);
    for (let position: usize = 0; position < 64; position++) {
      const value = is16Bits ? <u16>bigEndian16(at + position * 2) : <u16>load<u8>(at + position);
      store<u16>(table + position * 2, value);
    }
    at += tableBytes;
  }
  return CONTINUE;
}

/** B.2.4.2. */
export function readHuffmanTables(body: usize, sizeBytes: i32): i32 {
  let at = body;
  const end = body + <usize>sizeBytes;
  while (at < end) {
    if (end - at < 17) return CORRUPT;
    const tableClass = <i32>(load<u8>(at) >> 4);
    const id = <i32>(load<u8>(at) & 15);
    at++;
    let symbolCount = 0;
    for (let length: usize = 0; length < 16; length++) symbolCount += <i32>load<u8>(at + length);
    if (tableClass > 1 || id > 3 || symbolCount > 256 || end - at < <usize>(16 + symbolCount)) return CORRUPT;
    defineHuffmanTable(tableClass, id, at, symbolCount);
    at += <usize>(16 + symbolCount);
  }
  return CONTINUE;
}

/** B.2.4.4. */
export function readRestartInterval(body: usize, sizeBytes: i32): i32 {
  if (sizeBytes < 2) return CORRUPT;
  frame.restartInterval = bigEndian16(body);
  return CONTINUE;
}

/** JFIF's APP0: from here on three components are YCbCr, whatever else is said. */
export function readApp0(body: usize, sizeBytes: i32): void {
  // "JFIF" as a little-endian word.
  if (sizeBytes >= 5 && load<u32>(body) == 0x4649464a && load<u8>(body, 4) == 0) frame.hasJfif = 1;
}

/**
 * Adobe's APP14 (Supporting the DCT Filters in PostScript Level 2, 1992, section 18): which transform the colours went
 * through.
 */
export function readApp14(body: usize, sizeBytes: i32): void {
  // "Adob", "e".
  if (sizeBytes < 12 || load<u32>(body) != 0x626f6441 || load<u8>(body, 4) != 0x65) return;
  frame.hasAdobe = 1;
  frame.adobeTransform = <i32>load<u8>(body, 11);
}

/** Frames this decoder does not read, by marker (T.81 table B.1). */
function refusalOfProcess(marker: i32): i32 {
  if (marker >= 0xc9) return ARITHMETIC_CODING;
  if (marker == 0xc3) return LOSSLESS;
  return marker >= 0xc5 ? HIERARCHICAL : CONTINUE;
}

/** B.2.2, for any SOFn. */
export function readFrame(marker: i32, body: usize, sizeBytes: i32): i32 {
  if (frame.componentCount != 0 || sizeBytes < 6) return CORRUPT;
  const refusal = refusalOfProcess(marker);
  if (refusal != CONTINUE) return refusal;
  if (load<u8>(body) != 8) return PRECISION_NOT_8_BITS;
  frame.heightPx = bigEndian16(body + 1);
  frame.widthPx = bigEndian16(body + 3);
  const count = <i32>load<u8>(body, 5);
  if (frame.heightPx == 0) return HEIGHT_UNKNOWN;
  if (frame.widthPx == 0 || sizeBytes != 6 + 3 * count) return CORRUPT;
  if (count != 1 && count != 3 && count != MAX_COMPONENTS) return COMPONENT_COUNT;
  for (let index = 0; index < count; index++) {
    const at = body + 6 + <usize>(3 * index);
    const part = component(index);
    part.id = <i32>load<u8>(at);
    part.horizontal = <i32>(load<u8>(at, 1) >> 4);
    part.vertical = <i32>(load<u8>(at, 1) & 15);
    part.quantiserId = <i32>load<u8>(at, 2);
    const isSampled = part.horizontal >= 1 && part.horizontal <= 4 && part.vertical >= 1 && part.vertical <= 4;
    if (!isSampled || part.quantiserId > 3) return CORRUPT;
  }
  frame.componentCount = count;
  frame.isProgressive = marker == 0xc2 ? 1 : 0;
  measureFrame();
  return CONTINUE;
}

/**
 * As libjpeg guesses (jdapimin.c default_decompress_parms): JFIF, then Adobe, then the ids. Call when the first scan
 * begins.
 */
export function guessColour(): void {
  if (frame.componentCount == 1) frame.colour = COLOUR_GREY;
  else if (frame.componentCount == 3) {
    const isNamedRgb = component(0).id == 0x52 && component(1).id == 0x47 && component(2).id == 0x42;
    const isRgb = frame.hasAdobe ? frame.adobeTransform == 0 : isNamedRgb;
    frame.colour = !frame.hasJfif && isRgb ? COLOUR_RGB : COLOUR_YCBCR;
  } else if (frame.hasAdobe) frame.colour = frame.adobeTransform == 0 ? COLOUR_CMYK_INVERTED : COLOUR_YCCK;
  else frame.colour = COLOUR_CMYK;
}

/** B.2.3. Fills `scan`; whether the scan is worth decoding is not decided here. */
export function readScan(body: usize, sizeBytes: i32): i32 {
  if (sizeBytes < 1) return CORRUPT;
  const count = <i32>load<u8>(body);
  if (count < 1 || count > frame.componentCount || sizeBytes != 4 + 2 * count) return CORRUPT;
  let seen = 0;
  for (let place = 0; place < count; place++) {
    const at = body + 1 + <usize>(2 * place);
    let index = 0;
    // Two components may, against the standard, share an id: then the next one not yet taken is meant.
    while (index < frame.componentCount && (component(index).id != <i32>load<u8>(at) || seen & (1 << index))) index++;
    if (index == frame.componentCount) return CORRUPT;
    seen |= 1 << index;
    const dcTable = <i32>(load<u8>(at, 1) >> 4);
    const acTable = <i32>(load<u8>(at, 1) & 15);
    if (dcTable > 3 || acTable > 3) return CORRUPT;
    selectForScan(place, index, dcTable, acTable);
  }
  scan.componentCount = count;
  const parameters = body + 1 + <usize>(2 * count);
  if (frame.isProgressive) {
    scan.spectralStart = <i32>load<u8>(parameters);
    scan.spectralEnd = <i32>load<u8>(parameters, 1);
    scan.approximationHigh = <i32>(load<u8>(parameters, 2) >> 4);
    scan.approximationLow = <i32>(load<u8>(parameters, 2) & 15);
    if (!isProgressionValid()) return CORRUPT;
  } else {
    // Sequential files say 0, 63, 0, 0; those that do not are read as if they did, as libjpeg does.
    scan.spectralStart = 0;
    scan.spectralEnd = 63;
    scan.approximationHigh = 0;
    scan.approximationLow = 0;
  }
  return measureScan() ? CONTINUE : CORRUPT;
}

/** G.1.1.1: the DC alone and interleaved, or a band of one component's AC. */
function isProgressionValid(): bool {
  if (scan.spectralStart == 0) {
    if (scan.spectralEnd != 0) return false;
  } else if (scan.spectralEnd < scan.spectralStart || scan.spectralEnd > 63 || scan.componentCount != 1) return false;
  if (scan.approximationLow > APPROXIMATION_MAX_LOW) return false;
  return scan.approximationHigh == 0 || scan.approximationHigh == scan.approximationLow + 1;
}

/** Whether every table the scan names has been defined, soundly. @param dcTable,acTable of one component */
export function areTablesUsable(dcTable: i32, acTable: i32): bool {
  if (usesDcCodes()) {
    const table = huffmanTable(0, dcTable);
    if (!table.isUsable || !areDcSizesSane(table)) return false;
  }
  return !usesAcCodes() || huffmanTable(1, acTable).isUsable != 0;
}
