// The pixel kernels in workerd: the module comes precompiled, and answers there as it does everywhere.
import { expect, it } from "vitest";
import { blurPixels } from "./blur-pixels.ts";
import { compositePixels } from "./composite-pixels.ts";
import { createPixels } from "./pixels.ts";
import { pixelsModule } from "./pixels-module.ts";
import { resizePixels } from "./resize-pixels.ts";
import { turnPixels } from "./turn-pixels.ts";

it("resizes, blurs, turns and lays over in workerd", () => {
  const pixels = createPixels(pixelsModule);
  const data = new Uint8Array(64 * 48 * 4).fill(255);
  // Red on the left, blue on the right.
  for (let i = 0; i < 64 * 48; i++) data.set(i % 64 < 32 ? [255, 0, 0] : [0, 0, 255], i * 4);
  const target = pixels.allocate(32, 24);
  resizePixels(pixels, pixels.write({ widthPx: 64, heightPx: 48, data }), target);
  blurPixels(pixels, target, 1.5);
  const turned = turnPixels(pixels, target, 6);
  const white = pixels.write({ widthPx: 4, heightPx: 4, data: new Uint8Array(64).fill(255) });
  compositePixels(pixels, turned, white, { leftPx: 0, topPx: 0, opacity: 0.5 });
  const at = (x: number, y: number) => [...pixels.view(turned).subarray((y * 24 + x) * 4, (y * 24 + x) * 4 + 4)];
  expect([turned.widthPx, turned.heightPx]).toEqual([24, 32]);
  expect(at(0, 0)).toEqual([255, 128, 128, 255]);
  expect(at(12, 4)).toEqual([255, 0, 0, 255]);
  expect(at(12, 28)).toEqual([0, 0, 255, 255]);
  const [red = 0, green = 1, blue = 0] = at(12, 15);
  expect(green).toBe(0);
  expect(red + blue).toBeGreaterThan(253);
  expect(Math.min(red, blue)).toBeGreaterThan(80);
});
