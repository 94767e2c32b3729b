// PNG to pixels with the wasm of @jsquash/png, in an instance of its own per image: the package's glue can never be re-initialised,
// so one panic would poison every later PNG, and one large image would pin its heap for the life of the isolate.
import type { RgbaImage } from "../kernels/rgba-image.ts";
import { CodecError } from "./wasm-instance.ts";

interface PngExports {
  readonly memory: WebAssembly.Memory;
  readonly __wbindgen_malloc: (sizeBytes: number, align: number) => number;
  /** Calls back with the pixels before it returns; the return value is a handle we do not need. */
  readonly decode: (pointer: number, sizeBytes: number) => number;
}

/** @returns 8-bit RGBA, of an APNG its default image. Throws CodecError for what cannot be decoded. */
export function decodePng(module: WebAssembly.Module, bytes: Uint8Array): RgbaImage {
  let image: RgbaImage | null = null;
  let exports: PngExports | null = null;
  const memoryBytes = () => new Uint8Array((exports as PngExports).memory.buffer);

  // wasm-bindgen suffixes import names with a hash that changes with each build: match what they are for.
  const handlers: Record<string, (...args: number[]) => unknown> = {
    __wbg_newwithownedu8clampedarrayandsh: (pointer = 0, sizeBytes = 0, widthPx = 0, heightPx = 0) => {
      const start = pointer >>> 0;
      image = { widthPx, heightPx, data: memoryBytes().slice(start, start + sizeBytes) };
      return 0;
    },
    __wbindgen_throw: (pointer = 0, sizeBytes = 0) => {
      const start = pointer >>> 0;
      throw new CodecError(new TextDecoder().decode(memoryBytes().slice(start, start + Math.min(sizeBytes, 200))));
    },
  };
  const imports: Record<string, () => unknown> = {};
  for (const { name } of WebAssembly.Module.imports(module)) {
    const handler = Object.keys(handlers).find((prefix) => name.startsWith(prefix));
    imports[name] = handler === undefined ? () => 0 : (handlers[handler] as () => unknown);
  }
  try {
    exports = new WebAssembly.Instance(module, { wbg: imports }).exports as unknown as PngExports;
    const pointer = exports.__wbindgen_malloc(bytes.length, 1) >>> 0;
    memoryBytes().set(bytes, pointer);
    exports.decode(pointer, bytes.length);
  } catch (thrown) {
    throw thrown instanceof CodecError ? thrown : new CodecError(`PNG: ${String(thrown)}`);
  }
  if (image === null) throw new CodecError("PNG: no pixels");
  return image;
}
