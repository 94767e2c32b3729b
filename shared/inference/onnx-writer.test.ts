import { describe, expect, it } from "vitest";
import { OnnxGraphWriter } from "./onnx-writer.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

describe("OnnxGraphWriter", () => {
  it("writes the smallest graph byte for byte as protobuf demands", () => {
    const graph = new OnnxGraphWriter("g");
    graph.node("Relu", [graph.input("x", [2])], {}, "y");
    graph.output("y", [2]);
    const node = "0a0c" + "0a0178" + "120179" + "220452656c75";
    const value = (field: string, name: string) => `${field}0f0a01${name}120a0a08080112040a020802`;
    const body = `${node}120167${value("5a", "78")}${value("62", "79")}`;
    expect(hex(graph.encode())).toBe(`08083a${(body.length / 2).toString(16)}${body}42040a001011`);
  });

  it("writes constants little-endian, and numbers of more than seven bits in groups", () => {
    const graph = new OnnxGraphWriter("g");
    graph.floats([1, -2], [1, 2]);
    graph.integers([300]);
    const bytes = hex(graph.encode());
    expect(bytes).toContain("2a14" + "0801" + "0802" + "1001" + "42027630" + "4a08" + "0000803f" + "000000c0");
    expect(bytes).toContain("2a12" + "0801" + "1007" + "42027631" + "4a08" + "2c01000000000000");
  });

  it("writes attributes as one whole number, a list of them or a text", () => {
    const graph = new OnnxGraphWriter("g");
    graph.node("Op", ["a"], { axis: 1, pads: [0, 200], mode: "no" });
    const bytes = hex(graph.encode());
    expect(bytes).toContain(`2a0b0a0461786973${"1801"}${"a00102"}`);
    expect(bytes).toContain(`2a0e0a0470616473${"4000"}${"40c801"}${"a00107"}`);
    expect(bytes).toContain(`2a0d0a046d6f6465${"22026e6f"}${"a00103"}`);
  });

  it("rejects values that do not fill their shape, and numbers it cannot write", () => {
    const graph = new OnnxGraphWriter("g");
    expect(() => graph.floats([1], [2, 2])).toThrow("Expecting 4 values. Got 1.");
    expect(() => graph.node("Op", [], { axis: -1 })).toThrow("Got -1");
  });
});
