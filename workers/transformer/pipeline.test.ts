// The pipeline on pictures made here, judged by sharp: what comes out is what was asked for, and shows what it should.
import sharp, { type Sharp } from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import type { ShareBox } from "../../shared/contracts/renders.ts";
import { nodeRenderCodecs } from "../../tests/fixtures/node-render-codecs.ts";
import { runPipeline } from "./pipeline.ts";
import type { RenderCodecs } from "./render-codecs.ts";
import type { RenderTransform } from "./render-state.ts";

const WIDTH = 640;
const HEIGHT = 480;
let codecs: RenderCodecs;

beforeAll(async () => {
  codecs = await nodeRenderCodecs();
}, 60_000);

/** Smooth, and nowhere alike: red grows to the right, green downwards, blue in rings. */
function gradient(): Buffer {
  const data = Buffer.alloc(WIDTH * HEIGHT * 3);
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++) {
      const ring = 128 + 100 * Math.sin(Math.hypot(x - 200, y - 300) / 40);
      data.set([(x / WIDTH) * 255, (y / HEIGHT) * 255, ring], (y * WIDTH + x) * 3);
    }
  return data;
}

const raw = { raw: { width: WIDTH, height: HEIGHT, channels: 3 } } as const;
const photograph = () => sharp(gradient(), raw).jpeg({ quality: 95 });

async function render(
  bytes: Buffer,
  transform: RenderTransform,
  photo = { widthPx: WIDTH, heightPx: HEIGHT },
  focus: ShareBox[] = [],
) {
  const source = { sizeBytes: bytes.length, open: async () => new Blob([new Uint8Array(bytes)]).stream() };
  return await runPipeline(codecs, source, { transform, focus, redact: [], photo, watermark: null });
}

