// Threshold maps for ordered dither: a small rectangle of thresholds that repeats over the picture. All are made here by rule,
// none is copied; a pixel turns light where its value is above its threshold.
import { BLUE_NOISE_RANKS, BLUE_NOISE_SIDE } from "./blue-noise-tile.ts";

export interface ThresholdMap {
  readonly width: number;
  readonly height: number;
  /** Row by row, within 0–1 (never at its ends); their mean is a half. */
  readonly thresholds: Float32Array;
}

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Cloudinary's nineteen maps in the order of their numbers, 0 to 18. */
const CLOUDINARY: readonly (() => ThresholdMap)[] = [
  () => fromRanks(1, 1, [0]),
  () => fromRanks(2, 2, [0, 1, 1, 0]),
  () => bayer(2),
  () => dispersed(3),
  () => bayer(4),
  () => bayer(8),
  () => angledHalftone(4),
  () => angledHalftone(6),
  () => angledHalftone(8),
  () => halftone(4),
  () => halftone(6),
  () => halftone(8),
  () => halftone(16),
  () => circles(5, "black"),
  () => circles(5, "white"),
  () => circles(6, "black"),
  () => circles(6, "white"),
  () => circles(7, "black"),
  () => circles(7, "white"),
];

/** null for a name that is no ordered method. */
export function thresholdMap(algorithm: string): ThresholdMap | null {
  const [, family = "", number = ""] = /^([a-z-]+?)(\d*)$/.exec(algorithm) ?? [];
  const size = Number(number);
  if (family === "bayer" && [2, 4, 8, 16].includes(size)) return bayer(size);
  if (family === "clustered" && [4, 6, 8].includes(size)) return circles(size, "white");
  if (algorithm === "blue-noise") return blueNoise();
  if (family === "cd" && number !== "") return CLOUDINARY[size]?.() ?? null;
  return null;
}

/** B. E. Bayer: An optimum method for two-level rendition of continuous-tone pictures (1973). Sides are powers of two. */
function bayer(side: number): ThresholdMap {
  const ranks = Array.from({ length: side * side }, (_, at) => {
    const [x, y] = [at % side, Math.floor(at / side)];
    let rank = 0;
    for (let bit = 1; bit < side; bit <<= 1) {
      const [isRight, isLower] = [(x & bit) !== 0, (y & bit) !== 0];
      rank = rank * 4 + (isLower ? (isRight ? 2 : 1) : isRight ? 0 : 3);
    }
    return rank;
  });
  return fromRanks(side, side, ranks);
}

/** Each cell as far as can be from those before it: what Bayer's is, for sides that are no power of two. */
function dispersed(side: number): ThresholdMap {
  const ranks = new Array<number>(side * side).fill(-1);
  const around = (a: number, b: number) => Math.min(Math.abs(a - b), side - Math.abs(a - b));
  for (let rank = 0; rank < side * side; rank++) {
    const crowding = ranks.map((own, at) => {
      if (own >= 0) return Number.POSITIVE_INFINITY;
      return ranks.reduce((sum, other, from) => {
        if (other < 0) return sum;
        const [across, down] = [around(at % side, from % side), around(Math.floor(at / side), Math.floor(from / side))];
        return sum + 1 / (across ** 2 + down ** 2);
      }, 0);
    });
    ranks[crowding.indexOf(Math.min(...crowding))] = rank;
  }
  return fromRanks(side, side, ranks);
}

/** One dot a tile, round in lights and shadows and a chessboard between them: the spot function of cosines, upright. */
function halftone(side: number): ThresholdMap {
  return fromSpot(side, (x, y) => Math.cos(2 * Math.PI * x) + Math.cos(2 * Math.PI * y));
}

/** The same at 45 degrees: two dots a tile. */
function angledHalftone(side: number): ThresholdMap {
  return fromSpot(side, (x, y) => Math.cos(2 * Math.PI * x) * Math.cos(2 * Math.PI * y));
}

/** A dot that stays round at every tone, white on black or black on white. */
function circles(side: number, dots: "black" | "white"): ThresholdMap {
  const sign = dots === "white" ? -1 : 1;
  return fromSpot(side, (x, y) => sign * (x * x + y * y));
}

/** `spot`: how early a place of the tile (−½ to ½ from its middle) turns light. Equal places follow each other around the middle. */
function fromSpot(side: number, spot: (x: number, y: number) => number): ThresholdMap {
  const cells = Array.from({ length: side * side }, (_, at) => {
    const [x, y] = [((at % side) + 0.5) / side - 0.5, (Math.floor(at / side) + 0.5) / side - 0.5];
    return { at, early: Math.round(spot(x, y) * 1e6), angle: Math.atan2(y, x) };
  });
  const ranks = new Array<number>(side * side);
  const order = cells.sort((a, b) => b.early - a.early || a.angle - b.angle || a.at - b.at);
  for (const [rank, { at }] of order.entries()) ranks[at] = rank;
  return fromRanks(side, side, ranks);
}

function blueNoise(): ThresholdMap {
  const ranks = Array.from({ length: BLUE_NOISE_SIDE ** 2 }, (_, at) => {
    const upper = BASE64.indexOf(BLUE_NOISE_RANKS[at * 2]);
    return upper * 64 + BASE64.indexOf(BLUE_NOISE_RANKS[at * 2 + 1]);
  });
  return fromRanks(BLUE_NOISE_SIDE, BLUE_NOISE_SIDE, ranks);
}

/** Each threshold in the middle of its rank's share. */
function fromRanks(width: number, height: number, ranks: readonly number[]): ThresholdMap {
  const count = ranks.reduce((most, rank) => Math.max(most, rank), 0) + 1;
  return { width, height, thresholds: Float32Array.from(ranks, (rank) => (rank + 0.5) / count) };
}
