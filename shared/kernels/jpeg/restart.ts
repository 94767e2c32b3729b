// AssemblyScript. Between restart intervals (T.81 B.2.1, E.2.4): finds the next one, and gives up blocks that are lost.
// Decodes nothing.
import { reader, resetBits } from "./bits";
import { frame } from "./frame";
import { input, seekMarker } from "./input";
import { clearPredictions, scan, skipUnits, startInterval, unitsLeft } from "./scan";
import { CONTINUE, NEED_INPUT } from "./status";

const RST0 = 0xd0;
const FIRST_DEFINED_MARKER = 0xc0;

/** Gives up the rest of the interval: the units stay as they are, which is grey. */
export function loseInterval(): void {
  frame.missingBlocks += scan.unitsInInterval * scan.blocksPerUnit;
  if (reader.isSegmentComplete && reader.marker == 0) frame.isTruncated = 1;
  scan.endOfBandRun = 0;
  skipUnits(scan.unitsInInterval);
}

/**
 * Moves on to the next interval, or to the end of the scan when the file holds no more of it. Restarts out of order are
 * judged as libjpeg judges them (jdmarker.c jpeg_resync_to_restart): one or two ahead, intervals between are lost; one
 * or two behind, it is a leftover; else it is taken for the one expected.
 */
export function passRestart(): i32 {
  while (true) {
    if (!reader.isSegmentComplete) {
      const found = seekMarker(true);
      if (found < 0 && !input.isLast) return NEED_INPUT;
      reader.marker = max(found, 0);
      reader.isSegmentComplete = 1;
    }
    const marker = reader.marker;
    const isRestart = (marker & 0xf8) == RST0;
    const ahead = (marker - RST0 - scan.nextRestart) & 7;
    if (!isRestart && (marker == 0 || marker >= FIRST_DEFINED_MARKER)) {
      scan.unitsInInterval = unitsLeft();
      loseInterval();
      return CONTINUE;
    }
    if (!isRestart || ahead >= 6) {
      frame.faults++;
      input.position += 2;
      reader.isSegmentComplete = 0;
      continue;
    }
    if (ahead == 1 || ahead == 2) {
      frame.faults++;
      scan.nextRestart = (scan.nextRestart + 1) & 7;
      startInterval();
      loseInterval();
      if (unitsLeft() == 0) return CONTINUE;
      continue;
    }
    if (ahead != 0) frame.faults++;
    input.position += 2;
    resetBits();
    clearPredictions();
    scan.endOfBandRun = 0;
    scan.nextRestart = (scan.nextRestart + 1) & 7;
    startInterval();
    return CONTINUE;
  }
}
