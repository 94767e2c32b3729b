// Pictures in full colour inside the pixel module's memory: room for them, views of them, their bytes in and out. Changes none.
import type { RgbaImage } from "../../kernels/rgba-image.ts";
import { VECTOR_OVERRUN_BYTES } from "../engine/engine.ts";
import { KernelInstance } from "../engine/kernel-instance.ts";
import type { PixelExports } from "./pixel-exports.ts";

/** RGBA, four bytes a pixel, alpha not premultiplied, row by row without padding, at an address of the module's memory. */
export interface PixelImage {
  readonly address: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Bytes of the module's memory at most: what one render may take. Held to local/build-kernels.ts by its test. */
export const PIXELS_MAX_MEMORY_BYTES = 64 * 1024 * 1024;

/** As the arena aligns what it allocates. */
const ARENA_ALIGNMENT_BYTES = 16;

export class Pixels extends KernelInstance<PixelExports> {
  /** An uninitialised picture. Throws EngineTrap "out-of-memory" where the module's maximum memory does not hold it. */
  allocate(widthPx: number, heightPx: number): PixelImage {
    if (!Number.isInteger(widthPx) || !Number.isInteger(heightPx) || widthPx < 1 || heightPx < 1) {
      throw new RangeError(`Expected a size of whole pixels, at least 1x1. Got ${widthPx}x${heightPx}.`);
    }
    const sizeBytes = widthPx * heightPx * 4 + VECTOR_OVERRUN_BYTES;
    // Beyond 32 bits the number would arrive wrapped, as a small one.
    const address = this.call((kernel) => kernel.allocate(Math.min(sizeBytes, PIXELS_MAX_MEMORY_BYTES)));
    return { address, widthPx, heightPx };
  }

  /** Copies a picture in. */
  write({ widthPx, heightPx, data }: RgbaImage): PixelImage {
    const image = this.allocate(widthPx, heightPx);
    this.view(image).set(data);
    return image;
  }

  /** A picture's bytes in place. Valid until the next call that may allocate: ask again rather than keep it. */
  view({ address, widthPx, heightPx }: PixelImage): Uint8Array<ArrayBuffer> {
    return this.bytes().subarray(address, address + widthPx * heightPx * 4);
  }

  /** A copy of a picture that outlives the module's memory. */
  read(image: PixelImage): RgbaImage {
    return { widthPx: image.widthPx, heightPx: image.heightPx, data: this.view(image).slice() };
  }

  /** Whether nothing was allocated after this picture: it can grow where it lies. */
  isLast({ address, widthPx, heightPx }: PixelImage): boolean {
    const end = address + widthPx * heightPx * 4 + VECTOR_OVERRUN_BYTES;
    return this.mark() === Math.ceil(end / ARENA_ALIGNMENT_BYTES) * ARENA_ALIGNMENT_BYTES;
  }

  /** Where the memory stands: hand it to `release` to let go of everything allocated since. */
  mark(): number {
    return this.call((kernel) => kernel.mark());
  }

  release(to: number): void {
    this.call((kernel) => kernel.release(to));
  }
}

export function createPixels(module: WebAssembly.Module): Pixels {
  const instance = new WebAssembly.Instance(module, {});
  return new Pixels(instance.exports as unknown as PixelExports);
}
