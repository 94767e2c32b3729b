// AssemblyScript. Progressive scans (T.81 annex G): from bits to coefficients in memory. No pixels.
//
// Only the coefficients that the scale needs are stored. A refinement of AC coefficients must know which ones, needed
// or not, are already not zero: that history, a bit per position, is kept only where the scan script makes refinements
// worth reading (need.ts).
import { decodeAcFirst } from "./ac-first-scan";
import { decodeAcRefinement } from "./ac-refinement";
import { decodeDcFirst, decodeDcRefinement } from "./dc-scans";
import { scan } from "./scan";

export function decodeProgressiveUnits(): void {
  if (scan.spectralStart == 0) {
    if (scan.approximationHigh == 0) decodeDcFirst();
    else decodeDcRefinement();
  } else if (scan.approximationHigh == 0) decodeAcFirst();
  else decodeAcRefinement();
}
