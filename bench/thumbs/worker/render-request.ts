// What the bench asks its Worker for.
import type { RenditionSize } from "../contender.ts";

export interface RenderRequest {
  readonly sizes: readonly RenditionSize[];
  /** The kernel counts CPU in ticks of 10 ms: only many runs together make a figure. */
  readonly times: number;
}
