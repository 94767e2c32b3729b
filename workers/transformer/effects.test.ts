// Effects through the pipeline: each does to the photo what its option says, in the order that is promised, and only where asked.
import sharp, { type Sharp } from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import type { ShareBox } from "../../shared/contracts/renders.ts";
import { nodeRenderCodecs } from "../../tests/fixtures/node-render-codecs.ts";
import { runPipeline } from "./pipeline.ts";
import type { RenderCodecs } from "./render-codecs.ts";
import type { RenderTransform } from "./render-state.ts";

const WIDTH = 160;
const HEIGHT = 120;
/** Kernels that have changed are compiled first. */
const BUILD_TIMEOUT_MS = 120_000;
let codecs: RenderCodecs;

beforeAll(async () => {
  codecs = await nodeRenderCodecs();
}, BUILD_TIMEOUT_MS);

type Pixel = readonly [number, number, number, number];

function png(at: (x: number, y: number) => Pixel, width = WIDTH, height = HEIGHT): Sharp {
  const data = Buffer.alloc(width * height * 4);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set(at(x, y), (y * width + x) * 4);
  return sharp(data, { raw: { width, height, channels: 4 } }).png();
}

/** Slopes and a hard edge, opaque. */
const scene = (x: number, y: number): Pixel => [(x * 1.5) & 255, (y * 2) & 255, x > 80 ? 200 : 40, 255];

async function render(source: Sharp, transform: Omit<RenderTransform, "format">, redact: ShareBox[] = []) {
  const bytes = await source.toBuffer();
  const { width, height } = await sharp(bytes).metadata();
  const result = await runPipeline(
    codecs,
    { sizeBytes: bytes.length, open: async () => new Blob([new Uint8Array(bytes)]).stream() },
    {
      transform: { ...transform, format: "png" },
      focus: [],
      redact,
      photo: { widthPx: width, heightPx: height },
      watermark: null,
    },
  );
  if (result.kind !== "done") throw new Error(`Expected done. Got ${JSON.stringify(result)}.`);
  const { data, info } = await sharp(result.bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([result.widthPx, result.heightPx]);
  const at = (x: number, y: number) => [...data.subarray((y * info.width + x) * 4, (y * info.width + x) * 4 + 4)];
  return { width: info.width, height: info.height, data, at };
}

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((sum, level, i) => sum + Math.abs(level - (b[i] as number)), 0) / a.length;
}

describe("effects", () => {
  it.each([0.8, 2.5, 9])("blur as sharp does, by %f px", async (blur) => {
    const { data } = await render(png(scene), { blur });
    const expected = await png(scene).toBuffer();
    const reference = await sharp(expected).blur(blur).raw().toBuffer();
    expect(meanDifference(data, reference)).toBeLessThan(1);
  });

  it("multiply brightness, stretch contrast, bend gamma and drain colour", async () => {
    const flat = () => png(() => [100, 60, 20, 255], 16, 16);
    expect((await render(flat(), { brightness: 1.5 })).at(3, 3)).toEqual([150, 90, 30, 255]);
    expect((await render(flat(), { contrast: 2 })).at(3, 3)).toEqual([73, 0, 0, 255]);
    expect((await render(flat(), { gamma: 2 })).at(3, 3)).toEqual([160, 124, 71, 255]);
    expect((await render(flat(), { saturation: 0 })).at(3, 3)).toEqual([67, 67, 67, 255]);
    expect((await render(flat(), { isGrey: true })).at(3, 3)).toEqual([67, 67, 67, 255]);
  });

  it("sharpen edges, and nothing flat", async () => {
    const edge = () => png((x) => (x < 32 ? [80, 80, 80, 255] : [160, 160, 160, 255]), 64, 16);
    const { at } = await render(edge(), { sharpen: 1 });
    expect(at(8, 8)).toEqual([80, 80, 80, 255]);
    expect(at(60, 8)).toEqual([160, 160, 160, 255]);
    expect(at(31, 8)[0]).toBeLessThan(70);
    expect(at(32, 8)[0]).toBeGreaterThan(170);
  });

  it("pixelate to blocks of the result's pixels", async () => {
    const { at } = await render(png(scene), { width: 80, pixelate: 16 });
    expect(at(0, 0)).toEqual(at(15, 15));
    expect(at(15, 15)).not.toEqual(at(16, 15));
    expect(at(15, 15)).not.toEqual(at(15, 16));
  });

  it.each(["blur", "pixelate", "fill"] as const)("redact faces by %s where they are after turning", async (method) => {
    const face = { x: 0.7, y: 0.1, width: 0.2, height: 0.2 };
    const plain = await render(png(scene), { rotate: 90 });
    const { data, width, at } = await render(png(scene), { rotate: 90, redactFaces: method }, [face]);
    // With its margin the box covers x 105.6 to 150.4 and y 7.2 to 40.8 of the photo.
    const isCovered = (x: number, y: number) => x >= 79 && x < 113 && y >= 105 && y < 151;
    let changed = 0;
    for (let i = 0; i < data.length / 4; i++) {
      const [x, y] = [i % width, Math.floor(i / width)];
      if (at(x, y).join() === plain.at(x, y).join()) continue;
      if (!isCovered(x, y)) throw new Error(`${x}, ${y} changed`);
      changed++;
    }
    expect(changed).toBeGreaterThan(34 * 46 * 0.5);
  });

  it("redact nobody where no face is known", async () => {
    const { data } = await render(png(scene), { redactFaces: "fill" });
    expect(data).toEqual((await render(png(scene), {})).data);
  });

  it("pad to the box and inward sides, with a border around, in the colours asked for", async () => {
    const { width, height, at } = await render(
      png(() => [9, 9, 9, 255]),
      {
        width: 100,
        height: 100,
        fit: "pad",
        background: "00ff00",
        border: { widthPx: 3, colour: "ff0000" },
        pad: { top: 1, right: 2, bottom: 3, left: 4 },
      },
    );
    expect([width, height]).toEqual([112, 110]);
    expect(at(2, 50)).toEqual([255, 0, 0, 255]);
    expect(at(111, 109)).toEqual([255, 0, 0, 255]);
    expect(at(3, 50)).toEqual([0, 255, 0, 255]);
    expect(at(50, 10)).toEqual([0, 255, 0, 255]);
    expect(at(50, 50)).toEqual([9, 9, 9, 255]);
  });

  it("leave what is added around transparent where no colour is asked for", async () => {
    const { at } = await render(png(scene), { pad: { top: 2, right: 0, bottom: 0, left: 0 } });
    expect(at(5, 1)).toEqual([0, 0, 0, 0]);
    expect(at(5, 2)[3]).toBe(255);
  });

  it("change the photo and not the background behind it", async () => {
    const half = png((x) => (x < 80 ? [100, 100, 100, 255] : [0, 0, 0, 0]));
    const { at } = await render(half, { brightness: 2, background: "406080" });
    expect(at(10, 10)).toEqual([200, 200, 200, 255]);
    expect(at(150, 10)).toEqual([0x40, 0x60, 0x80, 255]);
  });
});
