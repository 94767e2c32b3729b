// A network that runs on our own kernels, in a wasm instance of its own. It knows no file format but by those it calls.
import { compileLayers } from "./compile-layers.ts";
import type { LayerGraph } from "./layers.ts";
import type { NetworkExports } from "./network-exports.ts";
import { readOnnxGraph } from "./onnx-graph.ts";
import { placeWeights, withoutWeights } from "./place-weights.ts";
import { type Plan, type PlannedOutput, planSteps, UnsuitableInput } from "./plan-steps.ts";

/** Plans kept: photos come in a handful of shapes, twice as many with the second look at twice the size. */
export const MAX_PLANS = 16;
/**
 * Memory (bytes) of one network's instance. A detector at 640 × 640 takes 22 MB, an embedder 7; the module's own maximum
 * (local/build-kernels.ts) is the same.
 */
export const NETWORK_MAX_MEMORY_BYTES = 48 * 1024 * 1024;
/** Sides (px) and images of an input: far beyond what the memory holds, far below what overflows. */
const MAX_SIDE_PX = 8192;
const MAX_IMAGES = 64;

export interface NetworkInput {
  /** Planes of each image in turn: NCHW. */
  readonly data: Float32Array;
  /** [images, channels, height, width] */
  readonly shape: readonly number[];
}

export class KernelNetwork {
  readonly #exports: NetworkExports;
  readonly #graph: LayerGraph;
  readonly #placed: ReturnType<typeof placeWeights>;
  readonly #arena: number;
  #arenaBytes = 0;
  #plans = new Map<string, Plan>();

  /**
   * @throws UnsupportedModel when there are no kernels for it; the reason is the message
   * @throws MalformedModel when the file is damaged or contradicts itself
   */
  constructor(model: Uint8Array, module: WebAssembly.Module) {
    const graph = compileLayers(readOnnxGraph(model));
    this.#exports = new WebAssembly.Instance(module, {}).exports as unknown as NetworkExports;
    this.#placed = placeWeights(this.#exports, graph);
    this.#graph = withoutWeights(graph);
    this.#arena = this.#exports.allocate(0);
  }

  /** Wasm memory never shrinks: what the largest input so far has needed. */
  get memoryBytes(): number {
    return this.#exports.memory.buffer.byteLength;
  }

  /**
   * Every output by its name, as a copy the caller owns; with several images one after the other. An image's outputs do not
   * depend on its neighbours.
   * @throws UnsuitableInput when the model or the memory cannot take that shape
   */
  run({ data, shape }: NetworkInput): Record<string, Float32Array> {
    const plan = this.#planFor(shape);
    const [images = 0] = shape;
    const floats = new Float32Array(this.#exports.memory.buffer);
    const expected = shape.reduce((product, side) => product * side, 1);
    if (data.length !== expected)
      throw new UnsuitableInput(`Expecting ${expected} numbers for [${shape}]. Got ${data.length}.`);
    floats.set(data, (this.#arena + plan.inputAddress) / 4);
    for (const { kernel, values } of plan.steps) this.#exports[kernel](...values);
    return Object.fromEntries(plan.outputs.map((planned) => [planned.output.name, this.#read(planned, images)]));
  }

  #planFor(shape: readonly number[]): Plan {
    const key = shape.join();
    const known = this.#plans.get(key);
    if (known !== undefined) {
      this.#plans.delete(key);
      this.#plans.set(key, known);
      return known;
    }
    const plan = this.#plan(shape);
    const missing = plan.arenaBytes - this.#arenaBytes;
    if (this.#arena + plan.arenaBytes > NETWORK_MAX_MEMORY_BYTES) {
      throw new UnsuitableInput(`[${shape}] takes ${plan.arenaBytes} bytes: more than the kernels' memory.`);
    }
    if (missing > 0) {
      this.#exports.allocate(missing);
      this.#arenaBytes = plan.arenaBytes;
    }
    this.#plans.set(key, plan);
    const [oldest] = this.#plans.keys();
    if (this.#plans.size > MAX_PLANS && oldest !== undefined) this.#plans.delete(oldest);
    return plan;
  }

  #plan(shape: readonly number[]): Plan {
    const [images = 0, channels, heightPx = 0, widthPx = 0] = shape;
    const planes = this.#graph.tensors[this.#graph.input.tensor];
    const isSize = (value: number, max: number) => Number.isInteger(value) && value >= 1 && value <= max;
    const fits = isSize(images, MAX_IMAGES) && isSize(heightPx, MAX_SIDE_PX) && isSize(widthPx, MAX_SIDE_PX);
    if (shape.length !== 4 || channels !== planes || !fits) {
      throw new UnsuitableInput(`Expecting [images, ${planes}, height, width]. Got [${shape}].`);
    }
    const { shape: declared } = this.#graph.input;
    if ([2, 3].some((axis) => declared[axis] !== null && declared[axis] !== shape[axis])) {
      throw new UnsuitableInput(`The model takes [${declared}]. Got [${shape}].`);
    }
    return planSteps(this.#graph, this.#placed, { images, heightPx, widthPx }, this.#exports, this.#arena);
  }

  #read({ output, address, pixels, storedChannels }: PlannedOutput, images: number): Float32Array {
    const { firstChannel, channels, order, isSigmoid } = output;
    const tensor = new Float32Array(
      this.#exports.memory.buffer,
      this.#arena + address,
      images * pixels * storedChannels,
    );
    const values = new Float32Array(images * pixels * channels);
    for (let image = 0; image < images; image++) {
      for (let channel = 0; channel < channels; channel++) {
        const isByPixel = order === "pixels";
        const step = isByPixel ? channels : 1;
        let to = image * pixels * channels + (isByPixel ? channel : channel * pixels);
        let from = image * pixels * storedChannels + firstChannel + channel;
        for (let pixel = 0; pixel < pixels; pixel++) {
          values[to] = tensor[from] ?? 0;
          to += step;
          from += storedChannels;
        }
      }
    }
    if (isSigmoid) for (let i = 0; i < values.length; i++) values[i] = 1 / (1 + Math.exp(-(values[i] ?? 0)));
    return values;
  }
}
