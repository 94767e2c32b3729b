// Weights as the kernels read them. Done once for each model, on the way into the module's memory.
import type { Convolution } from "./layers.ts";

/** Kernels compute eight channels at a time; tensors are stored in multiples of them, the surplus with weights of zero. */
export const CHANNEL_MULTIPLE = 8;
/** Largest quantised activation, as in kernels/network/quantise-rows.ts. */
const QUANTISED_MAX = 11_585;
const INT16_MAX = 32_767;
/** What a sum of products may reach: int32, as the kernels add in it. */
const SUM_MAX = 2 ** 31 - 1;

export interface PackedPanels {
  /** Products for one output value: kernel² × stored input channels, rounded up to a multiple of 8. */
  readonly depth: number;
  /** Panels of eight output channels; in them, for every two inputs, eight pairs. */
  readonly panels: Int16Array;
  /** One for each stored output channel: weight ≈ quantised × scale. */
  readonly scales: Float32Array;
  readonly bias: Float32Array;
}

/**
 * Quantises each output channel as finely as int16 and the sum allow: with the largest activations, and the worst signs they can
 * have, Σ |weight| × QUANTISED_MAX still fits int32. Most channels are far from it and keep 12 to 15 bits.
 * @param storedChannels input channels as stored, at least those the weights have
 * @param isNonNegative whether no input is: then positive and negative weights never add up, which is worth a bit
 */
export function packPanels(
  { weights, bias, kernelPx }: Convolution,
  storedChannels: number,
  isNonNegative: boolean,
): PackedPanels {
  const outChannels = bias.length;
  const taps = kernelPx * kernelPx;
  const channels = weights.length / (outChannels * taps);
  const depth = roundUp(taps * storedChannels, 8);
  const width = roundUp(outChannels, CHANNEL_MULTIPLE);
  const panels = new Int16Array(width * depth);
  const scales = new Float32Array(width);
  for (let out = 0; out < outChannels; out++) {
    const filter = weights.subarray(out * channels * taps, (out + 1) * channels * taps);
    const gain = gainOf(filter, isNonNegative);
    scales[out] = gain === 0 ? 0 : 1 / gain;
    const panelStart = (out >> 3) * 8 * depth + (out & 7) * 2;
    for (let channel = 0, at = 0; channel < channels; channel++) {
      for (let tap = 0; tap < taps; tap++, at++) {
        const input = tap * storedChannels + channel;
        panels[panelStart + (input >> 1) * 16 + (input & 1)] = Math.round((filter[at] ?? 0) * gain);
      }
    }
  }
  return { depth, panels, scales, bias: padded(bias, width) };
}

/** [channel][tap] to [tap][stored channel], as depthwise kernels read them. */
export function packTaps(weights: Float32Array, channels: number): Float32Array {
  const taps = weights.length / channels;
  const stored = roundUp(channels, CHANNEL_MULTIPLE);
  const packed = new Float32Array(taps * stored);
  for (let channel = 0; channel < channels; channel++) {
    for (let tap = 0; tap < taps; tap++) packed[tap * stored + channel] = weights[channel * taps + tap] ?? 0;
  }
  return packed;
}

/** Followed by zeros up to the channels that are stored. */
export function padded(values: Float32Array, length = roundUp(values.length, CHANNEL_MULTIPLE)): Float32Array {
  const longer = new Float32Array(length);
  longer.set(values);
  return longer;
}

export function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}

function gainOf(filter: Float32Array, isNonNegative: boolean): number {
  let largest = 0;
  let positive = 0;
  let negative = 0;
  for (let i = 0; i < filter.length; i++) {
    const weight = filter[i] ?? 0;
    if (weight > 0) {
      positive += weight;
      if (weight > largest) largest = weight;
    } else {
      negative -= weight;
      if (-weight > largest) largest = -weight;
    }
  }
  if (largest === 0) return 0;
  const sum = isNonNegative ? Math.max(positive, negative) : positive + negative;
  // Rounding may add half a step to each weight.
  const finest = Math.min(INT16_MAX / largest, (SUM_MAX / QUANTISED_MAX - filter.length / 2 - 1) / sum);
  // The largest weight is met exactly, and with it a filter of equal ones, whose errors would all point the same way.
  return Math.floor(largest * finest) / largest;
}
