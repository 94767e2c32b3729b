// The port in workerd, with both runtimes behind it. What needs weights is skipped, saying so, where this machine has none.
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import lockfile from "../../models/lockfile.json" with { type: "json" };
import { activeModels, ModelLockfile } from "../contracts/models.ts";
import { cosine } from "../kernels/vector.ts";
import { createInferenceSession } from "./inference-session.ts";
import { OnnxGraphWriter } from "./onnx-writer.ts";
import { createOrtSession } from "./ort-session.ts";

const testFiles = Reflect.get(env, "TEST_FILES") as Fetcher;
const { detector, embedder } = activeModels(ModelLockfile.parse(lockfile));
const [detectorWeights, embedderWeights] = await Promise.all([detector, embedder].map(weightsOf));
const missing = detectorWeights && embedderWeights ? "" : "skipped: no weights, see MODELS_DIR";

async function weightsOf({ sha256 }: { readonly sha256: string }): Promise<Uint8Array | null> {
  const response = await testFiles.fetch(`http://files/weights/${sha256}`);
  return response.ok ? new Uint8Array(await response.arrayBuffer()) : null;
}

function graph(operator: string): Uint8Array {
  const writer = new OnnxGraphWriter(operator);
  writer.node(operator, [writer.input("x", [1, 3, 4, 4])], {}, "y");
  writer.output("y", [1, 3, 4, 4]);
  return writer.encode();
}

/** Smooth waves in the range of the model's input. */
function waves(shape: readonly number[], middle: number, gain: number): Float32Array {
  const count = shape.reduce((product, side) => product * side, 1);
  return Float32Array.from({ length: count }, (_, i) => middle + gain * Math.sin(i / 37) * Math.cos(i / 4001));
}

it("runs what the kernels can without starting onnxruntime-web", async () => {
  const instantiate = vi.spyOn(WebAssembly, "instantiate");
  const onFallback = vi.fn();
  const session = await createInferenceSession(graph("Relu"), onFallback);
  const { y } = await session.run({ data: new Float32Array(48).fill(-1).fill(2, 24), shape: [1, 3, 4, 4] });
  expect(y).toEqual(new Float32Array(48).fill(2, 24));
  expect(session.runtime).toBe("kernels");
  expect(instantiate).not.toHaveBeenCalled();
  expect(onFallback).not.toHaveBeenCalled();
  instantiate.mockRestore();
});

it("leaves the rest to onnxruntime-web, and says why", async () => {
  const reasons: string[] = [];
  const session = await createInferenceSession(graph("Sqrt"), (reason) => reasons.push(reason));
  const { y } = await session.run({ data: new Float32Array(48).fill(9), shape: [1, 3, 4, 4] });
  expect(y).toEqual(new Float32Array(48).fill(3));
  expect(session).toMatchObject({ runtime: "onnxruntime-web" });
  expect(reasons).toEqual(["operator Sqrt has no kernel"]);
});

it("rejects what is no model, without asking the other runtime", async () => {
  const onFallback = vi.fn();
  await expect(createInferenceSession(Uint8Array.of(1, 2, 3), onFallback)).rejects.toThrow("The model is damaged");
  expect(onFallback).not.toHaveBeenCalled();
});

describe.skipIf(missing !== "")(`with weights ${missing}`, () => {
  it("gives the embedder's vectors, alone and in fours", async () => {
    const model = embedderWeights ?? new Uint8Array();
    const ours = await createInferenceSession(model, vi.fn());
    const reference = await createOrtSession(model);
    const { inputPx, dimensions } = embedder.embedder;
    const shape = [1, 3, inputPx, inputPx];
    const inputs = [1, 1.5, 2, 2.5].map((gain) => waves(shape, 0.1, gain));
    const expected: Float32Array[] = [];
    for (const data of inputs)
      expected.push(Object.values(await reference.run({ data, shape }))[0] ?? new Float32Array());
    const data = Float32Array.from(inputs.flatMap((input) => [...input]));
    const [together] = Object.values(await ours.run({ data, shape: [4, 3, inputPx, inputPx] }));
    for (const [index, input] of inputs.entries()) {
      const [alone] = Object.values(await ours.run({ data: input, shape }));
      expect(cosine(alone ?? new Float32Array(), expected[index] ?? new Float32Array())).toBeGreaterThan(0.9999);
      expect(together?.slice(index * dimensions, (index + 1) * dimensions)).toEqual(alone);
    }
    expect(ours.runtime).toBe("kernels");
  });

  it.each([
    [320, 320],
    [320, 224],
    [96, 640],
  ])("gives the detector's maps at %i × %i", async (widthPx, heightPx) => {
    const model = detectorWeights ?? new Uint8Array();
    const ours = await createInferenceSession(model, vi.fn());
    const shape = [1, 3, heightPx, widthPx];
    const data = waves(shape, 128, 100);
    const actual = await ours.run({ data, shape });
    const expected = await (await createOrtSession(model)).run({ data, shape });
    expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
    for (const [name, values] of Object.entries(expected)) {
      expect(actual[name]).toHaveLength(values.length);
      const largest = values.reduce(
        (max, value, i) => Math.max(max, Math.abs(value - (actual[name]?.[i] ?? Number.NaN))),
        0,
      );
      expect(largest).toBeLessThan(0.01);
    }
    expect(ours.runtime).toBe("kernels");
  });
});
