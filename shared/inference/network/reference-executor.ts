// Runs an ONNX graph in plain TypeScript, in double precision, straight from the operators' definitions: what the kernels are
// measured against. Tests only; no planner, no fusion, no layout but NCHW.
import type { OnnxGraph, OnnxNode, OnnxTensor } from "./onnx-graph.ts";

interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** Every output's numbers by its name. */
export function runReference(
  graph: OnnxGraph,
  input: { readonly data: Float32Array; readonly shape: readonly number[] },
): Record<string, number[]> {
  const values = new Map<string, Tensor>();
  for (const [name, { shape, values: numbers }] of graph.constants) {
    values.set(name, { shape, data: Float64Array.from(numbers ?? []) });
  }
  values.set(graph.inputs[0]?.name ?? "", { shape: input.shape, data: Float64Array.from(input.data) });
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((name) => values.get(name));
    values.set(node.outputs[0] ?? "", runNode(node, inputs));
  }
  return Object.fromEntries(graph.outputs.map((name) => [name, [...(values.get(name)?.data ?? [])]]));
}

function runNode(node: OnnxNode, inputs: readonly (Tensor | undefined)[]): Tensor {
  const [first, second, third] = inputs;
  if (first === undefined) return constantOf(node.attributes.get("value")?.tensor ?? null);
  const map = (change: (value: number, index: number) => number): Tensor => ({
    ...first,
    data: first.data.map(change),
  });
  const channelOf = (index: number) =>
    Math.floor(index / ((first.shape[2] ?? 1) * (first.shape[3] ?? 1))) % (first.shape[1] ?? 1);
  switch (node.operator) {
    case "Conv":
      return convolve(node, first, defined(second), third);
    case "BatchNormalization": {
      const [scale, bias, mean, variance] = inputs.slice(1).map((tensor) => defined(tensor).data);
      return map((value, index) => {
        const c = channelOf(index);
        return ((value - at(mean, c)) / Math.sqrt(at(variance, c) + 1e-5)) * at(scale, c) + at(bias, c);
      });
    }
    case "Relu":
      return map((value) => Math.max(0, value));
    case "Clip":
      return map((value) => Math.min(at(third?.data, 0), Math.max(at(second?.data, 0), value)));
    case "PRelu": {
      const slopes = defined(second).data;
      return map((value, index) =>
        value < 0 ? value * at(slopes, slopes.length === 1 ? 0 : channelOf(index)) : value,
      );
    }
    case "Sigmoid":
      return map((value) => 1 / (1 + Math.exp(-value)));
    case "Add":
      return map((value, index) => value + at(defined(second).data, index));
    case "MaxPool":
      return gather(
        first,
        (side) => Math.floor(side / 2),
        (read, y, x) =>
          Math.max(read(2 * y, 2 * x), read(2 * y, 2 * x + 1), read(2 * y + 1, 2 * x), read(2 * y + 1, 2 * x + 1)),
      );
    case "Resize":
      return gather(
        first,
        (side) => side * 2,
        (read, y, x) => read(y >> 1, x >> 1),
      );
    case "Transpose": {
      const [images = 1, channels = 1, height = 1, width = 1] = first.shape;
      const data = first.data.map((_, index) => {
        const channel = index % channels;
        const pixel = Math.floor(index / channels) % (height * width);
        const image = Math.floor(index / (channels * height * width));
        return at(first.data, (image * channels + channel) * height * width + pixel);
      });
      return { shape: [images, height, width, channels], data };
    }
    case "Identity":
    case "Reshape":
    case "Flatten":
      return first;
    default:
      throw new Error(`The reference knows no ${node.operator}.`);
  }
}

function convolve(node: OnnxNode, input: Tensor, weights: Tensor, bias: Tensor | undefined): Tensor {
  const [images = 1, , height = 1, width = 1] = input.shape;
  const [outChannels = 1, groupChannels = 1, kernel = 1] = weights.shape;
  const stride = node.attributes.get("strides")?.integers[0] ?? 1;
  const padding = node.attributes.get("pads")?.integers[0] ?? 0;
  const groups = node.attributes.get("group")?.integer ?? 1;
  const along = (side: number) => Math.floor((side + 2 * padding - kernel) / stride) + 1;
  const [outHeight, outWidth] = [along(height), along(width)];
  const data = new Float64Array(images * outChannels * outHeight * outWidth);
  for (let index = 0; index < data.length; index++) {
    const x = (index % outWidth) * stride - padding;
    const y = (Math.floor(index / outWidth) % outHeight) * stride - padding;
    const out = Math.floor(index / (outWidth * outHeight)) % outChannels;
    const image = Math.floor(index / (outWidth * outHeight * outChannels));
    const firstChannel = Math.floor(out / (outChannels / groups)) * groupChannels;
    let sum = bias === undefined ? 0 : at(bias.data, out);
    for (let channel = 0; channel < groupChannels; channel++) {
      const plane = (image * groupChannels * groups + firstChannel + channel) * height * width;
      for (let tap = 0; tap < kernel * kernel; tap++) {
        const row = y + Math.floor(tap / kernel);
        const column = x + (tap % kernel);
        if (row < 0 || row >= height || column < 0 || column >= width) continue;
        const weight = at(weights.data, (out * groupChannels + channel) * kernel * kernel + tap);
        sum += weight * at(input.data, plane + row * width + column);
      }
    }
    data[index] = sum;
  }
  return { shape: [images, outChannels, outHeight, outWidth], data };
}

/** Each output pixel from pixels of the same plane. */
function gather(
  { shape, data }: Tensor,
  sideOf: (side: number) => number,
  compute: (read: (y: number, x: number) => number, y: number, x: number) => number,
): Tensor {
  const [images = 1, channels = 1, height = 1, width = 1] = shape;
  const [outHeight, outWidth] = [sideOf(height), sideOf(width)];
  const out = new Float64Array(images * channels * outHeight * outWidth).map((_, index) => {
    const plane = Math.floor(index / (outHeight * outWidth)) * height * width;
    const read = (y: number, x: number) => at(data, plane + y * width + x);
    return compute(read, Math.floor(index / outWidth) % outHeight, index % outWidth);
  });
  return { shape: [images, channels, outHeight, outWidth], data: out };
}

function constantOf(tensor: OnnxTensor | null): Tensor {
  return { shape: tensor?.shape ?? [], data: Float64Array.from(tensor?.values ?? []) };
}

function at(values: Float64Array | undefined, index: number): number {
  const value = values?.[index];
  if (value === undefined) throw new Error(`Nothing at ${index}.`);
  return value;
}

function defined(tensor: Tensor | undefined): Tensor {
  if (tensor === undefined) throw new Error("An input is missing.");
  return tensor;
}
