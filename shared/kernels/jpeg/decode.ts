// AssemblyScript. The JPEG decoder as the host drives it: begin, push bytes, run until it asks for more, choose a
// scale, run on. One file at a time: all state lies in this module. Bad input ends in a status, never in a trap.
import { allocate, mark, release } from "../engine/arena";
import { fillBits, openBits, reader, resetBits } from "./bits";
import { colourScratchBytes, convertColour } from "./stored-colours";
import { clearFrame, Component, component, frame, scaleFrame, storedBlocks } from "./frame";
import {
  areTablesUsable,
  guessColour,
  readApp0,
  readApp14,
  readFrame,
  readHuffmanTables,
  readQuantisers,
  readRestartInterval,
  readScan,
} from "./headers";
import { clearHuffmanTables } from "./huffman";
import { bigEndian16, input, makeRoom, openInput, push, seekMarker } from "./input";
import { decodeSequentialUnits } from "./mcu";
import { clearWork, countWork, isEnough, isScanNeeded, openHistory, settleScan } from "./need";
import { decodeProgressiveUnits } from "./progressive";
import { clearQuantisers, latchQuantiser } from "./quantise";
import { reconstructionScratchBytes, reconstructPlanes } from "./reconstruct";
import { loseInterval, passRestart } from "./restart";
import { planBlocks, rewindScan, scan, scanAcTable, scanComponentIndex, scanDcTable, unitsLeft } from "./scan";
import { CONTINUE, CORRUPT, DONE, FRAME_READY, NEED_INPUT, NOT_A_JPEG, TOO_LARGE } from "./status";
import { defineStandardTables } from "./standard-huffman";
import { fillSlots } from "./zigzag";

// Markers (T.81 table B.1).
const SOF0 = 0xc0;
const DHT = 0xc4;
const JPG = 0xc8;
const DAC = 0xcc;
const SOF15 = 0xcf;
const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const DQT = 0xdb;
const DRI = 0xdd;
const APP0 = 0xe0;
const APP14 = 0xee;
const COM = 0xfe;

/** What the next byte belongs to. */
const AT_START = 0;
const AT_MARKER = 1;
const IN_SKIPPED_SEGMENT = 2;
const IN_SCAN = 3;
const AT_RESTART = 4;
const FINISHED = 5;

let phase: i32 = AT_START;
let bytesToSkip: i32 = 0;
/** The status that ended the file, for whoever asks again. */
let outcome: i32 = DONE;
/** Whether the host has chosen a scale. */
let isStarted: bool = false;
let coefficientsStart: usize = 0;
let scratch: usize = 0;

export function jpegBegin(): void {
  clearFrame();
  clearHuffmanTables();
  defineStandardTables();
  clearQuantisers();
  clearWork();
  openInput();
  openBits();
  isStarted = false;
  phase = AT_START;
}

/** @returns address for the next chunk of at most 65536 bytes; then call `jpegPush`. */
export function jpegRoom(): usize {
  return makeRoom();
}

/** @param isLast 1 when the source has ended. @returns 0 when the chunk is larger than the room. */
export function jpegPush(sizeBytes: i32, isLast: i32): i32 {
  return push(sizeBytes, isLast) ? 1 : 0;
}

export function jpegFrame(): usize {
  return changetype<usize>(frame);
}

/** @param index 0 to 3: the plane handed out in that place, or before that, the component of the file */
export function jpegComponent(index: i32): usize {
  return changetype<usize>(component(index & 3));
}

/**
 * Bytes that decoding at this scale allocates, history apart. Call after FRAME_READY.
 * @param blockPx 1, 2, 4 or 8  @param isChromaHalved as in `jpegStart`
 */
export function jpegBytesNeeded(blockPx: i32, isChromaHalved: i32): f64 {
  scaleFrame(blockPx, isChromaHalved);
  let bytes: u64 = 0;
  for (let index = 0; index < frame.componentCount; index++) {
    const part = component(index);
    bytes += storedBlocks(part) * <u64>bytesPerBlock(part) + 16;
    if (frame.isProgressive && part.blockPx == 8) bytes += storedBlocks(part) * 8 + 16;
  }
  if (frame.isProgressive) bytes += reconstructionScratchBytes();
  return <f64>(bytes + colourScratchBytes());
}

function bytesPerBlock(part: Component): i32 {
  return part.blockPx * part.blockPx * (frame.isProgressive ? 2 : 1);
}

/**
 * Chooses the scale and lays out memory. Call once, after FRAME_READY.
 * @param blockPx 1, 2, 4 or 8
 * @param isChromaHalved 1: chroma as finely sampled as luma is decoded at half of luma's scale, as if it were 4:2:0
 * @param budgetEnd addresses from here on must not be used
 * @returns CONTINUE or TOO_LARGE
 */
export function jpegStart(blockPx: i32, isChromaHalved: i32, budgetEnd: usize): i32 {
  frame.budgetEnd = budgetEnd;
  if (<f64>mark() + jpegBytesNeeded(blockPx, isChromaHalved) > <f64>budgetEnd) return finish(TOO_LARGE);
  fillSlots();
  if (frame.isProgressive) scratch = allocate(<usize>reconstructionScratchBytes());
  coefficientsStart = mark();
  for (let index = 0; index < frame.componentCount; index++) {
    const part = component(index);
    const sizeBytes = <usize>storedBlocks(part) * <usize>bytesPerBlock(part);
    const at = allocate(sizeBytes);
    // What never arrives stays grey: 128 as a pixel, 0 as a coefficient.
    memory.fill(at, frame.isProgressive ? 0 : 128, sizeBytes);
    part.plane = at;
    part.coefficients = at;
  }
  // Vectors may read beyond the last row.
  allocate(16);
  isStarted = true;
  return CONTINUE;
}

