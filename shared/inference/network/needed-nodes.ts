// Which nodes the outputs depend on, leaving out those that only compute shapes: the kernels know shapes without them.
import { MalformedModel, type OnnxGraph, type OnnxNode } from "./onnx-graph.ts";

/** Operators of which only the first input is data; the others say how its elements are to be arranged. */
const ARRANGING = new Set(["Reshape", "Resize", "Squeeze", "Unsqueeze", "Dropout"]);

/**
 * @returns the nodes in the file's order, which ONNX demands to be one in which they can run, and how many of them read each value
 * @throws MalformedModel when a node reads what only a later one computes: then there is a cycle, or the file is out of order
 */
export function neededNodes(graph: OnnxGraph): {
  readonly nodes: readonly OnnxNode[];
  readonly readers: ReadonlyMap<string, number>;
} {
  const producers = new Map<string, number>();
  graph.nodes.forEach((node, index) => {
    for (const output of node.outputs) producers.set(output, index);
  });
  const readers = new Map<string, number>();
  const isNeeded = new Array<boolean>(graph.nodes.length).fill(false);
  const read = (name: string, by: number): void => {
    readers.set(name, (readers.get(name) ?? 0) + 1);
    const producer = producers.get(name);
    if (producer === undefined) return;
    if (producer >= by) throw new MalformedModel(`${name} is read before it is computed.`);
    isNeeded[producer] = true;
  };
  for (const name of graph.outputs) read(name, graph.nodes.length);
  // Readers stand behind what they read: one walk backwards meets every reader before its sources.
  for (let index = graph.nodes.length - 1; index >= 0; index--) {
    const node = graph.nodes[index];
    if (node === undefined || !isNeeded[index]) continue;
    const inputs = ARRANGING.has(node.operator) ? node.inputs.slice(0, 1) : node.inputs;
    for (const name of inputs) if (name !== "") read(name, index);
  }
  return {
    readers,
    nodes: graph.nodes.filter((node, index) => isNeeded[index] && !isConstantTensor(node)),
  };
}

function isConstantTensor(node: OnnxNode): boolean {
  return node.operator === "Constant" && node.attributes.get("value")?.tensor !== undefined;
}
