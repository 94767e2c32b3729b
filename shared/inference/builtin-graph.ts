// The graph that is used while no weights are installed: gradients, orientations, pooling. Nothing in it was trained.
// It finds near-duplicates of a picture; it does not recognise people, and nothing may present it as if it did.
import { OnnxGraphWriter } from "./onnx-writer.ts";

export const BUILTIN_INPUT_PX = 112;
/** SIFT's layout (Lowe, IJCV 2004): 4 × 4 cells of 8 directions. */
const CELLS_PER_SIDE = 4;
const DIRECTIONS = 8;
export const BUILTIN_DIMENSIONS = CELLS_PER_SIDE ** 2 * DIRECTIONS;
/** Lowe's cap on one normalised number, so that a single strong edge does not decide the comparison. */
const CAP = 0.2;
const EPSILON = 1e-6;
/** BT.601 luma weights, from bytes to 0–1. */
const LUMA = [0.299 / 255, 0.587 / 255, 0.114 / 255];

/**
 * Names the graph below by the first 12 digits of its SHA-256, as `modelId` does for pinned weights. The test compares
 * it with the bytes: a change of the graph needs a new id, because vectors of different models are never compared.
 */
export const BUILTIN_MODEL_ID = "hog-builtin-4c627c0ff779";

/** `image` (1 × 3 × 112 × 112, RGB 0–255) → `embedding` (1 × 128, not yet scaled to length 1), about 1 kB of ONNX. */
export function builtinGraph(): Uint8Array {
  const graph = new OnnxGraphWriter("hog");
  const image = graph.input("image", [1, 3, BUILTIN_INPUT_PX, BUILTIN_INPUT_PX]);
  const luma = graph.node("Conv", [image, graph.floats(LUMA, [1, 3, 1, 1])]);
  const lightness = graph.node("Sqrt", [luma]);
  const gradient = graph.node("Conv", [lightness, graph.floats(centralDifferences(), [2, 1, 3, 3])]);
  const directions = softDirections(graph, gradient);
  const cell = Math.floor((BUILTIN_INPUT_PX - 2) / CELLS_PER_SIDE);
  const cells = graph.node("AveragePool", [directions], { kernel_shape: [cell, cell], strides: [cell, cell] });
  const flat = graph.node("Flatten", [cells], { axis: 1 });
  const capped = graph.node("Min", [unitLength(graph, flat), graph.floats([CAP], [])]);
  const mean = graph.node("ReduceMean", [capped], { axes: [1], keepdims: 1 });
  graph.node("Sub", [capped, mean], {}, "embedding");
  graph.output("embedding", [1, BUILTIN_DIMENSIONS]);
  return graph.encode();
}

/**
 * Orientation histogram without an arctangent: the length of the gradient g that exceeds its projection threshold on
 * direction d, relu(g·d − |g|·cos(neighbour)), is positive for the two nearest directions only.
 */
function softDirections(graph: OnnxGraphWriter, gradient: string): string {
  const angles = Array.from({ length: DIRECTIONS }, (_, index) => (2 * Math.PI * index) / DIRECTIONS);
  const units = angles.flatMap((angle) => [Math.cos(angle), Math.sin(angle)]);
  const along = graph.node("Conv", [gradient, graph.floats(units, [DIRECTIONS, 2, 1, 1])]);
  const magnitude = euclidean(graph, gradient);
  const threshold = graph.node("Mul", [magnitude, graph.floats([Math.cos((2 * Math.PI) / DIRECTIONS)], [])]);
  return graph.node("Relu", [graph.node("Sub", [along, threshold])]);
}

function unitLength(graph: OnnxGraphWriter, value: string): string {
  return graph.node("Div", [value, euclidean(graph, value)]);
}

/** Square root of the sum of squares over axis 1, kept as an axis; never zero. */
function euclidean(graph: OnnxGraphWriter, value: string): string {
  const sum = graph.node("ReduceSum", [graph.node("Mul", [value, value]), graph.integers([1])], { keepdims: 1 });
  return graph.node("Sqrt", [graph.node("Add", [sum, graph.floats([EPSILON], [])])]);
}

/** Two 3 × 3 kernels: right minus left, below minus above. */
function centralDifferences(): number[] {
  return [0, 0, 0, -1, 0, 1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 0, 1, 0];
}
