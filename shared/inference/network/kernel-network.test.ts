// Kernels and planner against a scalar reference, on one small graph for each operator and each fusion.
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../local/seeded-random.ts";
import { loadNetworkModule } from "../../../tests/fixtures/load-network-module.ts";
import { SmallNetwork } from "../../../tests/fixtures/small-networks.ts";
import { KernelNetwork, MAX_PLANS, NETWORK_MAX_MEMORY_BYTES } from "./kernel-network.ts";
import { readOnnxGraph } from "./onnx-graph.ts";
import { runReference } from "./reference-executor.ts";

const module = await loadNetworkModule();
/** Activations of 13 bits and weights of 11 to 15: errors of a ten-thousandth of the largest output, a few layers deep. */
const TOLERANCE = 1e-3;

function image(shape: readonly number[], seed = 7): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length: shape.reduce((product, side) => product * side, 1) }, () => random() * 4 - 2);
}

/** The largest difference from the reference, as a part of the largest output; fails when an output has another length. */
function deviation(model: Uint8Array, shape: readonly number[]): number {
  const data = image(shape);
  const actual = new KernelNetwork(model, module).run({ data, shape });
  const expected = runReference(readOnnxGraph(model), { data, shape });
  expect(Object.keys(actual)).toEqual(Object.keys(expected));
  return Math.max(
    ...Object.entries(expected).map(([name, values]) => {
      expect(actual[name]).toHaveLength(values.length);
      const scale = Math.max(...values.map(Math.abs));
      return Math.max(...values.map((value, i) => Math.abs(value - (actual[name]?.[i] ?? Number.NaN)))) / scale;
    }),
  );
}

/** A network whose input is turned into `channels` channels first. */
function network(channels: number, build: (net: SmallNetwork, from: string) => readonly string[]): Uint8Array {
  const net = new SmallNetwork();
  const from = net.convolve(net.input([1, 3, 0, 0]), { inputs: 3, outputs: channels });
  return net.encode(...build(net, from));
}

