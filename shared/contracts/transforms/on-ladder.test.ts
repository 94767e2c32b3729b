// Which renders are kept, and that counting up any number leaves nothing behind.
import { describe, expect, it } from "vitest";
import { isOnLadder } from "./on-ladder.ts";
import { parseOps } from "./parse-ops.ts";
import { PRESETS } from "./presets.ts";

const ID = "0192f0c1-2345-7abc-8def-0123456789ab";

function isKept(ops: string): boolean {
  const parsed = parseOps(ops, "p.jpg");
  if (parsed.problems !== undefined) throw new Error(JSON.stringify(parsed.problems));
  return isOnLadder(parsed.transform);
}

describe("a render", () => {
  it.each([
    "",
    ...Object.keys(PRESETS),
    "w_1200,h_800,fit_cover,g_auto,q_80,f_webp",
    "w_320,dpr_2",
    "w_320,h_320,fit_pad,bg_fff",
    "w_512,brightness_1.3,contrast_0.7",
    "w_512,blur_2",
    "w_1024,dither_bayer8,pal_gameboy,strength_0.75",
    "w_512,grayscale,flip_h,rot_90",
  ])("with %j is kept", (ops) => {
    expect(isKept(ops)).toBe(true);
  });

  it.each([
    "w_321",
    "w_320,h_201",
    "q_81",
    "brightness_1.31",
    "brightness_9",
    "brightness_1.1,contrast_1.1,gamma_1.1",
    "blur_2.1",
    "pixelate_3",
    "trim_3",
    "strength_0.3",
    "w_100,h_100,fit_cover,g_0.3x0.4",
    "crop_0:0:10:10",
    "pad_1",
    "border_1",
    "bg_fffffe",
    `wm_${ID}`,
    "pal_000000:ffffff",
  ])("with %j is not", (ops) => {
    expect(isKept(ops)).toBe(false);
  });

  it.each([
    ["w", 4096, 1],
    ["q", 100, 1],
    ["brightness", 10, 0.001],
    ["blur", 100, 0.01],
    ["strength", 1, 0.001],
    ["pixelate", 256, 1],
    ["trim", 100, 0.01],
  ])("is kept for few values of %s", (option, most, step) => {
    let kept = 0;
    for (let value = step; value <= most; value += step) {
      const parsed = parseOps(`${option}_${value.toFixed(3)}`, "p.jpg");
      if (parsed.problems === undefined && isOnLadder(parsed.transform)) kept++;
    }
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThanOrEqual(70);
  });
});
