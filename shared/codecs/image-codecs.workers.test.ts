// The port in workerd, on images made here: the library's own encoder, and files written by hand.
import { describe, expect, it } from "vitest";
import { encodeTestJpeg } from "../../tests/fixtures/encode-test-jpeg.ts";
import { RENDITION_WIDTHS, type WebpWidth } from "../contracts/limits.ts";
import {
  exifSegment,
  gifFile,
  heifHeaderOnly,
  ispe,
  joinBytes,
  jpegHeaderOnly,
  jpegSegment,
  pngChunk,
  pngHeaderOnly,
  uint32BE,
  webpFile,
} from "../kernels/hand-written-images.ts";
import { insertJpegIccProfile, readJpegIccProfile } from "../kernels/icc-profile.ts";
import { orientImage } from "../kernels/orient.ts";
import type { RgbaImage } from "../kernels/rgba-image.ts";
import { engineModule } from "./engine/engine-module.ts";
import { createImageCodecs, type RenditionResult } from "./index.ts";
import { createJpegPixels } from "./jpeg-pixels.ts";

const codecs = createImageCodecs();
const pixels = createJpegPixels();
const encodeJpeg = (image: RgbaImage) => encodeTestJpeg(engineModule, image);

/** Left half red, right half blue: tells which way is up after a turn, and survives JPEG. */
function redAndBlue(widthPx: number, heightPx: number): RgbaImage {
  const data = new Uint8Array(widthPx * heightPx * 4);
  for (let i = 0; i < widthPx * heightPx; i++)
    data.set(i % widthPx < widthPx / 2 ? [230, 20, 20, 255] : [20, 20, 230, 255], i * 4);
  return { widthPx, heightPx, data };
}

const render = (bytes: Uint8Array<ArrayBuffer>, sizeBytes = bytes.length): Promise<RenditionResult> =>
  codecs.makeRenditions({ sizeBytes, open: async () => new Blob([bytes]).stream() });

async function renderDone(bytes: Uint8Array<ArrayBuffer>) {
  const result = await render(bytes);
  if (result.kind !== "done") throw new Error(`Expected done. Got ${JSON.stringify(result)}.`);
  return result;
}

/** Inserts segments behind SOI. */
const withSegments = (jpeg: Uint8Array, ...segments: Uint8Array[]) =>
  joinBytes(jpeg.subarray(0, 2), ...segments, jpeg.subarray(2));

async function colorAt(jpeg: Uint8Array, x01: number, y01: number): Promise<string> {
  const { widthPx, heightPx, data } = await pixels.decodeJpeg(jpeg);
  const pos = (Math.floor(y01 * heightPx) * widthPx + Math.floor(x01 * widthPx)) * 4;
  const [red = 0, green = 0, blue = 0] = data.subarray(pos, pos + 3);
  if (red > 200 && green > 200 && blue > 200) return "white";
  return red > blue ? "red" : "blue";
}

/** Nothing but what makes a profile worth copying. */
function rgbProfile(): Uint8Array<ArrayBuffer> {
  const profile = new Uint8Array(200);
  profile.set(uint32BE(200));
  profile.set(joinBytes("RGB "), 16);
  profile.set(joinBytes("acsp"), 36);
  return profile;
}

async function pngFile(image: RgbaImage): Promise<Uint8Array<ArrayBuffer>> {
  const rows = new Uint8Array((image.widthPx * 4 + 1) * image.heightPx);
  for (let y = 0; y < image.heightPx; y++) {
    rows.set(image.data.subarray(y * image.widthPx * 4, (y + 1) * image.widthPx * 4), y * (image.widthPx * 4 + 1) + 1);
  }
  const deflated = await new Response(
    new Blob([rows]).stream().pipeThrough(new CompressionStream("deflate")),
  ).arrayBuffer();
  const chunk = (type: string, body: Uint8Array) => pngChunk(type, body, crc32(joinBytes(type, body)));
  const header = joinBytes(uint32BE(image.widthPx), uint32BE(image.heightPx), [8, 6, 0, 0, 0]);
  return joinBytes(
    "\x89PNG\r\n\x1a\n",
    chunk("IHDR", header),
    chunk("IDAT", new Uint8Array(deflated)),
    chunk("IEND", joinBytes()),
  );
}