describe("a convolution", () => {
  it.each([
    { outputs: 1, kernel: 1, stride: 1, padding: 0, shape: [1, 3, 1, 1] },
    { outputs: 8, kernel: 1, stride: 1, padding: 0, shape: [1, 3, 5, 7] },
    { outputs: 13, kernel: 3, stride: 1, padding: 1, shape: [1, 3, 6, 5] },
    { outputs: 16, kernel: 3, stride: 2, padding: 1, shape: [1, 3, 9, 8] },
    { outputs: 5, kernel: 3, stride: 2, padding: 0, shape: [2, 3, 7, 9] },
    { outputs: 9, kernel: 5, stride: 3, padding: 2, shape: [3, 3, 11, 10] },
    { outputs: 8, kernel: 3, stride: 1, padding: 1, shape: [1, 3, 40, 50] },
  ])(
    "of the input to $outputs channels, kernel $kernel, stride $stride, padding $padding at $shape",
    ({ shape, ...rest }) => {
      const net = new SmallNetwork();
      expect(deviation(net.encode(net.convolve(net.input(shape), { inputs: 3, ...rest })), shape)).toBeLessThan(
        TOLERANCE,
      );
    },
  );

  it.each([
    { inputs: 8, outputs: 16, kernel: 1 },
    { inputs: 20, outputs: 24, kernel: 1 },
    { inputs: 64, outputs: 10, kernel: 1 },
    { inputs: 256, outputs: 8, kernel: 1 },
    { inputs: 12, outputs: 9, kernel: 3 },
  ])("of $inputs to $outputs channels, kernel $kernel", ({ inputs, outputs, kernel }) => {
    const padding = (kernel - 1) / 2;
    const model = network(inputs, (net, from) => [net.convolve(from, { inputs, outputs, kernel, padding })]);
    for (const shape of [
      [1, 3, 1, 3],
      [2, 3, 5, 5],
      [1, 3, 16, 33],
    ])
      expect(deviation(model, shape)).toBeLessThan(TOLERANCE);
  });

  it("never overflows, however the signs of a thousand channels and their weights meet", () => {
    for (const signs of [[1], [1, -1]]) {
      const writer = new SmallNetwork().writer;
      const signOf = (index: number) => signs[index % signs.length] ?? 1;
      const spread = writer.floats(
        Array.from({ length: 1024 * 3 }, (_, i) => signOf(Math.floor(i / 3))),
        [1024, 3, 1, 1],
      );
      const gather = writer.floats(
        Array.from({ length: 1024 }, (_, i) => signOf(i)),
        [1, 1024, 1, 1],
      );
      const wide = writer.node("Conv", [writer.input("x", [1, 3, 2, 2]), spread]);
      const clamped = signs.length === 1 ? writer.node("Relu", [wide]) : wide;
      writer.output(writer.node("Conv", [clamped, gather], {}, "y"), [1, 1, 2, 2]);
      const { y } = new KernelNetwork(writer.encode(), module).run({
        data: new Float32Array(12).fill(5),
        shape: [1, 3, 2, 2],
      });
      for (const value of y ?? []) expect(value).toBeCloseTo(1024 * 3 * 5, 0);
      expect(y).toHaveLength(4);
    }
  });

  it.each([1, 2])("for each channel, stride %i, at even and odd sides", (stride) => {
    const model = network(20, (net, from) => [net.depthwise(from, 20, stride)]);
    for (const shape of [
      [1, 3, 1, 1],
      [1, 3, 2, 3],
      [2, 3, 7, 6],
      [1, 3, 8, 9],
    ]) {
      expect(deviation(model, shape)).toBeLessThan(TOLERANCE);
    }
  });

  it("as large as the image, for each channel", () => {
    const net = new SmallNetwork();
    const from = net.convolve(net.input([1, 3, 5, 5]), { inputs: 3, outputs: 12 });
    const model = net.encode(net.convolve(from, { inputs: 12, outputs: 12, kernel: 5, groups: 12 }));
    expect(deviation(model, [3, 3, 5, 5])).toBeLessThan(TOLERANCE);
  });
});

