// onnxruntime-web inside workerd: one thread, nothing compiled at run time. The only file that knows the runtime.
//
// The traps, each of which costs a day:
// - workerd refuses to compile WebAssembly from bytes; only imported modules run. ONNX Runtime ends its start in
//   `WebAssembly.instantiate(env.wasm.wasmBinary, imports)` and offers no hook. We hand it a sentinel as "bytes" and, until
//   the start is over, answer the call for exactly that sentinel with the imported module.
// - With nodejs_compat its glue believes it is in Node and looks for worker_threads; `process.type = "renderer"` is its own opt-out.
// - The module is imported when the runtime starts, not when the isolate does: most isolates never need it, and compiling 14 MB
//   costs them 70 ms of CPU and 9 MB (measured).
// - Import only the `/wasm` entry: the package root brings a 26 MB WebGPU build.
// - One runtime cannot run twice at once, not even two models (the runs share one stack). Hence `oneAtATime`.
// - A start that failed inside WebAssembly is remembered by ONNX Runtime, which then refuses for the rest of the isolate's
//   life; everything else (a broken model first, say) can be tried again.
// - The only CPU build imports a *shared* memory. workerd allows that. A runtime that does not needs a second copy of the
//   .wasm (the limits flag of its memory import is 3, must be 1), `WebAssembly.Memory` replaced by a plain one during the start and
//   `Atomics.waitAsync` removed: measured to work equally fast. A fall-back at run time would need both 14 MB modules in
//   every bundle (bytes cannot be patched and compiled here), so it is a build decision, and not taken until it is needed.

import * as ort from "onnxruntime-web/wasm";
import { createOneAtATime } from "./one-at-a-time.ts";

/** For the whole isolate. A run contains no I/O, so whoever waits here never waits for another request's I/O. */
const oneAtATime = createOneAtATime();

export interface OrtInput {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** A loaded model. Runs of all sessions of an isolate are queued, in call order. */
export interface OrtSession {
  /** Feeds the model's first input; answers every output by its name, as a copy the caller owns. */
  run(input: OrtInput): Promise<Readonly<Record<string, Float32Array>>>;
}

/**
 * Loads a model, starting the runtime first if this isolate has not.
 * @param model the ONNX file; it is copied, so it may be dropped afterwards
 * @throws Error when the bytes are no model this runtime can load, or the runtime cannot start
 */
export async function createOrtSession(model: Uint8Array): Promise<OrtSession> {
  const session = await oneAtATime(() =>
    withImportedRuntime(() =>
      ort.InferenceSession.create(model, { executionProviders: ["wasm"], graphOptimizationLevel: "all" }),
    ),
  );
  return { run: (input) => oneAtATime(() => runSession(session, input)) };
}

async function runSession(
  session: ort.InferenceSession,
  { data, shape }: OrtInput,
): Promise<Record<string, Float32Array>> {
  const inputName = session.inputNames[0];
  if (inputName === undefined) throw new Error("The model has no input.");
  const outputs = await session.run({ [inputName]: new ort.Tensor("float32", data, shape) });
  const result: Record<string, Float32Array> = {};
  for (const [name, tensor] of Object.entries(outputs)) {
    if (!(tensor.data instanceof Float32Array)) throw new Error(`Output ${name} is ${tensor.type}, not float32.`);
    result[name] = tensor.data;
  }
  return result;
}

let hasStarted = false;

async function withImportedRuntime<Result>(create: () => Promise<Result>): Promise<Result> {
  if (hasStarted) return create();
  const { default: compiledRuntime } = await import("onnxruntime-web/ort-wasm-simd-threaded.wasm");
  const sentinel = new ArrayBuffer(8);
  Object.assign(ort.env.wasm, { numThreads: 1, proxy: false, wasmBinary: sentinel });
  ort.env.logLevel = "error";
  const process = Reflect.get(globalThis, "process") as { type?: unknown } | undefined;
  const processType = process?.type;
  const instantiate = WebAssembly.instantiate;
  const instantiateImported = async (source: unknown, imports?: WebAssembly.Imports) => {
    if (source !== sentinel && !(ArrayBuffer.isView(source) && source.buffer === sentinel)) {
      return Reflect.apply(instantiate, WebAssembly, [source, imports]);
    }
    return { module: compiledRuntime, instance: await instantiate(compiledRuntime, imports) };
  };
  if (process !== undefined) process.type = "renderer";
  Reflect.set(WebAssembly, "instantiate", instantiateImported);
  try {
    const result = await create();
    hasStarted = true;
    return result;
  } finally {
    Reflect.set(WebAssembly, "instantiate", instantiate);
    if (process !== undefined) process.type = processType;
  }
}
