// Attributes and constants of ONNX operators, checked: https://onnx.ai/onnx/operators/. It builds no layers.
import type { Clamp } from "./layers.ts";
import { MalformedModel, type OnnxNode, type OnnxTensor } from "./onnx-graph.ts";
import { UnsupportedModel } from "./unsupported-model.ts";

/** Products summed for one output value: the kernels' blocks of quantised pixels hold no more. */
export const MAX_DEPTH = 2048;
/** Output channels of a layer: keeps sizes far from overflow. */
const MAX_CHANNELS = 4096;

type Constants = ReadonlyMap<string, OnnxTensor>;

export interface ReadConvolution {
  readonly kind: "convolution" | "depthwise" | "global-depthwise";
  readonly outChannels: number;
  readonly kernelPx: number;
  readonly stridePx: number;
  readonly paddingPx: number;
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

/** A Conv's geometry and weights. Square kernels, the same padding on all sides, no dilation. */
export function readConvolution(node: OnnxNode, constants: Constants, inChannels: number): ReadConvolution {
  const weights = floatsOf(node, 1, constants);
  const [outChannels = 0, groupChannels = 0, kernelPx = 0, kernelWidth] = weights.shape;
  const stridePx = node.attributes.get("strides")?.integers[0] ?? 1;
  const paddingPx = node.attributes.get("pads")?.integers[0] ?? 0;
  const groups = node.attributes.get("group")?.integer ?? 1;
  const autoPad = node.attributes.get("auto_pad")?.text ?? "NOTSET";
  if (weights.shape.length !== 4 || kernelPx < 1 || kernelWidth !== kernelPx) {
    throw new UnsupportedModel(`a Conv has weights [${weights.shape}]`);
  }
  if (autoPad !== "NOTSET" && autoPad !== "") throw new UnsupportedModel(`a Conv pads by ${autoPad}`);
  fitsKernels(node, {
    kernel_shape: [kernelPx, kernelPx],
    strides: [stridePx, stridePx],
    pads: [paddingPx, paddingPx, paddingPx, paddingPx],
    dilations: [1, 1],
  });
  if (stridePx < 1 || stridePx > kernelPx || paddingPx < 0 || paddingPx >= kernelPx) {
    throw new UnsupportedModel(`a Conv of ${kernelPx} px steps by ${stridePx} and pads by ${paddingPx}`);
  }
  if (outChannels < 1 || outChannels > MAX_CHANNELS) throw new UnsupportedModel(`a Conv has ${outChannels} outputs`);
  const bias = node.inputs[2] ? floatsOf(node, 2, constants).values : new Float32Array(outChannels);
  if (bias.length !== outChannels)
    throw new MalformedModel(`A Conv of ${outChannels} outputs has ${bias.length} biases.`);
  const common = { outChannels, kernelPx, stridePx, paddingPx, weights: weights.values, bias };
  // One channel to one channel is both; as a depthwise one it can be merged with its siblings.
  const isDepthwise = groups === inChannels && outChannels === inChannels && groupChannels === 1;
  if (groups === 1 && !(isDepthwise && kernelPx === 3 && paddingPx === 1 && stridePx <= 2)) {
    if (groupChannels !== inChannels) {
      throw new MalformedModel(`A Conv expects ${groupChannels} channels. Got ${inChannels}.`);
    }
    // Channels are stored in eights.
    if (kernelPx ** 2 * roundUp(inChannels, 8) > MAX_DEPTH)
      throw new UnsupportedModel(`a Conv sums over more than ${MAX_DEPTH}`);
    return { ...common, kind: "convolution" };
  }
  if (!isDepthwise) {
    throw new UnsupportedModel(`a Conv has ${groups} groups for ${inChannels} channels`);
  }
  if (kernelPx === 3 && paddingPx === 1 && stridePx <= 2) return { ...common, kind: "depthwise" };
  if (paddingPx === 0 && stridePx === 1) return { ...common, kind: "global-depthwise" };
  throw new UnsupportedModel(`a depthwise Conv of ${kernelPx} px steps by ${stridePx} and pads by ${paddingPx}`);
}

/** BatchNormalization at inference: value × gain + offset, by channel. */
export function readNormalisation(
  node: OnnxNode,
  constants: Constants,
  channels: number,
): { gains: Float32Array; offsets: Float32Array } {
  const [scale, bias, mean, variance] = [1, 2, 3, 4].map((index) => perChannel(node, index, constants, channels));
  const epsilon = node.attributes.get("epsilon")?.float ?? 1e-5;
  const gains = new Float32Array(channels).map((_, i) => (scale?.[i] ?? 0) / Math.sqrt((variance?.[i] ?? 0) + epsilon));
  const offsets = gains.map((gain, i) => (bias?.[i] ?? 0) - (mean?.[i] ?? 0) * gain);
  return { gains, offsets };
}

/** Clip's bounds: inputs since opset 11, attributes before. */
export function readClip(node: OnnxNode, constants: Constants): Clamp {
  const bound = (index: number, attribute: string, otherwise: number): number => {
    if (node.inputs[index]) return floatsOf(node, index, constants).values[0] ?? otherwise;
    return node.attributes.get(attribute)?.float ?? otherwise;
  };
  const clamp = { low: bound(1, "min", Number.NEGATIVE_INFINITY), high: bound(2, "max", Number.POSITIVE_INFINITY) };
  if (!(clamp.low <= clamp.high)) throw new UnsupportedModel(`a Clip to ${clamp.low} … ${clamp.high}`);
  return clamp;
}

/** PRelu's slopes: one for each channel, or one for all. */
export function readSlopes(node: OnnxNode, constants: Constants, channels: number): Float32Array {
  const { values } = floatsOf(node, 1, constants);
  if (values.length === 1) return new Float32Array(channels).fill(values[0] ?? 0);
  if (values.length !== channels)
    throw new UnsupportedModel(`a PRelu has ${values.length} slopes for ${channels} channels`);
  return values;
}

/** @throws UnsupportedModel when an attribute that is there has other integers */
export function fitsKernels(node: OnnxNode, expected: Readonly<Record<string, readonly number[]>>): void {
  for (const [name, integers] of Object.entries(expected)) {
    const actual = node.attributes.get(name)?.integers ?? integers;
    if (actual.join() !== integers.join()) throw new UnsupportedModel(`a ${node.operator} has ${name} [${actual}]`);
  }
}

export function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}

function perChannel(node: OnnxNode, index: number, constants: Constants, channels: number): Float32Array {
  const { values } = floatsOf(node, index, constants);
  if (values.length !== channels) {
    throw new MalformedModel(`A ${node.operator} of ${channels} channels has ${values.length} numbers.`);
  }
  return values;
}

function floatsOf(
  node: OnnxNode,
  index: number,
  constants: Constants,
): { readonly shape: readonly number[]; readonly values: Float32Array } {
  const constant = constants.get(node.inputs[index] ?? "");
  if (constant === undefined) throw new UnsupportedModel(`input ${index} of a ${node.operator} is no constant`);
  const { shape, values } = constant;
  if (!(values instanceof Float32Array))
    throw new UnsupportedModel(`input ${index} of a ${node.operator} is no float32`);
  if (!areFinite(values)) throw new MalformedModel(`A ${node.operator} has weights that are no numbers.`);
  return { shape, values };
}

/** A plain loop: there are millions of weights, and nothing is compiled yet when they are read. */
function areFinite(values: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] ?? 0) * 0;
  return sum === 0;
}