function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

describe("makeRenditions", () => {
  it("makes four renditions, none larger than the photo, and a thumbhash", async () => {
    const { facts, renditions, thumbhash } = await renderDone(encodeJpeg(redAndBlue(800, 600)));
    expect(facts).toEqual({
      mime: "image/jpeg",
      widthPx: 800,
      heightPx: 600,
      orientation: 1,
      takenAt: null,
      camera: null,
      latitude: null,
      longitude: null,
    });
    expect(renditions.map((rendition) => rendition.widthPx)).toEqual([...RENDITION_WIDTHS]);
    expect(renditions.map(({ pixelWidth, pixelHeight }) => `${pixelWidth}x${pixelHeight}`)).toEqual([
      "800x600",
      "640x480",
      "320x240",
      "160x120",
    ]);
    for (const { bytes, pixelWidth, pixelHeight, mime } of renditions) {
      expect(mime).toBe("image/jpeg");
      expect(await pixels.decodeJpeg(bytes)).toMatchObject({ widthPx: pixelWidth, heightPx: pixelHeight });
      expect(await colorAt(bytes, 0.2, 0.5)).toBe("red");
      expect(await colorAt(bytes, 0.8, 0.5)).toBe("blue");
    }
    expect(atob(thumbhash).length).toBeGreaterThan(5);
    expect(atob(thumbhash).length).toBeLessThanOrEqual(25);
  });

  it("turns the photo upright exactly once, and says so in the facts", async () => {
    const stored = encodeJpeg(redAndBlue(64, 32));
    // 6: the stored left is seen on top.
    const { facts, renditions } = await renderDone(withSegments(stored, exifSegment(6)));
    expect(facts).toMatchObject({ widthPx: 32, heightPx: 64, orientation: 6 });
    const smallest = renditions[3]?.bytes ?? new Uint8Array();
    expect([await colorAt(smallest, 0.5, 0.2), await colorAt(smallest, 0.5, 0.8)]).toEqual(["red", "blue"]);
    // No EXIF in the output, or a viewer would turn it again.
    expect(String.fromCharCode(...smallest.subarray(0, 400))).not.toContain("Exif");
  });

  it("reads a frame header that lies behind more profiles than the prefix holds", async () => {
    const filler = jpegSegment(0xe5, new Uint8Array(65_000));
    const { facts } = await renderDone(withSegments(encodeJpeg(redAndBlue(64, 32)), filler, filler, filler));
    expect(facts).toMatchObject({ widthPx: 64, heightPx: 32 });
  });

  it("lays transparent pixels on white", async () => {
    const image = redAndBlue(40, 20);
    for (let i = 0; i < image.data.length; i += 4) if ((i / 4) % 40 < 20) image.data[i + 3] = 0;
    const { facts, renditions } = await renderDone(await pngFile(image));
    expect(facts.mime).toBe("image/png");
    const bytes = renditions[3]?.bytes ?? new Uint8Array();
    expect([await colorAt(bytes, 0.2, 0.5), await colorAt(bytes, 0.8, 0.5)]).toEqual(["white", "blue"]);
  });

  it("reads the first frame of a GIF and a lossless WebP", async () => {
    const indices = Array.from({ length: 64 }, (_, i) => (i % 8 < 4 ? 0 : 2));
    const gif = await renderDone(gifFile({ screenPx: [8, 8], framePx: [0, 0, 8, 8], indices }));
    expect(await colorAt(gif.renditions[0]?.bytes ?? new Uint8Array(), 0.9, 0.5)).toBe("blue");
    const webp = await renderDone(joinBytes(atob("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")));
    expect(webp.facts).toMatchObject({ mime: "image/webp", widthPx: 1, heightPx: 1 });
  });

  it("copies a small RGB profile into every rendition", async () => {
    const profile = rgbProfile();
    const { renditions } = await renderDone(joinBytes(insertJpegIccProfile(encodeJpeg(redAndBlue(32, 32)), profile)));
    for (const { bytes } of renditions) expect(readJpegIccProfile(bytes)).toEqual(profile);
  });

  it("caps the height of a scroll", async () => {
    const { renditions } = await renderDone(encodeJpeg(redAndBlue(16, 2000)));
    expect(renditions[3]).toMatchObject({ widthPx: 160, pixelWidth: 5, pixelHeight: 640 });
  });
});

