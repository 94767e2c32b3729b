import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type GeometryOptions, planGeometry } from "./transform-geometry.ts";

const landscape = { widthPx: 4000, heightPx: 3000 };
const small = { widthPx: 200, heightPx: 100 };

describe("the size of a result", () => {
  it.each<[string, { widthPx: number; heightPx: number }, GeometryOptions, string]>([
    ["the photo's own without options", landscape, {}, "4000x3000"],
    ["follows from one side", landscape, { width: 400 }, "400x300"],
    ["follows from the other", landscape, { height: 300 }, "400x300"],
    ["is never enlarged by default", small, { width: 400, height: 400 }, "200x100"],
    ["is enlarged to contain", small, { width: 400, height: 400, fit: "contain" }, "400x200"],
    ["is enlarged by cover, one side given", small, { width: 400, fit: "cover" }, "400x200"],
    ["fills the box to cover", small, { width: 400, height: 400, fit: "cover" }, "400x400"],
    ["is not enlarged to crop", small, { width: 400, height: 400, fit: "crop" }, "200x100"],
    ["is cropped where only one side is too long", small, { width: 120, height: 300, fit: "crop" }, "120x100"],
    ["fills the box to pad", landscape, { width: 400, height: 400, fit: "pad" }, "400x400"],
    ["is the box's when squeezed", landscape, { width: 100, height: 400, fit: "squeeze" }, "100x400"],
    ["is swapped by a quarter turn", landscape, { width: 400, rotate: 90 }, "300x400"],
    ["is the crop's", landscape, { crop: { unit: "px", x: 10, y: 10, width: 300, height: 200 } }, "300x200"],
    [
      "is the crop's share",
      landscape,
      { crop: { unit: "fraction", x: 0.5, y: 0, width: 0.5, height: 1 } },
      "2000x3000",
    ],
    [
      "grows by padding and border",
      small,
      { pad: { top: 1, right: 2, bottom: 3, left: 4 }, border: { widthPx: 5 } },
      "216x114",
    ],
    ["is a pixel at least", { widthPx: 4000, heightPx: 2 }, { width: 100 }, "100x1"],
  ])("%s", (_, source, options, size) => {
    const { output, problem } = planGeometry(source, options);
    expect(problem).toBeNull();
    expect(`${output.widthPx}x${output.heightPx}`).toBe(size);
  });

  it("that nobody asked for keeps within the limits", () => {
    const limits = { maxSidePx: 4096, maxPixels: 1_000_000 };
    const { output, problem } = planGeometry({ widthPx: 12_000, heightPx: 8000 }, {}, [], limits);
    expect(problem).toBeNull();
    expect(output.widthPx * output.heightPx).toBeLessThanOrEqual(1_000_000);
    expect(output.widthPx * output.heightPx).toBeGreaterThan(995_000);
  });

  it("that somebody asked for is a problem beyond them", () => {
    const limits = { maxSidePx: 4096, maxPixels: 1_000_000 };
    expect(planGeometry(landscape, { width: 2000 }, [], limits).problem).toBe("too-large");
    expect(planGeometry(landscape, { width: 10, height: 4000, fit: "squeeze" }, [], limits).problem).toBeNull();
    expect(planGeometry({ widthPx: 10, heightPx: 40_000 }, { width: 10, fit: "contain" }, [], limits).problem).toBe(
      "too-large",
    );
  });
});

