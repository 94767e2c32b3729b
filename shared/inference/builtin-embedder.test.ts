import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import lockfile from "../../models/lockfile.json" with { type: "json" };
import { ModelLockfile, modelId } from "../contracts/models.ts";
import { BUILTIN_DIMENSIONS, BUILTIN_MODEL_ID, createBuiltinEmbedder } from "./builtin-embedder.ts";

const { builtin } = ModelLockfile.parse(lockfile);

/** Rings and stripes, made of whole numbers only: the same on every machine. */
function fixedPicture() {
  const sidePx = 300;
  const data = new Uint8Array(sidePx * sidePx * 4);
  for (let y = 0; y < sidePx; y++)
    for (let x = 0; x < sidePx; x++)
      data.set([(x * x + y * y) >> 6, (x * 3) ^ (y * 2), x + y, 255], (y * sidePx + x) * 4);
  return { widthPx: sidePx, heightPx: sidePx, data };
}

it("is named by what it answers, so that a changed descriptor never meets old vectors", async () => {
  const [[observation] = []] = await createBuiltinEmbedder().embed([fixedPicture()]);
  if (observation === undefined) throw new Error("one vector expected");
  // Thousandths: what a rounding somewhere else in the last bit cannot move.
  const answer = Array.from(observation.embedding, (value) => Math.round(value * 1000)).join();
  const digest = createHash("sha256").update(answer).digest("hex");
  expect(builtin.sha256).toBe(digest);
  expect(BUILTIN_MODEL_ID).toBe(modelId(builtin));
});

it("is what the lockfile says of it", async () => {
  const [[observation] = []] = await createBuiltinEmbedder().embed([fixedPicture()]);
  expect(BUILTIN_DIMENSIONS).toBe(builtin.dimensions);
  expect(observation?.embedding).toHaveLength(builtin.dimensions);
});
