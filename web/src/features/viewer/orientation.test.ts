// Turning and mirroring, checked on the corners of a picture.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mirror, type Orientation, orientationOptions, quarterTurn, UPRIGHT } from "./orientation.ts";

/** Corners clockwise from the upper left. */
type Corners = readonly [string, string, string, string];
const START: Corners = ["a", "b", "c", "d"];
const turned = ([a, b, c, d]: Corners): Corners => [d, a, b, c];
const mirroredH = ([a, b, c, d]: Corners): Corners => [b, a, d, c];
const mirroredV = ([a, b, c, d]: Corners): Corners => [d, c, b, a];

/** As the transform does it: turned first, mirrored after. */
function drawn(orientation: Orientation): Corners {
  const { rotate = 0, flip } = orientationOptions(orientation);
  let corners = START;
  for (let at = 0; at < rotate; at += 90) corners = turned(corners);
  return flip === "h" ? mirroredH(corners) : corners;
}

const ACTS = {
  right: { seen: turned, did: (held: Orientation) => quarterTurn(held, true) },
  left: {
    seen: (corners: Corners) => turned(turned(turned(corners))),
    did: (held: Orientation) => quarterTurn(held, false),
  },
  h: { seen: mirroredH, did: (held: Orientation) => mirror(held, "h") },
  v: { seen: mirroredV, did: (held: Orientation) => mirror(held, "v") },
} as const;

describe("turning and mirroring", () => {
  it("does to what is seen what the button says, in any order", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("right" as const, "left" as const, "h" as const, "v" as const)), (names) => {
        let seen = START;
        let held = UPRIGHT;
        for (const name of names) {
          seen = ACTS[name].seen(seen);
          held = ACTS[name].did(held);
          expect(drawn(held)).toEqual(seen);
        }
      }),
    );
  });
});
