// What the bench asks of its dither Worker.
import type { PaletteSpec } from "../../../shared/contracts/transforms/dither-options.ts";

export interface DitherRequest {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly algorithm: string;
  readonly palette: PaletteSpec;
  readonly times: number;
}
