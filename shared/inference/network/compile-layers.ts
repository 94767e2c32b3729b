// From an ONNX graph to layers the kernels have, fusing what can be computed in one go: batch normalisation into the convolution
// before it, additions and clamps into what they follow. For anything else it says why not.

import type { Affine, Clamp, Layer, LayerGraph, LayerOutput, TensorId } from "./layers.ts";
import { NO_CLAMP } from "./layers.ts";
import { mergeSiblings } from "./merge-siblings.ts";
import { neededNodes } from "./needed-nodes.ts";
import { MalformedModel, type OnnxGraph, type OnnxNode, type OnnxTensor } from "./onnx-graph.ts";
import { fitsKernels, readClip, readConvolution, readNormalisation, readSlopes } from "./read-operators.ts";
import { UnsupportedModel } from "./unsupported-model.ts";

/** What is known of a value of the ONNX graph while it is read. */
interface Value {
  readonly tensor: TensorId;
  readonly order: LayerOutput["order"];
  readonly isSigmoid: boolean;
  /** Reshaped: its elements are the tensor's, its sides are not. */
  readonly isFlat: boolean;
}

/**
 * @throws UnsupportedModel with the reason: another runtime has to take it
 * @throws MalformedModel when the graph contradicts itself
 */
export function compileLayers(graph: OnnxGraph): LayerGraph {
  return mergeSiblings(new LayerCompiler(graph).compile());
}

class LayerCompiler {
  readonly #graph: OnnxGraph;
  readonly #constants: Map<string, OnnxTensor>;
  readonly #values = new Map<string, Value>();
  readonly #tensors: number[] = [];
  readonly #layers: Layer[] = [];
  /** How many needed nodes and outputs read a value. */
  readonly #readers: ReadonlyMap<string, number>;
  readonly #nodes: readonly OnnxNode[];
  /** Tensors with two names: the readers of one say nothing of those of the other. */
  readonly #renamed = new Set<TensorId>();

  constructor(graph: OnnxGraph) {
    this.#graph = graph;
    this.#constants = new Map(graph.constants);
    for (const { operator, outputs, attributes } of graph.nodes) {
      const constant = operator === "Constant" ? attributes.get("value")?.tensor : null;
      if (constant && outputs[0] !== undefined) this.#constants.set(outputs[0], constant);
    }
    const needed = neededNodes(graph);
    this.#nodes = needed.nodes;
    this.#readers = needed.readers;
  }

  compile(): LayerGraph {
    const [input, second] = this.#graph.inputs;
    if (input === undefined || second !== undefined) throw new UnsupportedModel("it has not exactly one input");
    const [, channels = null] = input.shape;
    if (input.shape.length !== 4 || channels === null || channels > 4) {
      throw new UnsupportedModel(`its input [${input.shape}] is no image of at most four channels`);
    }
    const tensor = this.#newTensor(channels);
    this.#values.set(input.name, { tensor, order: "planes", isSigmoid: false, isFlat: false });
    for (const node of this.#nodes) {
      const [output] = node.outputs;
      if (output === undefined) throw new MalformedModel(`A ${node.operator} has no output.`);
      if (this.#constants.has(output) || this.#values.has(output)) {
        throw new MalformedModel(`${output} is computed twice.`);
      }
      this.#values.set(output, this.#compileNode(node));
    }
    return {
      tensors: this.#tensors,
      input: { name: input.name, tensor, shape: input.shape },
      layers: this.#layers,
      outputs: this.#graph.outputs.map((name) => this.#outputOf(name)),
    };
  }

