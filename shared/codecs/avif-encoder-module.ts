// The compiled AVIF encoder, apart from the other libraries: 3.4 MB that only whoever writes AVIF should carry.
import avifEncoder from "@jsquash/avif/codec/enc/avif_enc.wasm";

export { avifEncoder };