describe("makeWebp", () => {
  const make = (bytes: Uint8Array<ArrayBuffer>, widthPx: WebpWidth) =>
    codecs.makeWebp({ sizeBytes: bytes.length, open: async () => new Blob([bytes]).stream() }, widthPx);

  async function makeDone(bytes: Uint8Array<ArrayBuffer>, widthPx: WebpWidth) {
    const result = await make(bytes, widthPx);
    if (result.kind !== "done") throw new Error(`Expected done. Got ${JSON.stringify(result)}.`);
    return { ...result, bytes: joinBytes(result.bytes) };
  }

  it("makes a picture of the width asked for, never larger than the photo", async () => {
    const jpeg = encodeJpeg(redAndBlue(800, 600));
    for (const [widthPx, size] of [
      [320, { pixelWidth: 320, pixelHeight: 240 }],
      [1280, { pixelWidth: 800, pixelHeight: 600 }],
    ] as const) {
      const webp = await makeDone(jpeg, widthPx);
      expect(webp).toMatchObject(size);
      const { facts, renditions } = await renderDone(webp.bytes);
      expect(facts).toMatchObject({ mime: "image/webp", widthPx: size.pixelWidth, heightPx: size.pixelHeight });
      const seen = renditions[0]?.bytes ?? new Uint8Array();
      expect([await colorAt(seen, 0.2, 0.5), await colorAt(seen, 0.8, 0.5)]).toEqual(["red", "blue"]);
    }
  });

  it("turns the photo upright exactly once, and lays transparent pixels on white", async () => {
    const turned = await makeDone(withSegments(encodeJpeg(redAndBlue(64, 32)), exifSegment(6)), 320);
    const upright = await renderDone(turned.bytes);
    expect(upright.facts).toMatchObject({ widthPx: 32, heightPx: 64, orientation: 1 });
    const seen = upright.renditions[0]?.bytes ?? new Uint8Array();
    expect([await colorAt(seen, 0.5, 0.2), await colorAt(seen, 0.5, 0.8)]).toEqual(["red", "blue"]);

    const image = redAndBlue(40, 20);
    for (let i = 0; i < image.data.length; i += 4) if ((i / 4) % 40 < 20) image.data[i + 3] = 0;
    const opaque = await renderDone((await makeDone(await pngFile(image), 320)).bytes);
    expect(await colorAt(opaque.renditions[0]?.bytes ?? new Uint8Array(), 0.2, 0.5)).toBe("white");
  });

  it("gives the same bytes for the same photo, and carries its profile", async () => {
    const jpeg = joinBytes(insertJpegIccProfile(encodeJpeg(redAndBlue(64, 48)), rgbProfile()));
    const [first, second] = await Promise.all([makeDone(jpeg, 320), makeDone(jpeg, 320)]);
    expect(first.bytes).toEqual(second.bytes);
    expect(String.fromCharCode(...first.bytes.subarray(12, 16))).toBe("VP8X");
    expect(first.bytes.subarray(38, 238)).toEqual(rgbProfile());
    expect(await renderDone(first.bytes)).toMatchObject({ facts: { widthPx: 64, heightPx: 48 } });
  });

  it("refuses what would not fit into memory, and what is no photo", async () => {
    const tall = encodeJpeg(redAndBlue(700, 5000));
    expect(await make(tall, 1280)).toMatchObject({ kind: "failed", reason: "too-large" });
    expect(await make(tall, 320)).toMatchObject({ kind: "done", pixelWidth: 179, pixelHeight: 1280 });
    expect(await make(joinBytes("no photo"), 320)).toMatchObject({ kind: "skipped", reason: "unsupported" });
    expect(await make(pngHeaderOnly(4, 4), 320)).toMatchObject({ kind: "failed", reason: "corrupt" });
  });
});

