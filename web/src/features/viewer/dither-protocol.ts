// What the page and the dither Worker say to each other. The last wish is the one that counts; each is answered once.
import type { Dither } from "../../../../shared/contracts/transforms/transform.ts";

export interface DitherWish {
  readonly id: number;
  /** Address of a picture on our own host. */
  readonly address: string;
  /** Size it is looked at in, px. */
  readonly widthPx: number;
  readonly heightPx: number;
  readonly dither: Dither;
}

export type DitherAnswer =
  | {
      readonly kind: "made";
      readonly id: number;
      readonly widthPx: number;
      readonly heightPx: number;
      /** RGBA. */
      readonly data: Uint8ClampedArray<ArrayBuffer>;
      /** Of the palette. */
      readonly colours: number;
      /** Time (ms) from pixels to dithered pixels. */
      readonly ms: number;
    }
  | { readonly kind: "failed"; readonly id: number };
