// Every effect at every size keeps to its own picture: what lies before and behind stays, and scratch memory is given back.
import fc from "fast-check";
import { expect, it } from "vitest";
import { pixels } from "../../../tests/fixtures/change-picture.ts";
import { makePicture, paint } from "../../../tests/fixtures/rgba-pictures.ts";
import { blurPixels, sharpenPixels } from "./blur-pixels.ts";
import { colourPixels } from "./colour-pixels.ts";
import { compositePixels } from "./composite-pixels.ts";
import { fillRect } from "./fill-rect.ts";
import { findTrimBox } from "./find-trim-box.ts";
import { flattenPixels } from "./flatten-pixels.ts";
import { pixelatePixels } from "./pixelate-pixels.ts";
import type { PixelImage } from "./pixels.ts";
import { redactPixels } from "./redact-pixels.ts";
import { resizePixels } from "./resize-pixels.ts";
import { turnPixels } from "./turn-pixels.ts";

const COLOUR = { red: 1, green: 2, blue: 3, alpha: 200 };
const GUARD = makePicture(5, 3, 7);

type Effect = (image: PixelImage, amount01: number, guard: PixelImage) => void;

const box = (image: PixelImage, share: number) => ({
  leftPx: Math.floor(share * image.widthPx) - 2,
  topPx: Math.floor((1 - share) * image.heightPx) - 2,
  widthPx: 1 + Math.floor(share * image.widthPx),
  heightPx: image.heightPx,
});

const EFFECTS: Readonly<Record<string, Effect>> = {
  blur: (image, amount) => blurPixels(pixels, image, 0.3 + amount * 60),
  sharpen: (image, amount) => sharpenPixels(pixels, image, 0.1 + amount * 9),
  pixelate: (image, amount) => pixelatePixels(pixels, image, 2 + Math.floor(amount * 254)),
  colour: (image, amount) => colourPixels(pixels, image, { gamma: 0.1 + amount, saturation: amount * 10 }),
  flatten: (image) => flattenPixels(pixels, image, COLOUR),
  fill: (image, amount) => fillRect(pixels, image, box(image, amount), COLOUR),
  composite: (image, amount, guard) =>
    compositePixels(pixels, image, guard, { ...box(image, amount), opacity: amount }),
  redact: (image, amount) => redactPixels(pixels, image, [box(image, amount)], amount < 0.5 ? "blur" : "pixelate"),
  trim: (image, amount) => void findTrimBox(pixels, image, amount * 100),
  turn: (image, amount) => void turnPixels(pixels, image, (1 + Math.floor(amount * 7.99)) as 1),
  resize: (image, amount) => {
    const start = pixels.mark();
    const source = pixels.allocate(1 + Math.floor(amount * 90), 1 + Math.floor((1 - amount) * 60));
    pixels.view(source).fill(100);
    resizePixels(pixels, source, image);
    pixels.release(start);
  },
};

it.each(Object.entries(EFFECTS))("%s touches nothing but its picture", (_name, effect) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 70 }),
      fc.integer({ min: 1, max: 40 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.boolean(),
      (widthPx, heightPx, amount, isClear) => {
        const start = pixels.mark();
        const before = pixels.write(GUARD);
        const picture = paint(widthPx, heightPx, (x, y) => [x * 3, y * 5, x ^ y, isClear ? (x * y) & 255 : 255]);
        const image = pixels.write(picture);
        // The kernels may write into the slack between pictures, never into the next one.
        const behind = pixels.write(GUARD);
        const top = pixels.mark();
        effect(image, amount, before);
        expect(pixels.mark()).toBe(top);
        expect(pixels.read(before)).toEqual(GUARD);
        expect(pixels.read(behind)).toEqual(GUARD);
        pixels.release(start);
      },
    ),
    { numRuns: 60, seed: 6 },
  );
});
