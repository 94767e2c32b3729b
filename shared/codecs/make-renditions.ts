// A stored original to its JPEG renditions: decode once, shrink, turn, encode. What the file is to blame for is a value.

import { RENDITION_WIDTHS, type RenditionWidth } from "../contracts/limits.ts";
import {
  type DecodedOriginal,
  type DecodeOriginalDeps,
  type DecodeSkip,
  decodeOriginal,
  storedSize,
} from "./decode-original.ts";
import type { DecodeFailure } from "./decode-to-planes.ts";
import type { Engine } from "./engine/engine.ts";
import { renderPlanes, toRgba } from "./engine/render-planes.ts";
import type { PhotoFacts } from "./photo-facts.ts";
import type { ImageSource } from "./source-bytes.ts";
import { hashImage, THUMBHASH_MAX_PX } from "./thumbhash.ts";

export interface Rendition {
  /** The nominal width it is asked for by. */
  readonly widthPx: RenditionWidth;
  /** Its own size: smaller than nominal where the photo is. */
  readonly pixelWidth: number;
  readonly pixelHeight: number;
  readonly mime: "image/jpeg";
  readonly bytes: Uint8Array;
}

export interface RenditionsMade {
  readonly kind: "done";
  readonly facts: PhotoFacts;
  /** One per RENDITION_WIDTHS, in that order. */
  readonly renditions: readonly Rendition[];
  /** Base64. */
  readonly thumbhash: string;
}

export type RenditionResult = RenditionsMade | DecodeSkip | DecodeFailure;

/** Throws only what is not the file's fault: the source cannot be read, an engine or codec cannot be started. */
export async function makeRenditions(deps: DecodeOriginalDeps, source: ImageSource): Promise<RenditionResult> {
  return await decodeOriginal(deps, source, { widthPx: RENDITION_WIDTHS[0] }, render);
}

function render(engine: Engine, { image, header, iccProfile, facts }: DecodedOriginal): RenditionsMade {
  let thumbhash = "";
  const rendered = renderPlanes(engine, image, {
    sizes: RENDITION_WIDTHS.map((widthPx) => storedSize(header, widthPx)),
    orientation: header.orientation ?? 1,
    iccProfile,
    inspectSmallest: (smallest) => {
      thumbhash = hashImage(toRgba(engine, smallest, THUMBHASH_MAX_PX));
    },
  });
  const renditions = RENDITION_WIDTHS.map((widthPx, i): Rendition => {
    const jpeg = rendered[i];
    if (jpeg === undefined) throw new Error(`Expected ${RENDITION_WIDTHS.length} renditions. Got ${rendered.length}.`);
    return { widthPx, pixelWidth: jpeg.widthPx, pixelHeight: jpeg.heightPx, mime: "image/jpeg", bytes: jpeg.bytes };
  });
  return { kind: "done", facts, renditions, thumbhash };
}
