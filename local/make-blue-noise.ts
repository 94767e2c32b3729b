// `node local/make-blue-noise.ts`: writes shared/kernels/blue-noise-tile.ts, a tile of ranks whose every threshold scatters points
// evenly. R. Ulichney: The void-and-cluster method for dither array generation (1993).
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./worker-configs.ts";

const SIDE = 64;
const CELLS = SIDE * SIDE;
/** Standard deviation (cells) of the Gaussian by which closeness is judged: Ulichney's. */
const SIGMA = 1.5;
/** Share of cells in the pattern one starts from. */
const FIRST_SHARE = 0.1;
const SEED = 1993;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const LINE_CHARS = 112;

/** Energy that a cell lends to the one so far away, around the edges of the tile. */
const LENT = Float64Array.from({ length: CELLS }, (_, at) => {
  const [x, y] = [at % SIDE, Math.floor(at / SIDE)].map((distance) => Math.min(distance, SIDE - distance)) as [
    number,
    number,
  ];
  return Math.exp(-(x * x + y * y) / (2 * SIGMA * SIGMA));
});

class Pattern {
  readonly isSet = new Uint8Array(CELLS);
  readonly #energy = new Float64Array(CELLS);

  put(cell: number, value: 0 | 1): void {
    this.isSet[cell] = value;
    const [x0, y0] = [cell % SIDE, Math.floor(cell / SIDE)];
    for (let y = 0; y < SIDE; y++)
      for (let x = 0; x < SIDE; x++) {
        const lent = LENT[((y - y0) & (SIDE - 1)) * SIDE + ((x - x0) & (SIDE - 1))] as number;
        this.#energy[y * SIDE + x] = (this.#energy[y * SIDE + x] as number) + (value === 1 ? lent : -lent);
      }
  }

  /** The set cell with most set ones around it. */
  tightestCluster(): number {
    return this.#extreme(1, 1);
  }

  /** The cell not set with fewest set ones around it. */
  largestVoid(): number {
    return this.#extreme(0, -1);
  }

  #extreme(value: 0 | 1, sign: 1 | -1): number {
    let best = -1;
    let bestEnergy = Number.NEGATIVE_INFINITY;
    for (let cell = 0; cell < CELLS; cell++) {
      if (this.isSet[cell] !== value) continue;
      const energy = sign * (this.#energy[cell] as number);
      // Sums in another order differ in their last bits: what is equal but for those is equal.
      if (energy > bestEnergy + 1e-9) {
        best = cell;
        bestEnergy = energy;
      }
    }
    return best;
  }
}

/** Ranks 0–4095, row by row. The same every time. */
export function makeBlueNoise(): Uint16Array {
  const pattern = firstPattern();
  const first = Uint8Array.from(pattern.isSet);
  const ranks = new Uint16Array(CELLS);
  const count = first.reduce((sum, value) => sum + value, 0);
  for (let rank = count - 1; rank >= 0; rank--) {
    const cell = pattern.tightestCluster();
    pattern.put(cell, 0);
    ranks[cell] = rank;
  }
  for (let cell = 0; cell < CELLS; cell++) if (first[cell] === 1) pattern.put(cell, 1);
  // The paper turns to clusters of empty cells from the middle on; energies being sums, those are the voids of the set ones.
  for (let rank = count; rank < CELLS; rank++) {
    const cell = pattern.largestVoid();
    pattern.put(cell, 1);
    ranks[cell] = rank;
  }
  return ranks;
}

/** Random points, moved from clusters into voids until the point moved would come back. */
function firstPattern(): Pattern {
  const pattern = new Pattern();
  let state = SEED;
  for (let count = 0; count < CELLS * FIRST_SHARE; ) {
    // Numerical Recipes' linear congruential generator: only its upper bits are used.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const cell = state >>> 20;
    if (pattern.isSet[cell] === 1) continue;
    pattern.put(cell, 1);
    count++;
  }
  while (true) {
    const cluster = pattern.tightestCluster();
    pattern.put(cluster, 0);
    const gap = pattern.largestVoid();
    pattern.put(gap, 1);
    if (gap === cluster) return pattern;
  }
}

/** Two characters a rank: its upper and its lower six bits. */
function writeTile(ranks: Uint16Array): string {
  const text = Array.from(ranks, (rank) => `${ALPHABET[rank >> 6]}${ALPHABET[rank & 63]}`).join("");
  const lines = text.match(new RegExp(`.{1,${LINE_CHARS}}`, "g")) ?? [];
  return `// Written by local/make-blue-noise.ts: the ranks of a ${SIDE} × ${SIDE} blue-noise tile, two characters of base64's alphabet each.

export const BLUE_NOISE_SIDE = ${SIDE};
export const BLUE_NOISE_RANKS = [
${lines.map((line) => `  "${line}",`).join("\n")}
].join("");
`;
}

if (import.meta.main) writeFileSync(join(ROOT, "shared/kernels/blue-noise-tile.ts"), writeTile(makeBlueNoise()));
