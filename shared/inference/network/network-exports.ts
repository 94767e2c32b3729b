// What the network module (kernels/network/index.ts) exports, typed. Addresses and sizes are bytes in `memory`.

export interface NetworkExports {
  readonly memory: WebAssembly.Memory;
  /** Traps when the module's maximum memory is exceeded. */
  allocate(sizeBytes: number): number;
  pointwiseScratchBytes(): number;
  convolutionScratchBytes(pixels: number, channels: number): number;
  clear: Kernel;
  interleavePlanes: Kernel;
  pointwise: Kernel;
  convolution: Kernel;
  depthwise3x3: Kernel;
  depthwiseGlobal: Kernel;
  multiplyAddChannels: Kernel;
  prelu: Kernel;
  add: Kernel;
  maxPool2x2: Kernel;
  upsample2x: Kernel;
  addUpsampled2x: Kernel;
}

type Kernel = (...values: number[]) => void;

/** The exports that a plan may call. */
export type KernelName = {
  [Name in keyof NetworkExports]: NetworkExports[Name] extends Kernel
    ? Kernel extends NetworkExports[Name]
      ? Name
      : never
    : never;
}[keyof NetworkExports];