describe("what follows a convolution", () => {
  const shape = [2, 3, 6, 7];

  it.each(["Relu", "Clip", "PRelu", "BatchNormalization"])("%s, fused or not", (operator) => {
    const constants = (net: SmallNetwork): string[] => {
      if (operator === "Clip") return [net.writer.floats([-0.5], []), net.writer.floats([1.5], [])];
      if (operator === "PRelu") return [net.weights([12, 1, 1])];
      if (operator === "Relu") return [];
      const variance = net.writer.floats(
        Array.from({ length: 12 }, (_, i) => 0.5 + i / 10),
        [12],
      );
      return [net.weights([12]), net.weights([12]), net.weights([12]), variance];
    };
    const fused = network(12, (net, from) => [net.writer.node(operator, [from, ...constants(net)])]);
    const readTwice = network(12, (net, from) => [net.writer.node(operator, [from, ...constants(net)]), from]);
    const afterPooling = network(12, (net, from) => {
      const pooled = net.writer.node("MaxPool", [from], { kernel_shape: [2, 2], strides: [2, 2] });
      return [net.writer.node(operator, [pooled, ...constants(net)])];
    });
    for (const model of [fused, readTwice, afterPooling]) expect(deviation(model, shape)).toBeLessThan(TOLERANCE);
  });

  it("a normalisation of a depthwise convolution, then a clamp", () => {
    const model = network(12, (net, from) => {
      const constants = [
        net.weights([12]),
        net.weights([12]),
        net.weights([12]),
        net.writer.floats(Array(12).fill(2), [12]),
      ];
      return [
        net.writer.node("Relu", [net.writer.node("BatchNormalization", [net.depthwise(from, 12), ...constants])]),
      ];
    });
    expect(deviation(model, shape)).toBeLessThan(TOLERANCE);
  });

  it("an addition, on either side, of something older, younger, used again or itself", () => {
    const relu = (net: SmallNetwork, from: string) => net.writer.node("Relu", [from]);
    const twin = (net: SmallNetwork, from: string) => net.convolve(from, { inputs: 12, outputs: 12 });
    const models = [
      network(12, (net, from) => [net.writer.node("Add", [from, twin(net, from)])]),
      network(12, (net, from) => [net.writer.node("Add", [twin(net, from), from])]),
      network(12, (net, from) => [relu(net, net.writer.node("Add", [twin(net, from), twin(net, from)]))]),
      network(12, (net, from) => {
        const early = twin(net, from);
        const late = relu(net, twin(net, from));
        return [net.writer.node("Add", [early, late]), late];
      }),
      network(12, (net, from) => [net.writer.node("Add", [from, from])]),
      network(12, (net, from) => {
        const sum = net.writer.node("Add", [from, twin(net, from)]);
        return [twin(net, net.writer.node("Add", [sum, relu(net, twin(net, sum))]))];
      }),
    ];
    for (const model of models) expect(deviation(model, shape)).toBeLessThan(TOLERANCE);
  });

  it("an addition to a convolution of several blocks of pixels", () => {
    const model = network(12, (net, from) => {
      const convolved = net.convolve(from, { inputs: 12, outputs: 12, kernel: 3, padding: 1 });
      return [net.writer.node("Add", [convolved, from])];
    });
    expect(deviation(model, [2, 3, 17, 13])).toBeLessThan(TOLERANCE);
  });

  it("another name for it, whose readers count as well", () => {
    const model = network(12, (net, from) => {
      const renamed = net.writer.node("Identity", [from]);
      return [net.writer.node("Relu", [renamed]), net.convolve(from, { inputs: 12, outputs: 8 })];
    });
    expect(deviation(model, shape)).toBeLessThan(TOLERANCE);
  });
});

describe("the input itself", () => {
  it("may be pooled, clamped, added to a convolution of it, and be an output", () => {
    const net = new SmallNetwork();
    const x = net.input([1, 3, 0, 0]);
    const convolved = net.convolve(x, { inputs: 3, outputs: 3 });
    const pooled = net.writer.node("MaxPool", [x], { kernel_shape: [2, 2], strides: [2, 2] });
    const model = net.encode(net.writer.node("Add", [convolved, x]), net.writer.node("Relu", [x]), pooled, x);
    expect(deviation(model, [2, 3, 6, 4])).toBeLessThan(TOLERANCE);
  });
});

describe("the input alone", () => {
  const small = (build: (net: SmallNetwork, x: string) => string): Uint8Array => {
    const net = new SmallNetwork();
    return net.encode(build(net, net.input([1, 3, 0, 0])));
  };

  it("may be added to a convolution of it", () => {
    const model = small((net, x) => net.writer.node("Add", [net.convolve(x, { inputs: 3, outputs: 3 }), x]));
    expect(deviation(model, [2, 3, 5, 4])).toBeLessThan(TOLERANCE);
  });

  it("leaves nothing behind for a later one, however large its numbers were", () => {
    const model = small((net, x) => net.writer.node("Add", [net.convolve(x, { inputs: 3, outputs: 3 }), x]));
    const [shape, largeShape] = [
      [1, 3, 4, 4],
      [1, 3, 32, 32],
    ];
    const used = new KernelNetwork(model, module);
    used.run({ data: image(largeShape).map((value) => value * 1e20), shape: largeShape });
    const fresh = new KernelNetwork(model, module);
    expect(used.run({ data: image(shape), shape })).toEqual(fresh.run({ data: image(shape), shape }));
  });
});