describe("makeRenditions refuses", () => {
  it.each([
    ["a JPEG bomb", jpegHeaderOnly({ widthPx: 65_500, heightPx: 65_500 })],
    ["a PNG bomb", pngHeaderOnly(30_000, 30_000)],
    ["a GIF bomb", gifFile({ screenPx: [65_535, 65_535], framePx: [0, 0, 1, 1], indices: [0] })],
    ["an AVIF bomb", heifHeaderOnly("avif", ispe(20_000, 20_000))],
  ])("%s by its header, without reading on", async (_, bytes) => {
    let pulls = 0;
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulls++;
        controller.enqueue(pulls === 1 ? joinBytes(bytes, new Uint8Array(65_536)) : new Uint8Array(65_536));
      },
    });
    const result = await codecs.makeRenditions({ sizeBytes: 50_000_000, open: async () => stream });
    expect(result).toMatchObject({ kind: "failed", reason: "too-large" });
    expect(pulls).toBeLessThan(5);
  });

  it.each([
    ["12-bit", { precisionBits: 12 }],
    ["lossless", { marker: 0xc3 }],
    ["arithmetic", { marker: 0xc9 }],
    ["components", { components: 5 }],
  ])("a JPEG no decoder here reads (%s), and tells its facts", async (detail, options) => {
    const result = await render(jpegHeaderOnly({ widthPx: 40, heightPx: 30, ...options }));
    expect(result).toMatchObject({ kind: "skipped", reason: "unsupported", facts: { widthPx: 40, heightPx: 30 } });
    expect("detail" in result ? result.detail : "").toContain(detail);
  });

  it("a HEIC without a thumbnail, and tells its facts", async () => {
    const result = await render(heifHeaderOnly("heic", ispe(4032, 3024)));
    expect(result).toMatchObject({
      kind: "skipped",
      reason: "unsupported",
      facts: { mime: "image/heic", widthPx: 4032 },
    });
  });

  it.each([
    ["nothing", joinBytes()],
    ["SVG", joinBytes("<svg xmlns='http://www.w3.org/2000/svg'/>")],
  ])("%s as unsupported, without facts", async (_, bytes) => {
    expect(await render(bytes)).toMatchObject({ kind: "skipped", reason: "unsupported", facts: null });
  });

  it("a progressive JPEG of thousands of scans", async () => {
    const scans = Array.from({ length: 3000 }, () => [0xff, 0xda, 0, 2]);
    const result = await render(joinBytes(jpegHeaderOnly({ widthPx: 1000, heightPx: 1000, marker: 0xc2 }), ...scans));
    expect(result).toMatchObject({ kind: "failed" });
  });

  it("headers without pixels as corrupt", async () => {
    for (const bytes of [
      jpegHeaderOnly({ widthPx: 40, heightPx: 30 }),
      pngHeaderOnly(4, 4),
      heifHeaderOnly("avif", ispe(8, 8)),
      webpFile(["VP8L", joinBytes([0x2f, 7, 0, 0, 0])]),
    ]) {
      expect(await render(bytes)).toMatchObject({ kind: "failed", reason: "corrupt" });
    }
  });

  it("nothing it could still show: a truncated JPEG is done or corrupt, and ends", async () => {
    const whole = encodeJpeg(redAndBlue(200, 100));
    for (let end = 0; end < whole.length; end += 97) {
      const result = await render(whole.slice(0, end));
      expect(result.kind === "done" || (result.kind === "failed" && result.reason === "corrupt") || end < 3).toBe(true);
    }
  });
});

describe("a codec that failed", () => {
  it("does not spoil the photos behind it, not even those that were waiting", async () => {
    const good = encodeJpeg(redAndBlue(64, 32));
    const hostile = jpegHeaderOnly({ widthPx: 40, heightPx: 30 });
    const png = await pngFile(redAndBlue(8, 8));
    const brokenPng = pngHeaderOnly(4, 4);
    for (let round = 0; round < 3; round++) {
      const results = await Promise.all([hostile, good, hostile, good, brokenPng, png].map((bytes) => render(bytes)));
      expect(results.map((result) => result.kind)).toEqual(["failed", "done", "failed", "done", "failed", "done"]);
    }
  });

  it("leaves faults of the source to the caller", async () => {
    const broken = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new Error("R2 is away")) });
    await expect(codecs.makeRenditions({ sizeBytes: 10, open: async () => broken })).rejects.toThrow("R2 is away");
  });
});

