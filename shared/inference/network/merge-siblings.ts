// Detector heads are many narrow convolutions of one tensor, each followed by a depthwise one. A kernel computes eight channels at
// once whether they are wanted or not: side by side in one tensor they cost a quarter.
import { type Convolution, type Depthwise, inputsOf, type Layer, type LayerGraph, type LayerOutput } from "./layers.ts";

/** A head: a convolution, the depthwise one behind it, and the outputs that read it. Nobody else reads either. */
interface Head {
  readonly convolution: Convolution;
  readonly depthwise: Depthwise;
  readonly outputs: readonly LayerOutput[];
}

export function mergeSiblings(graph: LayerGraph): LayerGraph {
  const siblings = new Map<string, Head[]>();
  for (const head of headsOf(graph)) {
    const { input, clamp, kernelPx, stridePx, paddingPx } = head.convolution;
    const { clamp: lastClamp, stridePx: lastStridePx } = head.depthwise;
    const likeness = JSON.stringify([input, clamp, kernelPx, stridePx, paddingPx, lastClamp, lastStridePx].map(keyOf));
    siblings.set(likeness, [...(siblings.get(likeness) ?? []), head]);
  }
  const tensors = [...graph.tensors];
  const merged = new Map<Layer, Layer | null>();
  const outputs = new Map<LayerOutput, LayerOutput>();
  for (const heads of siblings.values()) {
    const [first] = heads;
    if (first === undefined || heads.length < 2) continue;
    const channels = heads.reduce((total, { convolution }) => total + convolution.bias.length, 0);
    const between = tensors.push(channels) - 1;
    const last = tensors.push(channels) - 1;
    for (const head of heads) {
      merged.set(head.convolution, null);
      merged.set(head.depthwise, null);
    }
    merged.set(first.convolution, {
      ...first.convolution,
      output: between,
      weights: joined(heads.map(({ convolution }) => convolution.weights)),
      bias: joined(heads.map(({ convolution }) => convolution.bias)),
    });
    merged.set(first.depthwise, {
      ...first.depthwise,
      input: between,
      output: last,
      weights: joined(heads.map(({ depthwise }) => depthwise.weights)),
      bias: joined(heads.map(({ depthwise }) => depthwise.bias)),
    });
    let firstChannel = 0;
    for (const head of heads) {
      for (const output of head.outputs) outputs.set(output, { ...output, tensor: last, firstChannel });
      firstChannel += head.convolution.bias.length;
    }
  }
  return {
    ...graph,
    tensors,
    layers: graph.layers
      .map((layer) => merged.get(layer) ?? (merged.has(layer) ? null : layer))
      .filter((layer) => layer !== null),
    outputs: graph.outputs.map((output) => outputs.get(output) ?? output),
  };
}

function headsOf({ layers, outputs }: LayerGraph): Head[] {
  return layers.flatMap((convolution) => {
    if (convolution.kind !== "convolution" || convolution.residual !== null) return [];
    const readers = layers.filter((layer) => inputsOf(layer).includes(convolution.output));
    const [depthwise] = readers;
    if (depthwise?.kind !== "depthwise" || readers.length > 1) return [];
    if (outputs.some(({ tensor }) => tensor === convolution.output)) return [];
    if (layers.some((layer) => inputsOf(layer).includes(depthwise.output))) return [];
    return [{ convolution, depthwise, outputs: outputs.filter(({ tensor }) => tensor === depthwise.output) }];
  });
}

/** JSON has no infinities. */
function keyOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.values(value).map(String);
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let pos = 0;
  for (const part of parts) {
    all.set(part, pos);
    pos += part.length;
  }
  return all;
}
