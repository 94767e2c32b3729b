// One living instance of an Emscripten codec: reused while healthy, replaced after a failure. Knows nothing about images.
// The packages' own wrappers keep an instance for ever: poisoned by the first abort, and as large as the largest photo it met.

/** The part of an Emscripten module (MODULARIZE, embind) we rely on. */
export interface EmscriptenModule {
  readonly HEAPU8: Uint8Array;
}

/** Emscripten's factory; the packages type it as their own module, which lacks the heap. */
export type EmscriptenFactory = (options: Record<string, unknown>) => Promise<unknown>;

/** A codec refused or choked on its input. Whatever it threw (a number, an ExitStatus, a trap) is told in the message. */
export class CodecError extends Error {
  override readonly name = "CodecError";
}

export class WasmInstance<Codec extends EmscriptenModule> {
  readonly #factory: EmscriptenFactory;
  readonly #module: WebAssembly.Module;
  readonly #keepHeapBytes: number;
  #current: Promise<Codec> | null = null;
  #complaint = "";

  /** @param keepHeapBytes A larger heap is dropped after use: wasm memory never shrinks, and an isolate has 128 MB. */
  constructor(factory: EmscriptenFactory, module: WebAssembly.Module, keepHeapBytes: number) {
    this.#factory = factory;
    this.#module = module;
    this.#keepHeapBytes = keepHeapBytes;
  }

  /**
   * Runs `work`, which must be synchronous: nobody else touches the instance meanwhile.
   * Throws CodecError for what the codec throws; a failure to instantiate is thrown as it is.
   */
  async use<Result>(work: (codec: Codec) => Result): Promise<Result> {
    const codec = await this.#healthy();
    this.#complaint = "";
    try {
      return work(codec);
    } catch (thrown) {
      // The heap, the stack pointer and the locks of an aborted instance are anyone's guess.
      this.#current = null;
      const reason = thrown instanceof Error ? thrown.message : `threw ${JSON.stringify(thrown)}`;
      throw new CodecError(this.#complaint === "" ? reason : `${this.#complaint} (${reason})`);
    } finally {
      if (codec.HEAPU8.byteLength > this.#keepHeapBytes) this.#current = null;
    }
  }

  async #healthy(): Promise<Codec> {
    while (true) {
      this.#current ??= this.#instantiate();
      const awaited = this.#current;
      try {
        const codec = await awaited;
        // Another caller may have broken it while this one waited.
        if (awaited === this.#current) return codec;
      } catch (error) {
        if (awaited === this.#current) this.#current = null;
        throw error;
      }
    }
  }

  async #instantiate(): Promise<Codec> {
    const codec = await this.#factory({
      noInitialRun: true,
      // Library warnings are about the user's file: they belong in the result's detail, not in the log.
      print: () => {},
      printErr: (line: string) => {
        this.#complaint = String(line).slice(0, 200);
      },
      instantiateWasm: (imports: WebAssembly.Imports, callback: (instance: WebAssembly.Instance) => void) => {
        const instance = new WebAssembly.Instance(this.#module, imports);
        callback(instance);
        return instance.exports;
      },
    });
    return codec as Codec;
  }
}
