// The dither module's compiled wasm for Workers, and the only file of theirs that names it: tests compile it from disk.
// A precompiled module by static import, because the runtime refuses to compile wasm from bytes.
import ditherModule from "../kernels/dither/dither.wasm";

export { ditherModule };
