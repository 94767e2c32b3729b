// The largest buffer JavaScript allocates while something runs, seen by standing in for the constructors. wasm memory is not counted.

const WATCHED = [
  "ArrayBuffer",
  "Uint8Array",
  "Uint8ClampedArray",
  "Uint16Array",
  "Int32Array",
  "Float32Array",
] as const;

/** Not reentrant: the constructors are global. Library code that kept a constructor of its own beforehand goes unseen. */
export async function largestJsBuffer<Result>(
  run: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly sizeBytes: number }> {
  let sizeBytes = 0;
  const scope = globalThis as unknown as Record<string, unknown>;
  const originals = WATCHED.map((name) => [name, scope[name]] as const);
  const slice = Uint8Array.prototype.slice;
  for (const [name, original] of originals) {
    scope[name] = new Proxy(original as typeof Uint8Array, {
      construct(target, args: unknown[], newTarget) {
        const made = Reflect.construct(target, args, newTarget) as Uint8Array;
        // A view of an existing buffer allocates nothing.
        if (!(args[0] instanceof originalArrayBuffer)) sizeBytes = Math.max(sizeBytes, made.byteLength);
        return made;
      },
    });
  }
  Uint8Array.prototype.slice = function countedSlice(this: Uint8Array<ArrayBuffer>, ...range) {
    const made = slice.apply(this, range) as Uint8Array<ArrayBuffer>;
    sizeBytes = Math.max(sizeBytes, made.byteLength);
    return made;
  } as typeof slice;
  try {
    const result = await run();
    return { result, sizeBytes };
  } finally {
    for (const [name, original] of originals) scope[name] = original;
    Uint8Array.prototype.slice = slice;
  }
}

const originalArrayBuffer = ArrayBuffer;
