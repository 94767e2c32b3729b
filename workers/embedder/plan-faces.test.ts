import { describe, expect, it } from "vitest";
import type { KnownFace } from "../../shared/db/photos/index-statements.ts";
import type { FaceObservation } from "../../shared/inference/face-embedder.ts";
import { planFaces } from "./plan-faces.ts";

const box = (x: number) => ({ x, y: 0.1, width: 0.2, height: 0.2 });
const known = (id: string, x: number, more: Partial<KnownFace> = {}): KnownFace => ({
  id,
  box: box(x),
  landmarks: [],
  score: 0.9,
  isHuman: false,
  ...more,
});
const observed = (x: number, score = 0.9): FaceObservation => ({
  box: box(x),
  landmarks: [],
  score,
  quality: 0.5,
  embedding: new Float32Array(1),
});

describe("the plan of a photo's faces", () => {
  it("keeps the id of a face that is seen again a little elsewhere, and gives none to a new one", () => {
    const plan = planFaces([known("a", 0.1), known("b", 0.6)], [observed(0.62), observed(0.35), observed(0.11)]);
    expect(plan.found.map(({ id }) => id)).toEqual(["b", null, "a"]);
    expect(plan.unseen).toEqual([]);
  });

  it("lets a machine's face go that is not seen again, and keeps a human's", () => {
    const plan = planFaces([known("machine", 0.1), known("human", 0.6, { isHuman: true })], []);
    expect(plan.unseen.map(({ id }) => id)).toEqual(["human"]);
  });

  it("gives one known face to one observation only", () => {
    const plan = planFaces([known("a", 0.1)], [observed(0.1), observed(0.12)]);
    expect(plan.found.map(({ id }) => id)).toEqual(["a", null]);
  });

  it("never takes the built-in default's observation for a face, either way", () => {
    expect(planFaces([known("whole", 0.1, { score: 0 })], [observed(0.1)]).found[0]?.id).toBeNull();
    expect(planFaces([known("face", 0.1, { isHuman: true })], [observed(0.1, 0)])).toMatchObject({
      found: [{ id: null }],
      unseen: [{ id: "face" }],
    });
    expect(planFaces([known("whole", 0.1, { score: 0 })], []).unseen).toEqual([]);
  });
});