/** Works until it needs bytes or a decision, or has ended. */
export function jpegRun(): i32 {
  while (true) {
    let status = CONTINUE;
    if (phase == IN_SCAN) status = continueScan();
    else if (phase == AT_MARKER) status = readSegment();
    else if (phase == IN_SKIPPED_SEGMENT) status = skipSegment();
    else if (phase == AT_RESTART) status = continueAtRestart();
    else if (phase == AT_START) status = readStart();
    else return outcome;
    if (status < 0) return finish(status);
    if (status != CONTINUE) return status;
  }
}

function finish(status: i32): i32 {
  phase = FINISHED;
  outcome = status;
  return status;
}

function readStart(): i32 {
  if (input.end - input.position < 2) return input.isLast ? NOT_A_JPEG : NEED_INPUT;
  if (bigEndian16(input.position) != (0xff00 | SOI)) return NOT_A_JPEG;
  input.position += 2;
  phase = AT_MARKER;
  return CONTINUE;
}

/** The source has ended before EOI: what has been decoded is handed out, if there is anything. */
function endOfInput(): i32 {
  if (frame.scansDecoded == 0) return CORRUPT;
  frame.isTruncated = 1;
  return finishPlanes();
}

function skipSegment(): i32 {
  const step = min(bytesToSkip, <i32>(input.end - input.position));
  input.position += <usize>step;
  bytesToSkip -= step;
  if (bytesToSkip == 0) {
    phase = AT_MARKER;
    return CONTINUE;
  }
  return input.isLast ? endOfInput() : NEED_INPUT;
}

/** Finds the next marker and reads its segment. Bytes before it, of a scan left out for instance, are stepped over. */
function readSegment(): i32 {
  const marker = seekMarker(false);
  const missing = input.isLast ? 1 : 0;
  if (marker < 0) return missing ? endOfInput() : NEED_INPUT;
  if (marker == EOI) return frame.scansDecoded == 0 ? CORRUPT : finishPlanes();
  if (marker < SOF0 || marker == SOI) {
    // Not defined, or without a segment: in damaged files such bytes turn up anywhere.
    input.position += 2;
    return CONTINUE;
  }
  const waiting = <i32>(input.end - input.position);
  if (waiting < 4) return missing ? endOfInput() : NEED_INPUT;
  const length = bigEndian16(input.position + 2);
  if (length < 2) return CORRUPT;
  const isApplication = marker >= APP0 && marker != APP0 && marker != APP14;
  if (isApplication || marker == COM) {
    input.position += 2;
    bytesToSkip = length;
    phase = IN_SKIPPED_SEGMENT;
    return CONTINUE;
  }
  if (waiting < 2 + length) return missing ? endOfInput() : NEED_INPUT;
  return readWholeSegment(marker, input.position + 4, length - 2);
}

/** The segment is in the window; `position` moves behind it, except where the host must decide first. */
function readWholeSegment(marker: i32, body: usize, sizeBytes: i32): i32 {
  if (marker == SOS) return readScanHeader(body, sizeBytes);
  input.position = body + <usize>sizeBytes;
  if (marker == DQT) return readQuantisers(body, sizeBytes);
  if (marker == DHT) return readHuffmanTables(body, sizeBytes);
  if (marker == DRI) return readRestartInterval(body, sizeBytes);
  if (marker >= SOF0 && marker <= SOF15 && marker != JPG && marker != DAC) return readFrame(marker, body, sizeBytes);
  if (marker == APP0) readApp0(body, sizeBytes);
  if (marker == APP14) readApp14(body, sizeBytes);
  return CONTINUE;
}

function readScanHeader(body: usize, sizeBytes: i32): i32 {
  if (frame.componentCount == 0) return CORRUPT;
  if (!isStarted) {
    guessColour();
    return FRAME_READY;
  }
  const status = readScan(body, sizeBytes);
  if (status != CONTINUE) return status;
  input.position = body + <usize>sizeBytes;
  if (!isScanNeeded()) {
    frame.scansSkipped++;
    phase = AT_MARKER;
    return CONTINUE;
  }
  for (let place = 0; place < scan.componentCount; place++) {
    if (!areTablesUsable(scanDcTable(place), scanAcTable(place))) return CORRUPT;
    if (!latchQuantiser(scanComponentIndex(place))) return CORRUPT;
  }
  const work = countWork();
  if (work != CONTINUE) return work;
  const history = openHistory();
  if (history != CONTINUE) return history;
  planBlocks();
  rewindScan();
  resetBits();
  phase = IN_SCAN;
  return CONTINUE;
}

function continueScan(): i32 {
  while (true) {
    const before = input.position;
    fillBits();
    if (frame.isProgressive) decodeProgressiveUnits();
    else decodeSequentialUnits();
    if (scan.unitsInInterval > 0 && reader.isSegmentComplete) loseInterval();
    if (scan.unitsInInterval == 0) break;
    if (input.position == before && input.end - input.position <= 1) return NEED_INPUT;
  }
  if (unitsLeft() > 0) {
    phase = AT_RESTART;
    return CONTINUE;
  }
  return endScan();
}

function continueAtRestart(): i32 {
  const status = passRestart();
  if (status != CONTINUE) return status;
  if (unitsLeft() == 0) return endScan();
  phase = IN_SCAN;
  return CONTINUE;
}

function endScan(): i32 {
  settleScan();
  phase = AT_MARKER;
  return isEnough() ? finishPlanes() : CONTINUE;
}

function finishPlanes(): i32 {
  // The file may end before a component's first scan: its blocks are grey whatever the quantiser.
  if (frame.isProgressive) release(reconstructPlanes(scratch, coefficientsStart) + 16);
  const status = convertColour();
  return finish(status == CONTINUE ? DONE : status);
}
