// Files that are no model, damaged ones, and models there are no kernels for: each gets its reason, none hangs.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { buildKernels, KERNEL_MODULES } from "../../../local/build-kernels.ts";
import { compileWasm } from "../../../tests/fixtures/compile-wasm.ts";
import { loadNetworkModule } from "../../../tests/fixtures/load-network-module.ts";
import { SmallNetwork } from "../../../tests/fixtures/small-networks.ts";
import { OnnxGraphWriter } from "../onnx-writer.ts";
import { KernelNetwork } from "./kernel-network.ts";
import { MAX_NODES, MAX_RANK, MalformedModel } from "./onnx-graph.ts";
import { UnsupportedModel } from "./unsupported-model.ts";

const module = await loadNetworkModule();
const load = (model: Uint8Array) => new KernelNetwork(model, module);

function sound(): Uint8Array {
  const net = new SmallNetwork();
  return net.encode(net.depthwise(net.convolve(net.input([1, 3, 8, 8]), { inputs: 3, outputs: 8 }), 8));
}

/** y = operator(x, …constants) */
function single(
  operator: string,
  attributes: Readonly<Record<string, number | string | readonly number[]>>,
  constants: (net: SmallNetwork) => readonly string[] = () => [],
): Uint8Array {
  const net = new SmallNetwork();
  return net.encode(net.writer.node(operator, [net.input([1, 3, 8, 8]), ...constants(net)], attributes));
}

describe("a file that is no sound model", () => {
  it("is malformed when it is empty, text, or of another kind", () => {
    for (const bytes of [
      [],
      [1, 2, 3],
      [...new TextEncoder().encode("<!doctype html>")],
      [0xff, 0xd8, 0xff, 0xe0, 0, 16],
    ]) {
      expect(() => load(Uint8Array.from(bytes))).toThrow(MalformedModel);
    }
  });

  it("never does harm when it is cut off anywhere, or a byte of it is another", () => {
    const model = sound();
    for (let length = 0; length < model.length; length += 3)
      expect(outcome(model.subarray(0, length))).not.toBe("crash");
    for (let pos = 0; pos < model.length; pos++) {
      const damaged = Uint8Array.from(model);
      damaged[pos] = (damaged[pos] ?? 0) ^ (1 << (pos % 8));
      expect(outcome(damaged)).not.toBe("crash");
    }
  });

  it("is malformed when its nodes form a cycle, read nothing, or compute a value twice", () => {
    const cycle = new OnnxGraphWriter("cycle");
    cycle.input("x", [1, 3, 8, 8]);
    cycle.node("Add", ["x", "b"], {}, "a");
    cycle.node("Relu", ["a"], {}, "b");
    cycle.output("b", [1]);
    expect(() => load(cycle.encode())).toThrow("b is read before it is computed");

    const dangling = new OnnxGraphWriter("dangling");
    dangling.input("x", [1, 3, 8, 8]);
    dangling.node("Relu", ["nowhere"], {}, "y");
    dangling.output("y", [1]);
    expect(() => load(dangling.encode())).toThrow("reads nowhere, which nothing before it computes");

    const twice = new OnnxGraphWriter("twice");
    twice.node("Relu", [twice.input("x", [1, 3, 8, 8])], {}, "x");
    twice.output("x", [1]);
    expect(() => load(twice.encode())).toThrow(MalformedModel);

    const missing = new OnnxGraphWriter("missing");
    missing.input("x", [1, 3, 8, 8]);
    missing.output("y", [1]);
    expect(() => load(missing.encode())).toThrow("Nothing computes output y");
  });

  it("is malformed when weights contradict their shape or the input, or are no numbers", () => {
    const conv = (weights: (net: SmallNetwork) => string) => single("Conv", {}, (net) => [weights(net)]);
    expect(() => load(conv((net) => net.weights([8, 4, 1, 1])))).toThrow("expects 4 channels. Got 3");
    expect(() => load(conv((net) => net.writer.floats([Number.NaN, 1, 1], [1, 3, 1, 1])))).toThrow(/no numbers/);
    const bias = single("Conv", {}, (net) => [net.weights([8, 3, 1, 1]), net.weights([7])]);
    expect(() => load(bias)).toThrow("A Conv of 8 outputs has 7 biases");
  });

  it("is malformed when it claims more nodes, dimensions or numbers than any network has", () => {
    const many = new OnnxGraphWriter("many");
    let value = many.input("x", [1, 3, 8, 8]);
    for (let n = 0; n <= MAX_NODES; n++) value = many.node("Relu", [value]);
    expect(() => load(many.encode())).toThrow(`at most ${MAX_NODES} nodes`);

    const deep = new OnnxGraphWriter("deep");
    deep.floats([1], new Array(MAX_RANK + 1).fill(1));
    expect(() => load(deep.encode())).toThrow(`at most ${MAX_RANK} dimensions`);

    // A tensor of 2⁶⁰ numbers, in 30 bytes.
    const huge = Uint8Array.of(0x3a, 16, 0x2a, 14, 8, ...varint(2 ** 30), 8, ...varint(2 ** 30), 0x10, 1);
    expect(() => load(huge)).toThrow(/no shape of at most/);
  });
});

