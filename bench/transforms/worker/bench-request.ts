// What the bench asks its Worker for.
import type { PixelSize } from "../../../shared/codecs/engine/resize-planes.ts";
import type { RenderTransform } from "../../../workers/transformer/render-state.ts";

export interface BenchRequest {
  /** Of a picture kept before. */
  readonly name: string;
  readonly photo: PixelSize;
  readonly transform: RenderTransform;
  /** Name of a kept picture; null: none. */
  readonly watermark: string | null;
  /** The kernel counts CPU in ticks of 10 ms: only many runs together make a figure. */
  readonly times: number;
}