async function done(...args: Parameters<typeof render>) {
  const result = await render(...args);
  if (result.kind !== "done") throw new Error(`Expected done. Got ${JSON.stringify(result)}.`);
  const { data, info } = await sharp(result.bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([result.widthPx, result.heightPx]);
  return { ...result, data };
}

/** Mean difference of samples, 0 to 255. */
function difference(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs((a[i] ?? 0) - (b[i] ?? 0));
  return sum / a.length;
}

/** JPEG at q80 of these smooth pictures costs this much; another pixel's neighbour costs less than a wrong turn by far. */
const MAX_DIFFERENCE = 2;

describe("cut, resized and turned", () => {
  it.each<[string, RenderTransform, (picture: Sharp) => Sharp]>([
    ["by width", { format: "jpg", width: 200 }, (s) => s.resize(200, 150)],
    [
      "to an odd size",
      { format: "jpg", width: 123, height: 77, fit: "squeeze" },
      (s) => s.resize(123, 77, { fit: "fill" }),
    ],
    ["to cover a square", { format: "jpg", width: 160, height: 160, fit: "cover" }, (s) => s.resize(160, 160)],
    [
      "to cover, keeping the west",
      { format: "jpg", width: 100, height: 200, fit: "cover", gravity: { kind: "side", side: "west" } },
      (s) => s.resize(100, 200, { position: "left" }),
    ],
    [
      "by a crop of its own",
      {
        format: "jpg",
        crop: { unit: "px", x: 101, y: 33, width: 301, height: 207 },
        width: 150,
        height: 103,
        fit: "squeeze",
      },
      (s) => s.extract({ left: 101, top: 33, width: 301, height: 207 }).resize(150, 103, { fit: "fill" }),
    ],
    [
      "by a crop in full size",
      { format: "jpg", crop: { unit: "px", x: 101, y: 33, width: 301, height: 207 } },
      (s) => s.extract({ left: 101, top: 33, width: 301, height: 207 }),
    ],
    ["turned a quarter", { format: "jpg", width: 201, rotate: 90 }, (s) => s.resize(201).rotate(90)],
    [
      "turned over and mirrored",
      { format: "jpg", width: 200, rotate: 270, flip: "h" },
      (s) => s.resize(200).rotate(270),
    ],
  ])("%s", async (_, transform, expected) => {
    const bytes = await photograph().toBuffer();
    const result = await done(bytes, transform);
    let reference = await expected(sharp(bytes)).raw().toBuffer();
    if (transform.flip === "h")
      reference = await sharp(reference, { raw: { width: result.widthPx, height: result.heightPx, channels: 3 } })
        .flop()
        .raw()
        .toBuffer();
    expect(result.contentType).toBe("image/jpeg");
    expect(difference(result.data, reference)).toBeLessThan(MAX_DIFFERENCE);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    "upright from orientation %i, and its crop is one of the photo as seen",
    async (orientation) => {
      const bytes = await photograph().withMetadata({ orientation }).toBuffer();
      const upright = sharp(await sharp(bytes).autoOrient().toBuffer());
      const [width, height] = orientation >= 5 ? [HEIGHT, WIDTH] : [WIDTH, HEIGHT];
      const crop = { unit: "px", x: 31, y: 77, width: 351, height: 303 } as const;
      const result = await done(
        bytes,
        { format: "jpg", crop, width: 117, height: 101, fit: "squeeze", rotate: 90 },
        {
          widthPx: width,
          heightPx: height,
        },
      );
      const cut = await upright
        .extract({ left: 31, top: 77, width: 351, height: 303 })
        .resize(117, 101, { fit: "fill" })
        .toBuffer();
      expect(difference(result.data, await sharp(cut).rotate(90).raw().toBuffer())).toBeLessThan(MAX_DIFFERENCE);
    },
  );

  it("from a rendition as from the photo", async () => {
    const bytes = await photograph().resize(320, 240).toBuffer();
    const crop = { unit: "px", x: 320, y: 240, width: 320, height: 240 } as const;
    const result = await done(bytes, { format: "jpg", crop, width: 100 });
    const reference = await photograph().toBuffer();
    const cut = await sharp(reference)
      .extract({ left: 320, top: 240, width: 320, height: 240 })
      .resize(100)
      .raw()
      .toBuffer();
    expect(difference(result.data, cut)).toBeLessThan(MAX_DIFFERENCE);
  });
});

describe("in every format", () => {
  it.each<[RenderTransform["format"], number]>([
    ["jpg", 2],
    ["png", 1],
    ["webp", 3],
    ["avif", 3],
    ["gif", 12],
  ])("%s shows the photo", async (format, most) => {
    const bytes = await photograph().toBuffer();
    const result = await done(bytes, { format, width: 201 });
    expect((await sharp(result.bytes).metadata()).format).toBe(
      format === "jpg" ? "jpeg" : format === "avif" ? "heif" : format,
    );
    expect(difference(result.data, await sharp(bytes).resize(201).raw().toBuffer())).toBeLessThan(most);
  });

  it.each<RenderTransform["format"]>(["png", "webp", "avif", "jpg"])(
    "%s keeps a small profile of colours",
    async (format) => {
      const bytes = await photograph().withIccProfile("p3").toBuffer();
      const { icc } = await sharp(bytes).metadata();
      const result = await done(bytes, { format, width: 100 });
      expect((await sharp(result.bytes).metadata()).icc).toEqual(icc);
    },
  );

  it("a grey PNG is written with one channel", async () => {
    const bytes = await photograph().greyscale().toBuffer();
    const result = await done(bytes, { format: "png", width: 100 });
    expect(await sharp(result.bytes).metadata()).toMatchObject({ channels: 1, width: 100 });
  });
});

describe("metadata", () => {
  const IFD0 = { Copyright: "(c) somebody", Make: "Maker" };
  const IFD3 = { GPSLatitudeRef: "N", GPSLatitude: "51/1 30/1 0/1" };

  it.each<[RenderTransform["format"], RenderTransform["meta"], string[], string[]]>([
    ["jpg", undefined, [], ["somebody", "Maker", "GPS"]],
    ["jpg", "copyright", ["somebody"], ["Maker", "GPS"]],
    ["jpg", "keep", ["somebody", "Maker", "GPS"], []],
    ["png", "keep", ["somebody", "Maker", "GPS"], []],
    ["webp", "keep", ["somebody", "Maker", "GPS"], []],
  ])("in %s with meta %s says what was asked for", async (format, meta, said, unsaid) => {
    const bytes = await photograph().withExif({ IFD0, IFD3 }).toBuffer();
    const { bytes: made } = await done(bytes, { format, width: 100, ...(meta === undefined ? {} : { meta }) });
    const { exif } = await sharp(made).metadata();
    // The pointer to a directory of places, in either order of bytes.
    const hasPlace = exif?.includes(Buffer.of(0x88, 0x25)) || exif?.includes(Buffer.of(0x25, 0x88));
    const whole = `${exif?.toString("latin1") ?? ""}${hasPlace ? "GPS" : ""}`;
    for (const word of said) expect(whole).toContain(word);
    for (const word of unsaid) expect(whole).not.toContain(word);
  });
});

describe("what lets something through", () => {
  /** Opaque on the left, gone on the right, in between half. */
  const seeThrough = () => {
    const data = Buffer.alloc(90 * 60 * 4);
    for (let i = 0; i < 90 * 60; i++) data.set([200, 40, 10, [255, 128, 0][Math.floor((i % 90) / 30)] ?? 0], i * 4);
    return sharp(data, { raw: { width: 90, height: 60, channels: 4 } });
  };
  const size = { widthPx: 90, heightPx: 60 };
  const pixelsOf = async (bytes: Uint8Array) => {
    const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    return (x: number, y = 10) => [...data.subarray((y * info.width + x) * 4, (y * info.width + x) * 4 + 4)];
  };
  const near = (pixel: number[], expected: number[], within = 6) =>
    expect(Math.max(...pixel.map((value, i) => Math.abs(value - (expected[i] ?? 0)))), `${pixel}`).toBeLessThanOrEqual(
      within,
    );

  it.each<["png" | "webp" | "gif" | "avif", RenderTransform["format"]]>([
    ["png", "png"],
    ["png", "webp"],
    ["png", "avif"],
    ["webp", "png"],
    ["gif", "png"],
    ["avif", "webp"],
  ])("stays so from %s to %s", async (from, format) => {
    const bytes = await seeThrough().toFormat(from, { quality: 100 }).toBuffer();
    const result = await render(bytes, { format, width: 45, quality: 90 }, size);
    if (result.kind !== "done") throw new Error(JSON.stringify(result));
    const at = await pixelsOf(result.bytes);
    near(at(5), [200, 40, 10, 255], 12);
    expect(at(40)[3]).toBe(0);
  });

  it("turns with the picture", async () => {
    const bytes = await seeThrough().png().toBuffer();
    const result = await render(bytes, { format: "png", flip: "h" }, size);
    if (result.kind !== "done") throw new Error(JSON.stringify(result));
    const at = await pixelsOf(result.bytes);
    near(at(85), [200, 40, 10, 255]);
    near(at(45), [200, 40, 10, 128]);
    expect(at(5)[3]).toBe(0);
  });

  it("lies on white in a JPEG, on the background anywhere", async () => {
    const bytes = await seeThrough().png().toBuffer();
    const on = async (transform: RenderTransform) => {
      const result = await render(bytes, transform, size);
      if (result.kind !== "done") throw new Error(JSON.stringify(result));
      return await pixelsOf(result.bytes);
    };
    near((await on({ format: "jpg" }))(75), [255, 255, 255, 255]);
    near((await on({ format: "jpg", background: "0000ff" }))(75), [0, 0, 255, 255], 8);
    near((await on({ format: "png", background: "0000ff" }))(45), [100, 20, 132, 255]);
  });
});

describe("dithered", () => {
  const toOneBit = { algorithm: "bayer8", palette: null, strength: 1, serpentine: false, linear: false } as const;

  it("a grey PNG has one bit a pixel, and the photo's tones from afar", async () => {
    const bytes = await photograph().greyscale().toBuffer();
    const result = await done(bytes, { format: "png", width: 320, isGrey: true, dither: toOneBit });
    expect(await sharp(result.bytes).metadata()).toMatchObject({ isPalette: true, bitsPerSample: 1 });
    const dithered = await sharp(result.bytes).greyscale().resize(20, 15, { kernel: "linear" }).raw().toBuffer();
    const reference = await sharp(bytes).greyscale().resize(20, 15, { kernel: "linear" }).raw().toBuffer();
    expect(difference(dithered, reference)).toBeLessThan(6);
  });

  it("a JPEG and a WebP show the palette too", async () => {
    const bytes = await photograph().toBuffer();
    const palette: NonNullable<RenderTransform["dither"]>["palette"] = {
      kind: "colours",
      colours: ["ff0000", "0000ff"],
    };
    const dither = { ...toOneBit, algorithm: "none", palette };
    for (const format of ["jpg", "webp"] as const) {
      const { data } = await done(bytes, { format, width: 64, quality: 95, dither });
      for (let pos = 1; pos < data.length; pos += 3) expect(data[pos]).toBeLessThan(90);
    }
  });
});

describe("what cannot be made", () => {
  it("is a value: not a picture, damaged, outside, too large", async () => {
    const bytes = await photograph().toBuffer();
    const text = Buffer.from("this is a text");
    expect(await render(text, { format: "jpg" })).toMatchObject({ kind: "unmakeable", reason: "unsupported" });
    expect(await render(bytes.subarray(0, 300), { format: "jpg" })).toMatchObject({
      kind: "unmakeable",
      reason: "corrupt",
    });
    const crop = { unit: "px", x: 900, y: 0, width: 10, height: 10 } as const;
    expect(await render(bytes, { format: "jpg", crop })).toMatchObject({ kind: "unmakeable", detail: "crop-outside" });
    expect(await render(bytes, { format: "jpg", width: 10, height: 4097, fit: "squeeze" })).toMatchObject({
      kind: "unmakeable",
      reason: "too-large",
    });
  });
});