  /** @returns what the node's output is, after adding a layer for it or changing one that was there */
  #compileNode(node: OnnxNode): Value {
    switch (node.operator) {
      case "Constant":
        throw new UnsupportedModel(`constant ${node.outputs[0]} is no tensor of floats or integers`);
      case "Conv":
        return this.#convolve(node);
      case "BatchNormalization":
        return this.#normalise(node);
      case "Relu":
        return this.#clamp(node, { low: 0, high: NO_CLAMP.high });
      case "Clip":
        return this.#clamp(node, readClip(node, this.#constants));
      case "PRelu": {
        const from = this.#image(node, 0);
        const slopes = readSlopes(node, this.#constants, this.#channelsOf(from));
        return this.#push({ kind: "prelu", input: from, output: this.#newTensor(slopes.length), slopes });
      }
      case "Add":
        return this.#add(node);
      case "MaxPool": {
        fitsKernels(node, { kernel_shape: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0], dilations: [1, 1] });
        if (!node.attributes.has("strides")) throw new UnsupportedModel("a MaxPool steps by 1");
        if (node.attributes.get("ceil_mode")?.integer) throw new UnsupportedModel("a MaxPool rounds up");
        const from = this.#image(node, 0);
        return this.#push({ kind: "max-pool", input: from, output: this.#newTensor(this.#channelsOf(from)) });
      }
      case "Resize":
        return this.#upsample(node);
      case "Sigmoid":
        return { ...this.#valueOf(node, 0), isSigmoid: true };
      case "Identity":
      case "Dropout":
        this.#renamed.add(this.#valueOf(node, 0).tensor);
        return this.#valueOf(node, 0);
      case "Reshape":
      case "Flatten":
      case "Squeeze":
        return { ...this.#valueOf(node, 0), isFlat: true };
      case "Transpose": {
        const value = this.#valueOf(node, 0);
        const order = node.attributes.get("perm")?.integers.join();
        if (order !== "0,2,3,1" || value.isFlat || value.order !== "planes") {
          throw new UnsupportedModel(`it transposes by [${order}]`);
        }
        return { ...value, order: "pixels" };
      }
      default:
        throw new UnsupportedModel(`operator ${node.operator} has no kernel`);
    }
  }

  #convolve(node: OnnxNode): Value {
    const input = this.#image(node, 0);
    const read = readConvolution(node, this.#constants, this.#channelsOf(input));
    const { outChannels, ...shape } = read;
    const common = {
      input,
      output: this.#newTensor(outChannels),
      clamp: NO_CLAMP,
      weights: read.weights,
      bias: read.bias,
    };
    if (shape.kind === "convolution") {
      const { kernelPx, stridePx, paddingPx } = shape;
      return this.#push({ ...common, kind: "convolution", residual: null, kernelPx, stridePx, paddingPx });
    } else if (shape.kind === "depthwise") {
      return this.#push({ ...common, kind: "depthwise", stridePx: shape.stridePx });
    } else {
      return this.#push({ ...common, kind: "global-depthwise", kernelPx: shape.kernelPx });
    }
  }

  #normalise(node: OnnxNode): Value {
    const input = this.#image(node, 0);
    const { gains, offsets } = readNormalisation(node, this.#constants, this.#channelsOf(input));
    const before = this.#producerOnlyReadBy(node.inputs[0], input);
    if (
      before !== null &&
      "weights" in before &&
      isUnclamped(before.clamp) &&
      !("residual" in before && before.residual)
    ) {
      const perChannel = before.weights.length / gains.length;
      this.#replace(before, {
        ...before,
        weights: before.weights.map((weight, i) => weight * (gains[Math.floor(i / perChannel)] ?? 0)),
        bias: before.bias.map((bias, i) => bias * (gains[i] ?? 0) + (offsets[i] ?? 0)),
      });
      return this.#valueOf(node, 0);
    }
    const affine: Affine = {
      kind: "affine",
      input,
      output: this.#newTensor(gains.length),
      clamp: NO_CLAMP,
      gains,
      offsets,
    };
    return this.#push(affine);
  }

  #clamp(node: OnnxNode, clamp: Clamp): Value {
    const input = this.#image(node, 0);
    const before = this.#producerOnlyReadBy(node.inputs[0], input);
    if (before !== null && "clamp" in before && isUnclamped(before.clamp)) {
      this.#replace(before, { ...before, clamp });
      return this.#valueOf(node, 0);
    }
    const channels = this.#channelsOf(input);
    const gains = new Float32Array(channels).fill(1);
    const offsets = new Float32Array(channels);
    return this.#push({ kind: "affine", input, output: this.#newTensor(channels), clamp, gains, offsets });
  }

  #add(node: OnnxNode): Value {
    const [first, second] = [this.#image(node, 0), this.#image(node, 1)];
    if (this.#channelsOf(first) !== this.#channelsOf(second)) throw new UnsupportedModel("an Add repeats a side");
    for (const [index, fused, other] of [
      [0, first, second],
      [1, second, first],
    ] as const) {
      const before = this.#producerOnlyReadBy(node.inputs[index], fused);
      if (before === null || !("clamp" in before) || !isUnclamped(before.clamp) || fused === other) continue;
      if (!this.#existsBefore(other, before)) continue;
      if (before.kind === "convolution" && before.residual === null) {
        this.#replace(before, { ...before, residual: other });
        return this.#valueOf(node, index);
      }
      if (before.kind === "upsample" && before.other === null) {
        this.#replace(before, { ...before, other });
        return this.#valueOf(node, index);
      }
    }
    const sum = this.#newTensor(this.#channelsOf(first));
    return this.#push({ kind: "add", input: first, other: second, output: sum, clamp: NO_CLAMP });
  }

  #upsample(node: OnnxNode): Value {
    const input = this.#image(node, 0);
    const scales = this.#constants.get(node.inputs[2] ?? "")?.values;
    const text = (name: string) => node.attributes.get(name)?.text;
    const isDoubling = scales && node.inputs[3] === undefined && [...scales].join() === "1,1,2,2";
    const isNearest = text("mode") === "nearest" && text("nearest_mode") === "floor";
    if (!isDoubling || !isNearest || text("coordinate_transformation_mode") !== "asymmetric") {
      throw new UnsupportedModel("a Resize is not the nearest pixel at twice the size");
    }
    const channels = this.#channelsOf(input);
    return this.#push({ kind: "upsample", input, other: null, output: this.#newTensor(channels), clamp: NO_CLAMP });
  }

  #outputOf(name: string): LayerOutput {
    const value = this.#values.get(name);
    if (value === undefined) throw new MalformedModel(`Nothing computes output ${name}.`);
    const { tensor, order, isSigmoid } = value;
    return { name, tensor, order, isSigmoid, firstChannel: 0, channels: this.#channelsOf(tensor) };
  }

  #newTensor(channels: number): TensorId {
    return this.#tensors.push(channels) - 1;
  }

  #channelsOf(tensor: TensorId): number {
    return this.#tensors[tensor] ?? 0;
  }

  #push(layer: Layer): Value {
    this.#layers.push(layer);
    return { tensor: layer.output, order: "planes", isSigmoid: false, isFlat: false };
  }

  #replace(layer: Layer, by: Layer): void {
    this.#layers[this.#layers.indexOf(layer)] = by;
  }

  #valueOf(node: OnnxNode, index: number): Value {
    const name = node.inputs[index] ?? "";
    const value = this.#values.get(name);
    if (value !== undefined) return value;
    if (this.#constants.has(name)) throw new UnsupportedModel(`a ${node.operator} computes with a constant`);
    throw new MalformedModel(`A ${node.operator} reads ${name || "nothing"}, which nothing before it computes.`);
  }

  /** The tensor of an input that still is an image: not transposed, reshaped or squashed. */
  #image(node: OnnxNode, index: number): TensorId {
    const value = this.#valueOf(node, index);
    if (value.order !== "planes" || value.isFlat || value.isSigmoid) {
      throw new UnsupportedModel(`a ${node.operator} follows a change of layout or a Sigmoid`);
    }
    return value.tensor;
  }

  /** The layer that computes the tensor, if nobody else reads what it computes. */
  #producerOnlyReadBy(name: string | undefined, tensor: TensorId): Layer | null {
    if (name === undefined || this.#readers.get(name) !== 1 || this.#renamed.has(tensor)) return null;
    return this.#layers.find(({ output }) => output === tensor) ?? null;
  }

  #existsBefore(tensor: TensorId, layer: Layer): boolean {
    const producer = this.#layers.findIndex(({ output }) => output === tensor);
    return producer < this.#layers.indexOf(layer);
  }
}

function isUnclamped({ low, high }: Clamp): boolean {
  return low === NO_CLAMP.low && high === NO_CLAMP.high;
}
