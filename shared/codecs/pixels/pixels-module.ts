// The pixel module's compiled wasm, and the only file that names it: tests outside of workerd compile it from disk.
// A precompiled module by static import, because the runtime refuses to compile wasm from bytes.
import pixelsModule from "../../kernels/pixels/pixels.wasm";

export { pixelsModule };
