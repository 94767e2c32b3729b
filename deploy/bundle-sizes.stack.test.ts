import { beforeAll, describe, expect, it } from "vitest";
import { type BundleSize, measureBundles } from "./bundle-sizes.ts";

let sizes: BundleSize[];
beforeAll(async () => {
  sizes = await measureBundles();
});

describe("what would be deployed", () => {
  it("is seven Workers that wrangler accepts, each inside its budget", () => {
    expect(sizes).toHaveLength(7);
    for (const { name, gzipBytes, budgetBytes } of sizes) expect(gzipBytes, name).toBeLessThanOrEqual(budgetBytes);
  });

  it("contains nothing of the local build", () => {
    expect(sizes.flatMap(({ localCode }) => localCode)).toEqual([]);
  });
});
