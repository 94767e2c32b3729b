import { expect, it } from "vitest";
import { OnnxGraphWriter } from "./onnx-writer.ts";
import { createOrtSession } from "./ort-session.ts";

/** x (2 numbers) → y = x + bias */
function addition(bias: number): Uint8Array {
  const graph = new OnnxGraphWriter("addition");
  graph.node("Add", [graph.input("x", [2]), graph.floats([bias], [])], {}, "y");
  graph.output("y", [2]);
  return graph.encode();
}

it("starts the runtime once for callers that come at the same time, the first with a broken model", async () => {
  const instantiate = WebAssembly.instantiate;
  const [broken, ...loaded] = await Promise.allSettled([
    createOrtSession(Uint8Array.of(1, 2, 3)),
    createOrtSession(addition(3)),
    createOrtSession(addition(4)),
  ]);
  expect(broken.status).toBe("rejected");
  for (const [index, outcome] of loaded.entries()) {
    if (outcome.status === "rejected") throw outcome.reason;
    const { y } = await outcome.value.run({ data: Float32Array.of(1, 2), shape: [2] });
    expect(y).toEqual(Float32Array.of(4 + index, 5 + index));
  }
  expect(WebAssembly.instantiate).toBe(instantiate);
});

it("queues runs of several sessions that are asked for at once", async () => {
  const sessions = await Promise.all([1, 10, 100].map((bias) => createOrtSession(addition(bias))));
  const asked = Array.from({ length: 60 }, (_, index) => ({ index, session: sessions[index % 3] }));
  const answers = await Promise.all(
    asked.map(({ index, session }) => session?.run({ data: Float32Array.of(index, 0), shape: [2] })),
  );
  for (const [index, answer] of answers.entries()) expect(answer?.y?.[0]).toBe(index + 10 ** (index % 3));
});

it("goes on after a run that failed", async () => {
  const session = await createOrtSession(addition(1));
  await expect(session.run({ data: new Float32Array(3), shape: [3] })).rejects.toThrow(/invalid dimensions/i);
  expect((await session.run({ data: new Float32Array(2), shape: [2] })).y).toEqual(Float32Array.of(1, 1));
});