describe("what of the photo is shown", () => {
  const square: GeometryOptions = { width: 300, height: 300, fit: "cover" };
  const cropOf = (options: GeometryOptions, focus: Parameters<typeof planGeometry>[2] = []) =>
    planGeometry(landscape, { ...square, ...options }, focus).crop;

  it("is its middle, or the side named", () => {
    expect(cropOf({})).toEqual({ leftPx: 500, topPx: 0, widthPx: 3000, heightPx: 3000 });
    expect(cropOf({ gravity: { kind: "side", side: "west" } }).leftPx).toBe(0);
    expect(cropOf({ gravity: { kind: "side", side: "northeast" } }).leftPx).toBe(1000);
  });

  it("is around a point, as far as the photo goes", () => {
    expect(cropOf({ gravity: { kind: "point", x: 0.4, y: 0.5 } }).leftPx).toBe(100);
    expect(cropOf({ gravity: { kind: "point", x: 0.99, y: 0.5 } }).leftPx).toBe(1000);
  });

  it("is around all faces that fit in, the largest first", () => {
    const face = { kind: "face" } as const;
    const large = { x: 0.3, y: 0.3, width: 0.2, height: 0.3 };
    const near = { x: 0.55, y: 0.4, width: 0.05, height: 0.05 };
    const far = { x: 0.8, y: 0.4, width: 0.1, height: 0.1 };
    // The window is three eighths of the photo's width: the one far off goes, though it is larger than the one near by.
    const tall = { width: 150, gravity: face };
    expect(cropOf(tall, [far, near, large]).leftPx).toBe(0.45 * 4000 - 750);
    expect(cropOf(tall, [near]).leftPx).toBe(0.575 * 4000 - 750);
  });

  it("is a crop of the crop, and a point is still one of the photo", () => {
    const crop = { unit: "px", x: 2000, y: 0, width: 2000, height: 1000 } as const;
    expect(cropOf({ crop, gravity: { kind: "point", x: 0.55, y: 0 } })).toEqual({
      leftPx: 2000,
      topPx: 0,
      widthPx: 1000,
      heightPx: 1000,
    });
  });

  it("is nothing where the crop is outside", () => {
    const crop = { unit: "px", x: 4000, y: 0, width: 10, height: 10 } as const;
    expect(planGeometry(landscape, { crop }).problem).toBe("crop-outside");
  });

  it("is not decided before somebody looked, where gravity or trim depend on it", () => {
    const auto = { kind: "auto" } as const;
    expect(planGeometry(landscape, { ...square, gravity: auto }).isDecided).toBe(false);
    expect(planGeometry(landscape, { width: 300, gravity: auto }).isDecided).toBe(true);
    expect(planGeometry(landscape, { ...square, gravity: auto }, [{ x: 0, y: 0, width: 1, height: 1 }]).isDecided).toBe(
      true,
    );
    expect(planGeometry(landscape, { trim: 10 }).isDecided).toBe(false);
  });

  it("lies inside of the photo, and on the canvas, whatever is asked for", () => {
    const side = fc.integer({ min: 1, max: 5000 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const options = fc.record(
      {
        width: side,
        height: side,
        fit: fc.constantFrom("scale-down", "contain", "cover", "crop", "pad", "squeeze"),
        gravity: fc.oneof(
          fc.constant({ kind: "auto" }),
          fc.record({ kind: fc.constant("point"), x: share, y: share }),
          fc.record({ kind: fc.constant("side"), side: fc.constantFrom("north", "southwest", "center") }),
        ),
        crop: fc.record({ unit: fc.constant("fraction"), x: share, y: share, width: share, height: share }),
        rotate: fc.constantFrom(90, 180, 270),
        pad: fc.record({ top: fc.nat(50), right: fc.nat(50), bottom: fc.nat(50), left: fc.nat(50) }),
      },
      { requiredKeys: [] },
    ) as fc.Arbitrary<GeometryOptions>;
    const box = fc.record({ x: share, y: share, width: share, height: share });
    fc.assert(
      fc.property(side, side, options, fc.array(box, { maxLength: 3 }), (widthPx, heightPx, wanted, focus) => {
        const limits = { maxSidePx: 4096, maxPixels: 4_000_000 };
        const { crop, canvas, turned, output, problem } = planGeometry({ widthPx, heightPx }, wanted, focus, limits);
        expect(Math.min(crop.leftPx, crop.topPx, canvas.leftPx, canvas.topPx)).toBeGreaterThanOrEqual(0);
        expect(Math.min(crop.widthPx, crop.heightPx, turned.widthPx, turned.heightPx)).toBeGreaterThanOrEqual(1);
        expect(crop.leftPx + crop.widthPx).toBeLessThanOrEqual(widthPx);
        expect(crop.topPx + crop.heightPx).toBeLessThanOrEqual(heightPx);
        expect(canvas.leftPx + turned.widthPx).toBeLessThanOrEqual(canvas.widthPx);
        expect(canvas.topPx + turned.heightPx).toBeLessThanOrEqual(canvas.heightPx);
        if (problem === null) expect(output.widthPx * output.heightPx).toBeLessThanOrEqual(limits.maxPixels);
      }),
    );
  });
});
