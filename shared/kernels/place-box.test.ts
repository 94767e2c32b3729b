// Where a face lies in a render: the same pixels, whatever was cut, resized and turned.
import { expect, it } from "vitest";
import { composeTurns, FLIPS, ROTATIONS } from "./compose-turns.ts";
import { placeBox } from "./place-box.ts";
import { planGeometry } from "./transform-geometry.ts";

const PHOTO = { widthPx: 400, heightPx: 200 };
/** 40 x 20 px at 300, 20: near the right top corner. */
const BOX = { x: 0.75, y: 0.1, width: 0.1, height: 0.1 };

it.each([
  ["as it is", {}, [300, 20, 40, 20]],
  ["at half its size", { width: 200 }, [150, 10, 20, 10]],
  ["cut", { crop: { unit: "px", x: 280, y: 10, width: 100, height: 100 } }, [20, 10, 40, 20]],
  ["cut away", { crop: { unit: "px", x: 0, y: 100, width: 100, height: 100 } }, [300, -80, 40, 20]],
  ["turned right", { rotate: 90 }, [160, 300, 20, 40]],
  ["turned over", { rotate: 180 }, [60, 160, 40, 20]],
  ["turned left", { rotate: 270 }, [20, 60, 20, 40]],
  ["mirrored", { flip: "h" }, [60, 20, 40, 20]],
  ["turned right, then mirrored", { rotate: 90, flip: "h" }, [20, 300, 20, 40]],
  [
    "cut, halved and turned right",
    { crop: { unit: "px", x: 200, y: 0, width: 200, height: 200 }, width: 100, rotate: 90 },
    [80, 50, 10, 20],
  ],
] as const)("lies, %s, where its pixels do", (_name, options, [leftPx, topPx, widthPx, heightPx]) => {
  const { rotate, flip } = options as { rotate?: 90 | 180 | 270; flip?: "h" };
  const rotation = rotate === undefined ? 1 : ROTATIONS[rotate];
  const turn = flip === undefined ? rotation : composeTurns(rotation, FLIPS[flip]);
  const placed = placeBox(BOX, { photo: PHOTO, ...planGeometry(PHOTO, options), turn, marginShare: 0 });
  for (const [own, expected] of [
    [placed.leftPx, leftPx],
    [placed.topPx, topPx],
    [placed.widthPx, widthPx],
    [placed.heightPx, heightPx],
  ] as const)
    expect(own).toBeCloseTo(expected, 6);
});

it("has its margin added on every side", () => {
  const geometry = planGeometry(PHOTO, {});
  const placed = placeBox(BOX, { photo: PHOTO, ...geometry, turn: 1, marginShare: 0.5 });
  expect(placed.leftPx).toBeCloseTo(280, 6);
  expect(placed.topPx).toBeCloseTo(10, 6);
  expect([placed.widthPx, placed.heightPx]).toEqual([80, 40]);
});