describe("a model without kernels", () => {
  it.each([
    ["operator Softmax has no kernel", single("Softmax", {})],
    ["a Conv has dilations [2,2]", single("Conv", { dilations: [2, 2] }, (net) => [net.weights([8, 3, 3, 3])])],
    ["a Conv has pads [0,0,1,1]", single("Conv", { pads: [0, 0, 1, 1] }, (net) => [net.weights([8, 3, 3, 3])])],
    ["a Conv has weights [8,3,3,1]", single("Conv", {}, (net) => [net.weights([8, 3, 3, 1])])],
    ["a Conv pads by SAME_UPPER", single("Conv", { auto_pad: "SAME_UPPER" }, (net) => [net.weights([8, 3, 1, 1])])],
    ["a MaxPool has kernel_shape [3,3]", single("MaxPool", { kernel_shape: [3, 3], strides: [2, 2] })],
    ["a MaxPool steps by 1", single("MaxPool", { kernel_shape: [2, 2] })],
    [
      "a Resize is not the nearest",
      single("Resize", { mode: "linear" }, (net) => ["", net.writer.floats([1, 1, 2, 2], [4])]),
    ],
    ["it transposes by [0,3,1,2]", single("Transpose", { perm: [0, 3, 1, 2] })],
    ["a Add computes with a constant", single("Add", {}, (net) => [net.weights([3])])],
    ["operator Sqrt has no kernel", single("Sqrt", {})],
  ])("says why: %s", (reason, model) => {
    expect(() => load(model)).toThrow(UnsupportedModel);
    expect(() => load(model)).toThrow(reason);
  });
});

it("leaves weights beyond the module's memory to the other runtime", async () => {
  const small = await buildSmallModule();
  const net = new SmallNetwork();
  const from = net.convolve(net.input([1, 3, 8, 8]), { inputs: 3, outputs: 512 });
  const model = net.encode(net.convolve(from, { inputs: 512, outputs: 512 }));
  expect(() => new KernelNetwork(model, small)).toThrow(UnsupportedModel);
  expect(() => load(model)).not.toThrow();
}, 60_000);

/** The same kernels with 512 KiB. */
async function buildSmallModule(): Promise<WebAssembly.Module> {
  const folder = mkdtempSync(join(tmpdir(), "heliograph-network-"));
  try {
    const wasm = join(folder, "small.wasm");
    const [network] = KERNEL_MODULES.filter(({ name }) => name === "network");
    if (network === undefined) throw new Error("the network kernels are missing");
    await buildKernels({ ...network, maxMemoryPages: 8 }, wasm);
    return compileWasm(readFileSync(wasm));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function outcome(model: Uint8Array): "loaded" | "refused" | "crash" {
  try {
    load(model);
    return "loaded";
  } catch (error) {
    return error instanceof MalformedModel || error instanceof UnsupportedModel ? "refused" : "crash";
  }
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))];
}
