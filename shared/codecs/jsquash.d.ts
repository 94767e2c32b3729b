// What the @jsquash packages leave untyped: their wasm files, and the Emscripten factories behind their own wrappers.
declare module "@jsquash/*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
