// For one input size: which kernel runs on which addresses, in order. A plan is data; kernel-network.ts runs it.
import { BufferArena } from "./buffer-arena.ts";
import { type Convolution, inputsOf, type Layer, type LayerGraph, type LayerOutput, type TensorId } from "./layers.ts";
import type { KernelName, NetworkExports } from "./network-exports.ts";
import { type PlacedWeights, storedChannels } from "./place-weights.ts";

export interface Step {
  readonly kernel: KernelName;
  readonly values: readonly number[];
}

export interface PlannedOutput {
  readonly output: LayerOutput;
  readonly address: number;
  readonly pixels: number;
  readonly storedChannels: number;
}

export interface Plan {
  /** Where the input's planes go. Addresses are relative to the arena, as in PlannedOutput; those of steps are absolute. */
  readonly inputAddress: number;
  readonly steps: readonly Step[];
  readonly outputs: readonly PlannedOutput[];
  readonly arenaBytes: number;
}

export type ScratchNeeds = Pick<NetworkExports, "pointwiseScratchBytes" | "convolutionScratchBytes">;

export interface InputSize {
  readonly images: number;
  readonly heightPx: number;
  readonly widthPx: number;
}

/** The model cannot take an input of this size. */
export class UnsuitableInput extends RangeError {
  override readonly name = "UnsuitableInput";
}

const FLOAT_BYTES = 4;
/** Kernels compute four pixels at a time, and write that many. */
const ROW_MULTIPLE = 4;

/**
 * @param needs what convolutions need beside the tensors (bytes)
 * @param arena the address at which the arena starts
 * @throws UnsuitableInput
 */
export function planSteps(
  graph: LayerGraph,
  placed: ReadonlyMap<TensorId, PlacedWeights>,
  size: InputSize,
  needs: ScratchNeeds,
  arena: number,
): Plan {
  const sizes = sizesOf(graph, size);
  const buffers = new BufferArena();
  const addresses = new Map<TensorId, number>();
  const scratch = arena + buffers.take(Math.max(0, ...graph.layers.map(scratchBytes)));
  const zerosBytes = Math.max(
    0,
    ...graph.layers.filter(({ kind }) => kind === "depthwise").map((layer) => rowBytes(layer)),
  );
  const zeros = arena + buffers.take(zerosBytes);
  const steps: Step[] = [{ kernel: "clear", values: [zeros, zerosBytes] }];

  const lastReader = new Map<TensorId, number>();
  graph.layers.forEach((layer, index) => {
    for (const tensor of inputsOf(layer)) lastReader.set(tensor, index);
  });
  for (const { tensor } of graph.outputs) lastReader.set(tensor, graph.layers.length);

  const { tensor: input } = graph.input;
  const planes = graph.tensors[input] ?? 0;
  const inputAddress = buffers.take(size.images * planes * size.heightPx * size.widthPx * FLOAT_BYTES);
  const stored = take(input);
  const pixels = size.heightPx * size.widthPx;
  steps.push({
    kernel: "interleavePlanes",
    values: [arena + inputAddress, size.images, planes, pixels, storedChannels(graph, input), stored],
  });
  buffers.give(inputAddress);

  graph.layers.forEach((layer, index) => {
    const to = take(layer.output);
    steps.push(stepOf(layer, to));
    const finished = [...new Set(inputsOf(layer))].filter((tensor) => lastReader.get(tensor) === index);
    for (const tensor of finished) buffers.give(addressOf(tensor) - arena);
    // A value nobody reads would otherwise hold its memory for ever.
    if (!lastReader.has(layer.output)) buffers.give(to - arena);
  });

  return {
    inputAddress,
    steps,
    arenaBytes: buffers.sizeBytes,
    outputs: graph.outputs.map((output) => {
      const { heightPx, widthPx } = sizeOf(output.tensor);
      return {
        output,
        address: addressOf(output.tensor) - arena,
        pixels: heightPx * widthPx,
        storedChannels: storedChannels(graph, output.tensor),
      };
    }),
  };

  function sizeOf(tensor: TensorId): { heightPx: number; widthPx: number } {
    return sizes.get(tensor) ?? { heightPx: 0, widthPx: 0 };
  }

  function addressOf(tensor: TensorId): number {
    return addresses.get(tensor) ?? 0;
  }

  function take(tensor: TensorId): number {
    const { heightPx, widthPx } = sizeOf(tensor);
    const rows = size.images * heightPx * widthPx + ROW_MULTIPLE;
    const address = arena + buffers.take(rows * storedChannels(graph, tensor) * FLOAT_BYTES);
    addresses.set(tensor, address);
    return address;
  }

  /** Every convolution reads its input; those that gather patches keep it quantised. */
  function scratchBytes(layer: Layer): number {
    if (layer.kind !== "convolution") return 0;
    const { heightPx, widthPx } = sizeOf(layer.input);
    if (isPointwise(layer)) return needs.pointwiseScratchBytes();
    return needs.convolutionScratchBytes(heightPx * widthPx, storedChannels(graph, layer.input));
  }

  function isPointwise(layer: Convolution): boolean {
    const depth = placed.get(layer.output)?.depth;
    return layer.kernelPx === 1 && layer.stridePx === 1 && storedChannels(graph, layer.input) === depth;
  }

  function rowBytes(layer: Layer): number {
    return sizeOf(layer.input).widthPx * storedChannels(graph, layer.input) * FLOAT_BYTES;
  }

  function stepOf(layer: Layer, to: number): Step {
    const { images } = size;
    const from = addressOf(layer.input);
    const { heightPx, widthPx } = sizeOf(layer.input);
    const channels = storedChannels(graph, layer.input);
    const { weights, scales, bias, depth } = placed.get(layer.output) ?? { weights: 0, scales: 0, bias: 0, depth: 0 };
    const pixels = images * heightPx * widthPx;
    switch (layer.kind) {
      case "convolution": {
        const width = storedChannels(graph, layer.output);
        const residual = layer.residual === null ? 0 : addressOf(layer.residual);
        const tail = [weights, scales, bias, width, to, residual, layer.clamp.low, layer.clamp.high, scratch];
        if (isPointwise(layer)) {
          return { kernel: "pointwise", values: [from, pixels, depth, ...tail] };
        }
        const out = sizeOf(layer.output);
        const { kernelPx, stridePx, paddingPx } = layer;
        const geometry = [
          images,
          heightPx,
          widthPx,
          channels,
          kernelPx,
          stridePx,
          paddingPx,
          out.heightPx,
          out.widthPx,
        ];
        return { kernel: "convolution", values: [from, ...geometry, depth, ...tail] };
      }
      case "depthwise": {
        const { low, high } = layer.clamp;
        const geometry = [images, heightPx, widthPx, channels, layer.stridePx];
        return { kernel: "depthwise3x3", values: [from, ...geometry, weights, bias, zeros, to, low, high] };
      }
      case "global-depthwise": {
        const { low, high } = layer.clamp;
        const values = [from, images, heightPx * widthPx, channels, weights, bias, to, low, high];
        return { kernel: "depthwiseGlobal", values };
      }
      case "prelu":
        return { kernel: "prelu", values: [from, pixels, channels, weights, to] };
      case "affine": {
        const { low, high } = layer.clamp;
        return { kernel: "multiplyAddChannels", values: [from, pixels, channels, weights, bias, to, low, high] };
      }
      case "add": {
        const { low, high } = layer.clamp;
        return { kernel: "add", values: [from, addressOf(layer.other), to, pixels * channels, low, high] };
      }
      case "max-pool":
        return { kernel: "maxPool2x2", values: [from, images, heightPx, widthPx, channels, to] };
      case "upsample": {
        const { low, high } = layer.clamp;
        const geometry = [images, heightPx, widthPx, channels, to];
        if (layer.other === null) return { kernel: "upsample2x", values: [from, ...geometry] };
        return { kernel: "addUpsampled2x", values: [from, addressOf(layer.other), ...geometry, low, high] };
      }
    }
  }
}

