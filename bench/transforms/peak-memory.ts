// What a render takes at its peak, in fresh instances: every living wasm memory, and the largest buffer of JavaScript.
import { KernelInstance } from "../../shared/codecs/engine/kernel-instance.ts";
import { largestJsBuffer } from "../thumbs/js-buffers.ts";

export interface PeakMemory {
  readonly wasmBytes: number;
  readonly jsBufferBytes: number;
}

/** Not reentrant: it stands in for WebAssembly.Instance meanwhile. A memory counts from its instance on, until it is discarded. */
export async function peakMemoryOf(run: () => Promise<unknown>): Promise<PeakMemory> {
  const living = new Set<WebAssembly.Memory>();
  let wasmBytes = 0;
  const look = (): void => {
    const sum = [...living].reduce((total, { buffer }) => total + buffer.byteLength, 0);
    wasmBytes = Math.max(wasmBytes, sum);
  };
  const { Instance } = WebAssembly;
  const { discard } = KernelInstance.prototype;
  WebAssembly.Instance = new Proxy(Instance, {
    construct(target, args: [WebAssembly.Module]) {
      look();
      const instance = new target(...args);
      for (const value of Object.values(instance.exports)) if (value instanceof WebAssembly.Memory) living.add(value);
      return instance;
    },
  });
  // Memories only ever grow: whatever is the most stands right before one goes, or at the end.
  KernelInstance.prototype.discard = function discardCounted(this: KernelInstance<never>) {
    look();
    living.delete((this.exports as { readonly memory: WebAssembly.Memory }).memory);
    discard.call(this);
  };
  try {
    const { sizeBytes } = await largestJsBuffer(run);
    look();
    return { wasmBytes, jsBufferBytes: sizeBytes };
  } finally {
    WebAssembly.Instance = Instance;
    KernelInstance.prototype.discard = discard;
  }
}
