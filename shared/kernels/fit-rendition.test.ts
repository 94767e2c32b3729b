import { describe, expect, it } from "vitest";
import { fitRendition } from "./fit-rendition.ts";

describe("fitRendition", () => {
  it.each([
    ["a landscape", 4032, 3024, 1280, 1280, 960],
    ["a portrait", 3024, 4032, 320, 320, 427],
    ["a small image, unenlarged", 300, 200, 640, 300, 200],
    ["a scroll at the cap exactly", 1000, 4000, 160, 160, 640],
    ["a longer scroll, shrunk to the cap", 1000, 8000, 160, 80, 640],
    ["a narrow scroll below the nominal width", 100, 10_000, 160, 6, 640],
    ["a hair", 1, 65_535, 160, 1, 640],
    ["a ribbon", 65_535, 1, 160, 160, 1],
    ["one pixel", 1, 1, 1280, 1, 1],
  ])("fits %s: %ix%i into %i as %ix%i", (_, widthPx, heightPx, nominal, fitWidth, fitHeight) => {
    expect(fitRendition({ widthPx, heightPx }, nominal, 4)).toEqual({ widthPx: fitWidth, heightPx: fitHeight });
  });
});
