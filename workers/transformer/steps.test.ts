// Steps that look at the picture or put another one on it, seen from outside; and where faces go when a picture turns.
import sharp, { type Sharp } from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import type { ShareBox } from "../../shared/contracts/renders.ts";
import { nodeRenderCodecs } from "../../tests/fixtures/node-render-codecs.ts";
import { type RenderWork, runPipeline } from "./pipeline.ts";
import type { RenderCodecs } from "./render-codecs.ts";
import type { RenderTransform } from "./render-state.ts";

let codecs: RenderCodecs;
beforeAll(async () => {
  codecs = await nodeRenderCodecs();
}, 60_000);

const sourceOf = (bytes: Buffer) => ({
  sizeBytes: bytes.length,
  open: async () => new Blob([new Uint8Array(bytes)]).stream(),
});

async function result(picture: Sharp, transform: RenderTransform, more: Partial<RenderWork> = {}) {
  const bytes = await picture.toBuffer();
  const { width, height } = await sharp(bytes).metadata();
  const work = { transform, focus: [], redact: [], photo: { widthPx: width, heightPx: height }, watermark: null };
  return await runPipeline(codecs, sourceOf(bytes), { ...work, ...more });
}

/** The result's pixels by place. */
async function picture(...args: Parameters<typeof result>) {
  const made = await result(...args);
  if (made.kind !== "done") throw new Error(`Expected done. Got ${JSON.stringify(made)}.`);
  const { data, info } = await sharp(made.bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => [...data.subarray((y * info.width + x) * 4, (y * info.width + x) * 4 + 4)];
  return { widthPx: info.width, heightPx: info.height, at, data };
}

const plain = (width: number, height: number, background: string) =>
  sharp({ create: { width, height, channels: 3, background } });
const box = (width: number, height: number, background: string, left: number, top: number) => ({
  input: { create: { width, height, channels: 3 as const, background } },
  left,
  top,
});
/** White, with a red rectangle of 60x30 at 40, 20. */
const framed = () =>
  plain(160, 120, "#fff")
    .composite([box(60, 30, "#f00", 40, 20)])
    .png();
const RED = [255, 0, 0, 255];
const WHITE = [255, 255, 255, 255];
const near = (pixel: number[], expected: number[], within = 3) =>
  expect(Math.max(...pixel.map((value, i) => Math.abs(value - (expected[i] ?? 0)))), `${pixel}`).toBeLessThanOrEqual(
    within,
  );

describe("what is looked for in the picture", () => {
  it("is the inside of a frame, which is then resized", async () => {
    const trimmed = await picture(framed(), { format: "png", trim: 10 });
    expect([trimmed.widthPx, trimmed.heightPx]).toEqual([60, 30]);
    near(trimmed.at(0, 0), RED);
    const larger = await picture(framed(), { format: "png", trim: 10, width: 120, fit: "contain" });
    expect([larger.widthPx, larger.heightPx]).toEqual([120, 60]);
    near(larger.at(119, 59), RED);
  });

  it("is nothing in a picture of one colour", async () => {
    const { widthPx } = await picture(plain(40, 30, "#00f").png(), { format: "png", trim: 10 });
    expect(widthPx).toBe(40);
  });

  it("is what stands out, where gravity leaves the cut to it", async () => {
    const wide = plain(600, 200, "#888")
      .composite([box(60, 60, "#fd0", 500, 70)])
      .png();
    const square = { format: "png", width: 100, height: 100, fit: "cover" } as const;
    const isYellow = ([red = 0, , blue = 0]: number[]) => red > 200 && blue < 60;
    const countOf = ({ data }: { data: Buffer }) => {
      let count = 0;
      for (let pos = 0; pos < data.length; pos += 4) if (isYellow([...data.subarray(pos, pos + 3)])) count++;
      return count;
    };
    expect(countOf(await picture(wide, square))).toBe(0);
    expect(countOf(await picture(wide, { ...square, gravity: { kind: "auto" } }))).toBeGreaterThan(700);
    // As a JPEG too, which otherwise never becomes pixels.
    expect(countOf(await picture(wide, { ...square, format: "jpg", gravity: { kind: "auto" } }))).toBeGreaterThan(700);
  });
});

describe("canvas and border", () => {
  it("fill the box up, transparent or in the background's colour", async () => {
    const fit = { width: 100, height: 100, fit: "pad" } as const;
    const open = await picture(plain(40, 20, "#f00").png(), { format: "png", ...fit });
    expect([open.widthPx, open.heightPx]).toEqual([100, 100]);
    expect(open.at(50, 10)[3]).toBe(0);
    near(open.at(50, 50), RED);
    const jpeg = await picture(plain(40, 20, "#f00").png(), { format: "jpg", background: "0000ff", ...fit });
    near(jpeg.at(50, 10), [0, 0, 255, 255], 10);
    const white = await picture(plain(40, 20, "#f00").png(), { format: "jpg", ...fit });
    near(white.at(50, 10), WHITE, 10);
  });

  it("go around the turned picture", async () => {
    const pad = { top: 1, right: 2, bottom: 3, left: 4 };
    const around = await picture(plain(40, 20, "#f00").png(), {
      format: "png",
      rotate: 90,
      pad,
      background: "00ff00",
      border: { widthPx: 5, colour: "0000ff" },
    });
    expect([around.widthPx, around.heightPx]).toEqual([20 + 6 + 10, 40 + 4 + 10]);
    near(around.at(4, 4), [0, 0, 255, 255]);
    near(around.at(5 + 3, 30), [0, 255, 0, 255]);
    near(around.at(5 + 4, 5 + 1), RED);
  });
});

describe("redacting", () => {
  const face: ShareBox = { x: 40 / 160, y: 20 / 120, width: 60 / 160, height: 30 / 120 };
  const turns = [undefined, 90, 180, 270] as const;
  it.each(turns.flatMap((rotate) => [undefined, "h", "v"].map((flip) => [rotate, flip] as const)))(
    "covers the face wherever it went: rotated %s, flipped %s",
    async (rotate, flip) => {
      const turned = {
        ...(rotate === undefined ? {} : { rotate }),
        ...(flip === undefined ? {} : { flip: flip as "h" | "v" }),
      };
      const { data } = await picture(
        framed(),
        {
          format: "png",
          crop: { unit: "px", x: 20, y: 10, width: 120, height: 100 },
          width: 240,
          fit: "contain",
          redactFaces: "fill",
          ...turned,
        },
        { redact: [face] },
      );
      for (let pos = 0; pos < data.length; pos += 4)
        if ((data[pos] ?? 0) > 150 && (data[pos + 1] ?? 0) < 100) throw new Error(`red is left at ${pos / 4}`);
    },
  );
});

describe("a watermark", () => {
  const mark = { photoId: "00000000-0000-7000-8000-000000000002", opacity: 1, scale: 0.25 };
  const watermarkOf = (position: "southeast" | "center", opacity = 1) =>
    ({ ...mark, position, opacity }) as NonNullable<RenderTransform["watermark"]>;
  const logo = async () => sourceOf(await plain(80, 40, "#f00").png().toBuffer());

  it("lies where it should, as wide as it should", async () => {
    const transform = { format: "png", watermark: watermarkOf("southeast") } as const;
    const { at } = await picture(plain(200, 100, "#fff").png(), transform, { watermark: logo });
    near(at(198, 98), RED);
    near(at(152, 77), RED);
    near(at(147, 90), WHITE);
    near(at(180, 72), WHITE);
  });

  it("lets through what its opacity says, also on what was dithered", async () => {
    const dither = { algorithm: "none", palette: null, strength: 1, serpentine: false, linear: false } as const;
    const transform = { format: "png", watermark: watermarkOf("center", 0.5), dither } as const;
    const { at } = await picture(plain(200, 100, "#fff").png(), transform, { watermark: logo });
    near(at(100, 50), [255, 128, 128, 255]);
  });

  it("that is gone is told", async () => {
    const made = await result(framed(), { format: "png", watermark: watermarkOf("center") });
    expect(made).toMatchObject({ kind: "unmakeable", reason: "unsupported" });
  });
});
