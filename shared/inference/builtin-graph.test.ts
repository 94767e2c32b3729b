import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import lockfile from "../../models/lockfile.json" with { type: "json" };
import { ModelLockfile, modelId } from "../contracts/models.ts";
import { BUILTIN_DIMENSIONS, BUILTIN_MODEL_ID, builtinGraph } from "./builtin-graph.ts";

it("is named by its own digest, so that a changed graph never meets old vectors", () => {
  const digest = createHash("sha256").update(builtinGraph()).digest("hex");
  expect(BUILTIN_MODEL_ID).toBe(`hog-builtin-${digest.slice(0, 12)}`);
});

it("is what the lockfile says of it", () => {
  const { builtin } = ModelLockfile.parse(lockfile);
  expect(modelId(builtin)).toBe(BUILTIN_MODEL_ID);
  expect(builtin.dimensions).toBe(BUILTIN_DIMENSIONS);
  expect(builtin.sha256).toBe(createHash("sha256").update(builtinGraph()).digest("hex"));
});

it("stays small enough to be built at run time", () => {
  expect(builtinGraph().length).toBeLessThan(1500);
});
