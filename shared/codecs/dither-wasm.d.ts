// The bundler hands this file over as a compiled module (wrangler rule CompiledWasm, vitest plugin likewise).
declare module "*/dither.wasm" {
  const compiled: WebAssembly.Module;
  export default compiled;
}
