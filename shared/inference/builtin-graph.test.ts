import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { BUILTIN_MODEL_ID, builtinGraph } from "./builtin-graph.ts";

it("is named by its own digest, so that a changed graph never meets old vectors", () => {
  const digest = createHash("sha256").update(builtinGraph()).digest("hex");
  expect(BUILTIN_MODEL_ID).toBe(`hog-builtin-${digest.slice(0, 12)}`);
});

it("stays small enough to be built at run time", () => {
  expect(builtinGraph().length).toBeLessThan(1500);
});
