// The port to neural networks: an ONNX file in, a session out. Our own kernels run what they can; onnxruntime-web runs the rest.
import { KernelNetwork } from "./network/kernel-network.ts";
import { networkModule } from "./network/network-module.ts";
import { UnsupportedModel } from "./network/unsupported-model.ts";
import { createOrtSession } from "./ort-session.ts";

export interface InferenceInput {
  /** Planes of each image in turn: NCHW. */
  readonly data: Float32Array;
  /** [images, channels, height, width] */
  readonly shape: readonly number[];
}

export interface InferenceSession {
  /** Feeds the model's only input; answers every output by its name, as a copy the caller owns. */
  run(input: InferenceInput): Promise<Readonly<Record<string, Float32Array>>>;
}

export interface OpenedSession extends InferenceSession {
  readonly runtime: "kernels" | "onnxruntime-web";
}

/**
 * onnxruntime-web is not started unless the kernels cannot run the model.
 * @param onFallback is told why they cannot
 * @throws Error when the bytes are no model that either runtime can load
 */
export async function createInferenceSession(
  model: Uint8Array,
  onFallback: (reason: string) => void,
): Promise<OpenedSession> {
  try {
    const network = new KernelNetwork(model, networkModule);
    return { runtime: "kernels", run: async (input) => network.run(input) };
  } catch (error) {
    if (!(error instanceof UnsupportedModel)) throw error;
    onFallback(error.message);
    return { runtime: "onnxruntime-web", ...(await createOrtSession(model)) };
  }
}