/** Height and width of every tensor. */
function sizesOf(graph: LayerGraph, input: InputSize): ReadonlyMap<TensorId, { heightPx: number; widthPx: number }> {
  const sizes = new Map<TensorId, { heightPx: number; widthPx: number }>([[graph.input.tensor, input]]);
  const sizeOf = (tensor: TensorId) => sizes.get(tensor) ?? { heightPx: 0, widthPx: 0 };
  for (const layer of graph.layers) {
    const before = sizeOf(layer.input);
    const after = outputSize(layer, before);
    if (!(after.heightPx >= 1 && after.widthPx >= 1)) {
      throw new UnsuitableInput(
        `The model cannot take ${input.widthPx} × ${input.heightPx} px: nothing is left of it.`,
      );
    }
    const others = inputsOf(layer).filter((tensor) => tensor !== layer.input);
    for (const tensor of others) {
      const other = sizeOf(tensor);
      if (other.heightPx !== after.heightPx || other.widthPx !== after.widthPx) {
        throw new UnsuitableInput(
          `The model cannot take ${input.widthPx} × ${input.heightPx} px: it adds ${other.widthPx} × ${other.heightPx} to ` +
            `${after.widthPx} × ${after.heightPx}.`,
        );
      }
    }
    sizes.set(layer.output, after);
  }
  return sizes;
}

function outputSize(
  layer: Layer,
  { heightPx, widthPx }: { heightPx: number; widthPx: number },
): { heightPx: number; widthPx: number } {
  switch (layer.kind) {
    case "convolution": {
      const along = (side: number) => Math.floor((side + 2 * layer.paddingPx - layer.kernelPx) / layer.stridePx) + 1;
      return { heightPx: along(heightPx), widthPx: along(widthPx) };
    }
    case "depthwise": {
      const along = (side: number) => Math.floor((side - 1) / layer.stridePx) + 1;
      return { heightPx: along(heightPx), widthPx: along(widthPx) };
    }
    case "global-depthwise":
      if (heightPx !== layer.kernelPx || widthPx !== layer.kernelPx) {
        throw new UnsuitableInput(
          `A filter of ${layer.kernelPx} px would have to move over ${widthPx} × ${heightPx} px.`,
        );
      }
      return { heightPx: 1, widthPx: 1 };
    case "max-pool":
      return { heightPx: Math.floor(heightPx / 2), widthPx: Math.floor(widthPx / 2) };
    case "upsample":
      return { heightPx: heightPx * 2, widthPx: widthPx * 2 };
    case "prelu":
    case "affine":
    case "add":
      return { heightPx, widthPx };
  }
}
