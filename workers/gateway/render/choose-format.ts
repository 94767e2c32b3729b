// f_auto: which format a picture leaves in, by what the client takes (RFC 9110 §12.5.1) and by what is cheaper to send and to make.
import { RENDER_MAX_PIXELS } from "../../../shared/contracts/limits.ts";
import type { RenderFormat } from "../../../shared/contracts/transforms/transform.ts";

export const CONTENT_TYPES = {
  jpg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
  avif: "image/avif",
  gif: "image/gif",
} as const satisfies Record<RenderFormat, string>;

export interface PictureFacts {
  readonly widthPx: number;
  readonly heightPx: number;
  /** The result may have transparent pixels. */
  readonly hasAlpha: boolean;
  /** Few colours in a pattern that lossy formats only blow up. */
  readonly isDithered: boolean;
}

/** Pixels below which AVIF's container (some 300 bytes) eats what its coding saves. */
const AVIF_MIN_PIXELS = 64 * 64;

/**
 * What every client shows is the answer unless the header names something better: `image/*` is sent by those who have never
 * heard of AVIF. Nothing acceptable gets the answer too, as §12.5.1 allows.
 */
export function chooseFormat(accept: string | undefined, picture: PictureFacts): RenderFormat {
  const pixels = picture.widthPx * picture.heightPx;
  const isLossless = picture.isDithered || (picture.hasAlpha && pixels <= RENDER_MAX_PIXELS.rgba);
  const plain: RenderFormat = isLossless ? "png" : "jpg";
  if (picture.isDithered) return plain;
  const ranges = parseAccept(accept);
  const better = [
    ...(pixels >= AVIF_MIN_PIXELS && pixels <= RENDER_MAX_PIXELS.avif ? (["avif"] as const) : []),
    ...(pixels <= RENDER_MAX_PIXELS.webp ? (["webp"] as const) : []),
  ];
  // Smallest first; a later one wins only by a higher weight.
  const offers: { format: RenderFormat; weight: number }[] = [
    ...better.map((format) => ({ format, weight: ranges.get(CONTENT_TYPES[format]) ?? 0 })),
    { format: plain, weight: weightOf(ranges, CONTENT_TYPES[plain]) },
  ];
  const best = offers.reduce((chosen, offer) => (offer.weight > chosen.weight ? offer : chosen));
  // Wildcards at a lower weight are how browsers rank what they do not name.
  return best.weight > 0 ? best.format : plain;
}

function weightOf(ranges: ReadonlyMap<string, number>, type: string): number {
  return ranges.get(type) ?? ranges.get("image/*") ?? ranges.get("*/*") ?? (ranges.size === 0 ? 1 : 0);
}

/** Characters and ranges of a header that are looked at: browsers send some 100 and 7. */
const ACCEPT_MAX_CHARS = 1000;
const ACCEPT_MAX_RANGES = 32;
/** RFC 9110 §12.4.2: at most three decimals. */
const WEIGHT = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

/** Weights (0–1) by media range, lower case, parameters but q left out; malformed ranges are not there. */
function parseAccept(header: string | undefined): Map<string, number> {
  const ranges = new Map<string, number>();
  for (const part of (header ?? "").slice(0, ACCEPT_MAX_CHARS).split(",").slice(0, ACCEPT_MAX_RANGES)) {
    const [type = "", ...parameters] = part.split(";").map((text) => text.trim().toLowerCase());
    if (!/^[\w!#$&^.+*-]+\/[\w!#$&^.+*-]+$/.test(type)) continue;
    const weight = parameters.find((text) => /^q\s*=/.test(text))?.replace(/^q\s*=\s*/, "") ?? "1";
    if (!WEIGHT.test(weight)) continue;
    ranges.set(type, Math.max(ranges.get(type) ?? 0, Number(weight)));
  }
  return ranges;
}