describe("decodeJpeg", () => {
  it("throws for what is no JPEG and for what the engine's memory does not hold", async () => {
    await expect(pixels.decodeJpeg(joinBytes("GIF89a"))).rejects.toThrow("Expected a JPEG");
    await expect(pixels.decodeJpeg(jpegHeaderOnly({ widthPx: 60_000, heightPx: 60_000 }))).rejects.toThrow("too-large");
  });
});

describe("cutFace", () => {
  /** A grey picture with a "face": a square, its upper half red and its lower half blue. */
  function pictureWithFace(
    widthPx: number,
    heightPx: number,
    leftPx: number,
    topPx: number,
    sidePx: number,
  ): RgbaImage {
    const data = new Uint8Array(widthPx * heightPx * 4).fill(255);
    for (let y = topPx; y < topPx + sidePx; y++)
      for (let x = leftPx; x < leftPx + sidePx; x++)
        data.set(y < topPx + sidePx / 2 ? [230, 20, 20, 255] : [20, 20, 230, 255], (y * widthPx + x) * 4);
    return { widthPx, heightPx, data };
  }

  async function cutDone(bytes: Uint8Array<ArrayBuffer>, box: { x: number; y: number; width: number; height: number }) {
    const result = await codecs.cutFace({ sizeBytes: bytes.length, open: async () => new Blob([bytes]).stream() }, box);
    if (result.kind !== "done") throw new Error(`Expected done. Got ${JSON.stringify(result)}.`);
    return result;
  }

  const AROUND_A_FACE = [
    [0.5, 0.3],
    [0.5, 0.7],
    [0.07, 0.5],
    [0.93, 0.5],
    [0.5, 0.07],
    [0.5, 0.93],
  ] as const;
  const looksOf = async (jpeg: Uint8Array) => await Promise.all(AROUND_A_FACE.map(([x, y]) => colorAt(jpeg, x, y)));
  const A_FACE = ["red", "blue", "white", "white", "white", "white"];

  it.each([1, 2, 3, 4, 5, 6, 7, 8] as const)("cuts the face as it is seen, orientation %i", async (orientation) => {
    const seen = pictureWithFace(1200, 900, 700, 150, 200);
    // Swapping by 6 is undone by 8, and the other way round; every other turn is its own inverse.
    const inverse = orientation === 6 ? 8 : orientation === 8 ? 6 : orientation;
    const file = withSegments(encodeJpeg(orientImage(seen, inverse)), exifSegment(orientation));
    const box = { x: 700 / 1200, y: 150 / 900, width: 200 / 1200, height: 200 / 900 };
    const { sidePx, bytes } = await cutDone(file, box);
    expect(sidePx).toBe(256);
    expect(await pixels.decodeJpeg(bytes)).toMatchObject({ widthPx: 256, heightPx: 256 });
    expect(await looksOf(bytes)).toEqual(A_FACE);
  });

  it("does not enlarge, and stays within the picture", async () => {
    const file = encodeJpeg(pictureWithFace(300, 200, 0, 0, 60));
    const { sidePx, bytes } = await cutDone(file, { x: 0, y: 0, width: 0.2, height: 0.3 });
    expect(sidePx).toBe(66);
    expect([await colorAt(bytes, 0.2, 0.2), await colorAt(bytes, 0.2, 0.7), await colorAt(bytes, 0.97, 0.97)]).toEqual([
      "red",
      "blue",
      "white",
    ]);
    const whole = await cutDone(file, { x: 0, y: 0, width: 1, height: 1 });
    expect(whole.sidePx).toBe(200);
    const speck = await cutDone(file, { x: 1, y: 1, width: 0, height: 0 });
    expect(speck.sidePx).toBe(1);
  });

  it("reads PNG, and says of what it cannot read why", async () => {
    const png = await pngFile(pictureWithFace(640, 480, 100, 100, 120));
    const { bytes } = await cutDone(png, { x: 100 / 640, y: 100 / 480, width: 120 / 640, height: 120 / 480 });
    expect(await looksOf(bytes)).toEqual(A_FACE);
    const box = { x: 0, y: 0, width: 1, height: 1 };
    const text = new TextEncoder().encode("no picture");
    const outcome = await codecs.cutFace({ sizeBytes: text.length, open: async () => new Blob([text]).stream() }, box);
    expect(outcome).toMatchObject({ kind: "skipped", reason: "unsupported" });
  });
});
