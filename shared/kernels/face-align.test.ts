import { describe, expect, it } from "vitest";
import { ARCFACE_FRAME } from "./arcface-frame.ts";
import { alignFace, fitSimilarity } from "./face-align.ts";

const { sidePx: SIDE_PX, template: TEMPLATE } = ARCFACE_FRAME;

type Points = [number, number][];

/** Rotates by `angle`, scales, shifts. */
function moved(
  points: readonly (readonly [number, number])[],
  angle: number,
  scale: number,
  shift: [number, number],
): Points {
  const cosine = Math.cos(angle) * scale;
  const sine = Math.sin(angle) * scale;
  return points.map(([x, y]) => [cosine * x - sine * y + shift[0], sine * x + cosine * y + shift[1]]);
}

describe("fitSimilarity", () => {
  it.each([0, 0.3, Math.PI / 2, -2.5])("recovers a rotation of %d rad with scale and shift", (angle) => {
    const fit = fitSimilarity(TEMPLATE, moved(TEMPLATE, angle, 1.7, [-12, 40]));
    expect(fit.cosine).toBeCloseTo(1.7 * Math.cos(angle), 9);
    expect(fit.sine).toBeCloseTo(1.7 * Math.sin(angle), 9);
    expect(fit.shiftX).toBeCloseTo(-12, 7);
    expect(fit.shiftY).toBeCloseTo(40, 7);
  });

  it("does not mirror: the best fit of a mirrored pair has a smaller scale instead", () => {
    const fit = fitSimilarity(
      [
        [0, 0],
        [2, 0],
        [0, 1],
      ],
      [
        [0, 0],
        [-2, 0],
        [0, 1],
      ],
    );
    expect(fit.cosine ** 2 + fit.sine ** 2).toBeLessThan(1);
  });

  it("rejects points that coincide or do not pair up", () => {
    expect(() =>
      fitSimilarity(
        [
          [1, 1],
          [1, 1],
        ],
        [
          [0, 0],
          [1, 1],
        ],
      ),
    ).toThrow("Expecting 2 distinct points");
    expect(() =>
      fitSimilarity(
        [[1, 1]],
        [
          [0, 0],
          [1, 1],
        ],
      ),
    ).toThrow("Expecting 2 points. Got 1.");
  });
});

describe("alignFace", () => {
  const gradient = (sidePx: number) => {
    const data = new Uint8Array(sidePx * sidePx * 4);
    for (let y = 0; y < sidePx; y++) for (let x = 0; x < sidePx; x++) data.set([x, y, 7, 255], (y * sidePx + x) * 4);
    return { widthPx: sidePx, heightPx: sidePx, data };
  };
  const at = (aligned: Uint8ClampedArray, x: number, y: number) => [
    ...aligned.subarray((y * SIDE_PX + x) * 3).subarray(0, 3),
  ];

  it("copies a face that already lies in the frame", () => {
    const aligned = alignFace(gradient(SIDE_PX), TEMPLATE, ARCFACE_FRAME);
    expect(at(aligned, 0, 0)).toEqual([0, 0, 7]);
    expect(at(aligned, 40, 90)).toEqual([40, 90, 7]);
    expect(at(aligned, 111, 111)).toEqual([111, 111, 7]);
  });

  it("brings an upside-down face of double size upright", () => {
    const landmarks = moved(TEMPLATE, Math.PI, 2, [230, 240]);
    const aligned = alignFace(gradient(250), landmarks, ARCFACE_FRAME);
    expect(at(aligned, 20, 30)).toEqual([230 - 40, 240 - 60, 7]);
  });

  it("samples between pixels", () => {
    const landmarks = moved(TEMPLATE, 0, 0.5, [10, 20]);
    expect(at(alignFace(gradient(120), landmarks, ARCFACE_FRAME), 51, 41)).toEqual([36, 40, 7]);
  });

  it("fills a frame of another size by its own template", () => {
    const half = { sidePx: SIDE_PX / 2, template: TEMPLATE.map(([x, y]) => [x / 2, y / 2] as const) };
    const aligned = alignFace(gradient(SIDE_PX), TEMPLATE, half);
    expect(aligned).toHaveLength(56 * 56 * 3);
    expect([...aligned.subarray((45 * 56 + 20) * 3).subarray(0, 3)]).toEqual([40, 90, 7]);
  });

  it("is black outside the image", () => {
    const landmarks = moved(TEMPLATE, 0, 1, [-60, 0]);
    const aligned = alignFace(gradient(SIDE_PX), landmarks, ARCFACE_FRAME);
    expect(at(aligned, 30, 50)).toEqual([0, 0, 0]);
    expect(at(aligned, 80, 50)).toEqual([20, 50, 7]);
  });

  it("rejects pixels that are not the image they claim to be", () => {
    expect(() => alignFace({ widthPx: 9, heightPx: 9, data: new Uint8Array(9) }, TEMPLATE, ARCFACE_FRAME)).toThrow(
      "Got 9.",
    );
  });
});
