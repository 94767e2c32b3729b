// Puts a network's weights into the module's memory and remembers where.
import { inputsOf, type Layer, type LayerGraph, type TensorId } from "./layers.ts";
import type { NetworkExports } from "./network-exports.ts";
import { CHANNEL_MULTIPLE, packPanels, packTaps, padded, roundUp } from "./pack-weights.ts";
import { UnsupportedModel } from "./unsupported-model.ts";
import { nonNegativeTensors } from "./value-ranges.ts";

/** Addresses of what a layer computes with; 0 for what its kind does not have. */
export interface PlacedWeights {
  readonly weights: number;
  readonly scales: number;
  readonly bias: number;
  /** Of convolutions: products for one output value. */
  readonly depth: number;
}

/** The input has few channels and is large: what only convolutions read, and gather patch by patch, is stored in fours. */
const GATHERED_MULTIPLE = 4;

/** Channels with which a tensor is stored. */
export function storedChannels(graph: LayerGraph, tensor: number): number {
  const isGathered = tensor === graph.input.tensor && graph.layers.every((layer) => !readsStored(layer, tensor));
  return roundUp(graph.tensors[tensor] ?? 0, isGathered ? GATHERED_MULTIPLE : CHANNEL_MULTIPLE);
}

/** Whether a layer relies on its output having the channels of this tensor. */
function readsStored(layer: Layer, tensor: number): boolean {
  return layer.kind === "convolution" ? layer.residual === tensor : inputsOf(layer).includes(tensor);
}

/**
 * Where the weights of the layer that computes a tensor are, by that tensor.
 * @throws UnsupportedModel when the module's memory does not hold them
 */
export function placeWeights(exports: NetworkExports, graph: LayerGraph): ReadonlyMap<TensorId, PlacedWeights> {
  try {
    return placeEach(exports, graph);
  } catch (error) {
    // The arena refuses to grow by a trap.
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    throw new UnsupportedModel("its weights do not fit into the kernels' memory");
  }
}

/** The same graph without the numbers, which nobody reads again once they are placed. */
export function withoutWeights(graph: LayerGraph): LayerGraph {
  const none = new Float32Array();
  const emptied = graph.layers.map((layer): Layer => {
    if ("weights" in layer) return { ...layer, weights: none, bias: none };
    if (layer.kind === "prelu") return { ...layer, slopes: none };
    return layer.kind === "affine" ? { ...layer, gains: none, offsets: none } : layer;
  });
  return { ...graph, layers: emptied };
}

function placeEach(exports: NetworkExports, graph: LayerGraph): ReadonlyMap<TensorId, PlacedWeights> {
  const place = (values: Float32Array | Int16Array): number => {
    const address = exports.allocate(values.byteLength);
    new Uint8Array(exports.memory.buffer).set(
      new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
      address,
    );
    return address;
  };
  const nonNegative = nonNegativeTensors(graph);
  const placed = new Map<TensorId, PlacedWeights>();
  for (const layer of graph.layers) {
    switch (layer.kind) {
      case "convolution": {
        const { depth, panels, scales, bias } = packPanels(
          layer,
          storedChannels(graph, layer.input),
          nonNegative.has(layer.input),
        );
        placed.set(layer.output, { weights: place(panels), scales: place(scales), bias: place(bias), depth });
        break;
      }
      case "depthwise":
      case "global-depthwise": {
        const taps = packTaps(layer.weights, layer.bias.length);
        placed.set(layer.output, { weights: place(taps), scales: 0, bias: place(padded(layer.bias)), depth: 0 });
        break;
      }
      case "prelu":
        placed.set(layer.output, { weights: place(padded(layer.slopes)), scales: 0, bias: 0, depth: 0 });
        break;
      case "affine":
        placed.set(layer.output, {
          weights: place(padded(layer.gains)),
          scales: 0,
          bias: place(padded(layer.offsets)),
          depth: 0,
        });
        break;
      case "add":
      case "max-pool":
      case "upsample":
        break;
    }
  }
  return placed;
}
