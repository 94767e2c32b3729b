// What is known of values before any image is seen.
import type { LayerGraph, TensorId } from "./layers.ts";

/** The tensors without a negative value, whatever the input: clamped at zero or above, and what pooling and adding make of those. */
export function nonNegativeTensors(graph: LayerGraph): ReadonlySet<TensorId> {
  const known = new Set<TensorId>();
  for (const layer of graph.layers) {
    const isClamped = "clamp" in layer && layer.clamp.low >= 0;
    if (isClamped || keepsSign(layer, known)) known.add(layer.output);
  }
  return known;
}

function keepsSign(layer: LayerGraph["layers"][number], known: ReadonlySet<TensorId>): boolean {
  switch (layer.kind) {
    case "max-pool":
      return known.has(layer.input);
    case "add":
      return known.has(layer.input) && known.has(layer.other);
    case "upsample":
      return known.has(layer.input) && (layer.other === null || known.has(layer.other));
    case "convolution":
    case "depthwise":
    case "global-depthwise":
    case "affine":
    case "prelu":
      return false;
  }
}