describe("pyramids and heads", () => {
  it("pool, double and add back", () => {
    const model = network(12, (net, from) => {
      const resize = { mode: "nearest", nearest_mode: "floor", coordinate_transformation_mode: "asymmetric" };
      const scales = net.writer.floats([1, 1, 2, 2], [4]);
      const pooled = net.writer.node("MaxPool", [from], { kernel_shape: [2, 2], strides: [2, 2] });
      const doubled = net.writer.node("Resize", [pooled, "", scales], resize);
      const alone = net.writer.node("Resize", [pooled, "", scales], resize);
      return [net.writer.node("Relu", [net.writer.node("Add", [from, doubled])]), alone, pooled];
    });
    expect(deviation(model, [2, 3, 6, 8])).toBeLessThan(TOLERANCE);
    const odd = new KernelNetwork(model, module);
    expect(() => odd.run({ data: image([1, 3, 7, 8]), shape: [1, 3, 7, 8] })).toThrow(/cannot take 8 × 7 px/);
  });

  it("narrow heads of one tensor, with and without what merging them would break", () => {
    const heads = (isShared: boolean) =>
      network(16, (net, from) =>
        [1, 4, 10].flatMap((channels) => {
          const narrow = net.convolve(from, { inputs: 16, outputs: channels });
          const head = net.depthwise(narrow, channels);
          const rows = net.writer.node("Transpose", [head], { perm: [0, 2, 3, 1] });
          return [net.writer.node("Sigmoid", [net.writer.node("Flatten", [rows])]), ...(isShared ? [narrow] : [])];
        }),
      );
    for (const isShared of [false, true]) expect(deviation(heads(isShared), [2, 3, 5, 4])).toBeLessThan(TOLERANCE);
  });
});

describe("a network", () => {
  const model = network(16, (net, from) => [net.depthwise(net.writer.node("Relu", [from]), 16)]);

  it("gives an image the same numbers alone and among others", () => {
    const net = new KernelNetwork(model, module);
    const [a, b, c] = [1, 2, 3].map((seed) => image([1, 3, 5, 7], seed));
    if (!a || !b || !c) throw new Error("three images expected");
    const alone = [a, b, c].map((data) => net.run({ data, shape: [1, 3, 5, 7] }).y0);
    const together = net.run({ data: Float32Array.from([...a, ...b, ...c]), shape: [3, 3, 5, 7] }).y0;
    expect(together).toEqual(Float32Array.from(alone.flatMap((values) => [...(values ?? [])])));
  });

  it("plans anew for every size, keeps a bounded number of plans, and stays right", () => {
    const net = new KernelNetwork(model, module);
    const shape = [1, 3, 4, 4];
    const first = net.run({ data: image(shape), shape }).y0;
    for (let side = 5; side < 5 + MAX_PLANS + 3; side++) {
      net.run({ data: image([1, 3, side, side]), shape: [1, 3, side, side] });
    }
    expect(net.run({ data: image(shape), shape }).y0).toEqual(first);
  });

  it("refuses sizes that are none, that the model does not take, or that memory does not hold", () => {
    const net = new KernelNetwork(model, module);
    const run = (shape: number[], length = 3) => net.run({ data: new Float32Array(length), shape });
    for (const shape of [[], [1, 3, 1], [1, 4, 1, 1], [0, 3, 1, 1], [1, 3, 0, 1], [1, 3, 1.5, 2], [1, 3, 1e9, 1]]) {
      expect(() => run(shape)).toThrow(/Expecting \[images, 3, height, width\]/);
    }
    expect(() => run([1, 3, 2, 2])).toThrow("Expecting 12 numbers");
    expect(() => run([1, 3, 4096, 4096])).toThrow(/more than the kernels' memory/);
    expect(net.memoryBytes).toBeLessThan(NETWORK_MAX_MEMORY_BYTES / 8);
    expect(run([1, 3, 1, 1]).y0).toHaveLength(16);
  });
});
