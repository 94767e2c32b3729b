// The bundler hands this file over as a compiled module (wrangler rule CompiledWasm, vitest plugin likewise).
declare module "onnxruntime-web/ort-wasm-simd-threaded.wasm" {
  const compiled: WebAssembly.Module;
  export default compiled;
}
