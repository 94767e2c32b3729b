// What a network is made of once compiled: layers of a few kinds over NHWC tensors, with their weights, for any input size.
// The words only: compile-layers.ts writes them, plan-steps.ts gives them memory.

/** Index into `LayerGraph.tensors`. */
export type TensorId = number;

/** Everything is clamped after it is computed; ±Infinity where the model does not. */
export interface Clamp {
  readonly low: number;
  readonly high: number;
}

export const NO_CLAMP: Clamp = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };

export interface Convolution {
  readonly kind: "convolution";
  readonly input: TensorId;
  readonly output: TensorId;
  /** Added before the clamp. */
  readonly residual: TensorId | null;
  readonly clamp: Clamp;
  readonly kernelPx: number;
  readonly stridePx: number;
  readonly paddingPx: number;
  /** [output channel][input channel][y][x], as ONNX has them. */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

/** 3×3, padded by one, a filter for each channel. */
export interface Depthwise {
  readonly kind: "depthwise";
  readonly input: TensorId;
  readonly output: TensorId;
  readonly clamp: Clamp;
  readonly stridePx: number;
  /** [channel][y][x] */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

/** A filter for each channel, as large as the image: its output is one pixel. */
export interface GlobalDepthwise {
  readonly kind: "global-depthwise";
  readonly input: TensorId;
  readonly output: TensorId;
  readonly clamp: Clamp;
  readonly kernelPx: number;
  /** [channel][y][x] */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

export interface Prelu {
  readonly kind: "prelu";
  readonly input: TensorId;
  readonly output: TensorId;
  /** One for each channel. */
  readonly slopes: Float32Array;
}

/** value × gain + offset, by channel. */
export interface Affine {
  readonly kind: "affine";
  readonly input: TensorId;
  readonly output: TensorId;
  readonly clamp: Clamp;
  readonly gains: Float32Array;
  readonly offsets: Float32Array;
}

export interface Add {
  readonly kind: "add";
  readonly input: TensorId;
  readonly other: TensorId;
  readonly output: TensorId;
  readonly clamp: Clamp;
}

/** 2×2, stride 2. */
export interface MaxPool {
  readonly kind: "max-pool";
  readonly input: TensorId;
  readonly output: TensorId;
}

/** Nearest neighbour, twice the size, plus `other` where there is one. */
export interface Upsample {
  readonly kind: "upsample";
  readonly input: TensorId;
  readonly other: TensorId | null;
  readonly output: TensorId;
  readonly clamp: Clamp;
}

export type Layer = Convolution | Depthwise | GlobalDepthwise | Prelu | Affine | Add | MaxPool | Upsample;

/** A run of channels of a tensor, handed out as a flat array. */
export interface LayerOutput {
  readonly name: string;
  readonly tensor: TensorId;
  readonly firstChannel: number;
  readonly channels: number;
  /** "pixels": all channels of a pixel, then the next pixel. "planes": all pixels of a channel, then the next channel. */
  readonly order: "pixels" | "planes";
  readonly isSigmoid: boolean;
}

export interface LayerGraph {
  /** Channels of each tensor, by its id. */
  readonly tensors: readonly number[];
  readonly input: { readonly name: string; readonly tensor: TensorId; readonly shape: readonly (number | null)[] };
  /** In an order in which they can run. */
  readonly layers: readonly Layer[];
  readonly outputs: readonly LayerOutput[];
}

/** The tensors a layer reads. */
export function inputsOf(layer: Layer): TensorId[] {
  switch (layer.kind) {
    case "convolution":
      return layer.residual === null ? [layer.input] : [layer.input, layer.residual];
    case "add":
      return [layer.input, layer.other];
    case "upsample":
      return layer.other === null ? [layer.input] : [layer.input, layer.other];
    case "depthwise":
    case "global-depthwise":
    case "prelu":
    case "affine":
    case "max-pool":
      return [layer.input];
  }
}
