// The engine as wrangler hands it over: compiled.
declare module "*/engine.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
