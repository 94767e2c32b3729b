// A picture as histograms of its gradients' directions, the same for its mirror image. Pure; nothing in it was trained.
// Dalal and Triggs, "Histograms of Oriented Gradients for Human Detection", CVPR 2005: square-root lightness, blocks of 3 × 3 cells.

/** Cells along a side: 8 × 8 told faces apart better than 4 × 4, and 12 × 12 hardly better (docs/faces.md). */
const CELLS = 8;
const DIRECTIONS = 8;
/** Cells of a row that count: the others are their mirror images. */
const COLUMNS = CELLS / 2;
export const GRADIENT_DIMENSIONS = CELLS * COLUMNS * DIRECTIONS;
/** Cap on one normalised number (Lowe, IJCV 2004), so that a single strong edge does not decide the comparison. */
const CAP = 0.2;
/** Gradient per pixel that is noise, in units of square-root lightness: one of 256 steps at a lightness of 100. */
const NOISE = 0.05;

const UNITS = Array.from({ length: DIRECTIONS }, (_, k) => {
  const angle = (2 * Math.PI * k) / DIRECTIONS;
  return { x: Math.cos(angle), y: Math.sin(angle) };
});
const NEIGHBOUR_COSINE = Math.cos((2 * Math.PI) / DIRECTIONS);

/**
 * GRADIENT_DIMENSIONS numbers around zero, not yet scaled to length 1; all zero for a picture without an edge.
 * @param luma sidePx × sidePx lightnesses, 0–255
 * @throws RangeError when it is not, or too small for its cells
 */
export function gradientHistogram(luma: Float32Array, sidePx: number): Float32Array {
  if (luma.length !== sidePx * sidePx || sidePx < 2 * CELLS)
    throw new RangeError(`Expecting a square of at least ${2 * CELLS} px. Got ${luma.length} numbers.`);
  const cells = directionsByCell(luma, sidePx);
  normaliseBlocks(cells, (sidePx / CELLS) ** 2);
  const folded = new Float32Array(GRADIENT_DIMENSIONS);
  let mean = 0;
  for (let row = 0, out = 0; row < CELLS; row++) {
    for (let column = 0; column < COLUMNS; column++) {
      for (let k = 0; k < DIRECTIONS; k++, out++) {
        const here = (row * CELLS + column) * DIRECTIONS + k;
        // What points right, points left in the mirror; up and down stay.
        const mirrored = (DIRECTIONS / 2 - k + DIRECTIONS) % DIRECTIONS;
        const there = (row * CELLS + CELLS - 1 - column) * DIRECTIONS + mirrored;
        folded[out] = cells[here] + cells[there];
        mean += folded[out] / GRADIENT_DIMENSIONS;
      }
    }
  }
  return folded.map((value) => value - mean);
}

/** Sums of gradient by cell and direction; a pixel counts for the four cells around it, a gradient for the two directions beside it. */
function directionsByCell(luma: Float32Array, sidePx: number): Float32Array {
  const lightness = luma.map((value) => Math.sqrt(Math.max(0, value)));
  const cells = new Float32Array(CELLS * CELLS * DIRECTIONS);
  const cellPx = sidePx / CELLS;
  for (let y = 1; y < sidePx - 1; y++) {
    const v = (y + 0.5) / cellPx - 0.5;
    const top = Math.floor(v);
    for (let x = 1; x < sidePx - 1; x++) {
      const pos = y * sidePx + x;
      const gradientX = lightness[pos + 1] - lightness[pos - 1];
      const gradientY = lightness[pos + sidePx] - lightness[pos - sidePx];
      const floor = Math.sqrt(gradientX * gradientX + gradientY * gradientY) * NEIGHBOUR_COSINE;
      if (floor === 0) continue;
      const u = (x + 0.5) / cellPx - 0.5;
      const left = Math.floor(u);
      for (let k = 0; k < DIRECTIONS; k++) {
        const amount = gradientX * UNITS[k].x + gradientY * UNITS[k].y - floor;
        if (amount <= 0) continue;
        addTo(cells, left, top, k, amount * (left + 1 - u) * (top + 1 - v));
        addTo(cells, left + 1, top, k, amount * (u - left) * (top + 1 - v));
        addTo(cells, left, top + 1, k, amount * (left + 1 - u) * (v - top));
        addTo(cells, left + 1, top + 1, k, amount * (u - left) * (v - top));
      }
    }
  }
  return cells;
}

function addTo(cells: Float32Array, column: number, row: number, direction: number, amount: number): void {
  if (column < 0 || row < 0 || column >= CELLS || row >= CELLS) return;
  cells[(row * CELLS + column) * DIRECTIONS + direction] += amount;
}

/** Each cell by the length of what lies in it and around it, noise included, then capped. In place. */
function normaliseBlocks(cells: Float32Array, pixelsPerCell: number): void {
  const energies = new Float32Array(CELLS * CELLS);
  for (let pos = 0; pos < cells.length; pos++) energies[Math.floor(pos / DIRECTIONS)] += cells[pos] * cells[pos];
  const noise = (NOISE * pixelsPerCell) ** 2;
  for (let row = 0; row < CELLS; row++) {
    for (let column = 0; column < CELLS; column++) {
      let energy = noise;
      for (let y = Math.max(0, row - 1); y <= Math.min(CELLS - 1, row + 1); y++)
        for (let x = Math.max(0, column - 1); x <= Math.min(CELLS - 1, column + 1); x++)
          energy += energies[y * CELLS + x];
      const gain = 1 / Math.sqrt(energy);
      const start = (row * CELLS + column) * DIRECTIONS;
      for (let k = start; k < start + DIRECTIONS; k++) cells[k] = Math.min(CAP, cells[k] * gain);
    }
  }
}
