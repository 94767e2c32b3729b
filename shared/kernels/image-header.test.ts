import { describe, expect, it } from "vitest";
import {
  exifSegment,
  gifFile,
  heifHeaderOnly,
  isoBox,
  ispe,
  joinBytes,
  jpegHeaderOnly,
  jpegSegment,
  makeRandom,
  pngChunk,
  pngHeaderOnly,
  tiffWithOrientation,
  uint32BE,
  webpCanvas,
  webpFile,
} from "./hand-written-images.ts";
import { parseImageHeader, seenSize } from "./image-header.ts";

const SAMPLES: Record<string, Uint8Array<ArrayBuffer>> = {
  jpeg: jpegHeaderOnly({ widthPx: 4000, heightPx: 3000, segments: [exifSegment(6)] }),
  png: pngHeaderOnly(640, 480, pngChunk("eXIf", tiffWithOrientation(3)), pngChunk("IEND", joinBytes())),
  webp: webpFile(["VP8X", webpCanvas(1000, 500, 8)], ["EXIF", tiffWithOrientation(8)]),
  gif: gifFile({ screenPx: [2, 2], framePx: [0, 0, 2, 2], indices: [0, 1, 2, 3], transparentIndex: 3 }),
  avif: heifHeaderOnly("avif", ispe(800, 600), isoBox("irot", [1])),
  heic: heifHeaderOnly("heic", ispe(4032, 3024), isoBox("irot", [3])),
};

function header(bytes: Uint8Array) {
  const result = parseImageHeader(bytes);
  if (typeof result === "string") throw new Error(`Expected a header. Got "${result}".`);
  return result;
}

describe("parseImageHeader", () => {
  it.each([
    ["jpeg", 4000, 3000, 6],
    ["png", 640, 480, 3],
    ["webp", 1000, 500, 8],
    ["gif", 2, 2, undefined],
    ["avif", 800, 600, 8],
    ["heic", 4032, 3024, 6],
  ])("reads size and orientation of %s", (format, widthPx, heightPx, orientation) => {
    const result = header(SAMPLES[format] as Uint8Array);
    expect(result).toMatchObject({ format, widthPx, heightPx });
    expect(result.orientation).toBe(orientation);
  });

  it("swaps the seen size where the orientation does", () => {
    expect(seenSize(header(SAMPLES.heic as Uint8Array))).toEqual({ widthPx: 3024, heightPx: 4032 });
    expect(seenSize(header(SAMPLES.png as Uint8Array))).toEqual({ widthPx: 640, heightPx: 480 });
  });

  it("calls what is not on the list unknown", () => {
    expect(parseImageHeader(joinBytes("II", [42, 0, 8, 0, 0, 0]))).toBe("unknown");
    expect(parseImageHeader(joinBytes())).toBe("unknown");
  });

  it.each(Object.keys(SAMPLES))("of %s cut at every byte tells the same size, or that it is incomplete", (format) => {
    const bytes = SAMPLES[format] as Uint8Array;
    const { widthPx, heightPx } = header(bytes);
    for (let end = 0; end < bytes.length; end++) {
      const result = parseImageHeader(bytes.slice(0, end));
      if (typeof result === "string") expect(["unknown", "incomplete"]).toContain(result);
      else expect(result).toMatchObject({ widthPx, heightPx });
    }
  });

  it.each(Object.keys(SAMPLES))(
    "of %s with random bytes changed neither throws nor invents a size of zero",
    (format) => {
      const random = makeRandom(20_261_121);
      for (let round = 0; round < 3000; round++) {
        const bytes = (SAMPLES[format] as Uint8Array).slice();
        for (let flips = 1 + Math.floor(random() * 6); flips > 0; flips--) {
          bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
        }
        const result = parseImageHeader(bytes.subarray(0, Math.floor(random() * (bytes.length + 1))));
        if (typeof result === "string") continue;
        const { widthPx, heightPx } = seenSize(result);
        expect(Number.isInteger(widthPx) && widthPx >= 1 && Number.isInteger(heightPx) && heightPx >= 1).toBe(true);
      }
    },
  );
});

describe("JPEG", () => {
  it("asks for more when the frame lies behind profiles larger than the prefix", () => {
    const profile = jpegSegment(0xe2, new Uint8Array(65_000));
    const bytes = jpegHeaderOnly({ widthPx: 10, heightPx: 20, segments: [profile, profile] });
    expect(parseImageHeader(bytes.subarray(0, 65_536))).toBe("incomplete");
    expect(header(bytes)).toMatchObject({ widthPx: 10, heightPx: 20 });
  });

  it("takes no size from a thumbnail inside APP1", () => {
    const thumbnail = jpegSegment(0xe1, joinBytes("Exif\0\0", jpegHeaderOnly({ widthPx: 160, heightPx: 120 })));
    expect(header(jpegHeaderOnly({ widthPx: 4000, heightPx: 3000, segments: [thumbnail] })).widthPx).toBe(4000);
  });

  it.each([
    [0xc0, "baseline", false],
    [0xc1, "extended", false],
    [0xc2, "progressive", false],
    [0xc3, "lossless", false],
    [0xc5, "hierarchical", false],
    [0xc9, "extended", true],
    [0xca, "progressive", true],
  ])("tells the coding of frame marker %i", (marker, process, isArithmetic) => {
    const bytes = jpegHeaderOnly({ widthPx: 8, heightPx: 8, marker, precisionBits: 12, components: 4 });
    expect(header(bytes).jpegCoding).toEqual({ process, isArithmetic, precisionBits: 12, components: 4 });
  });

  it.each([
    ["no frame before the scan", joinBytes([0xff, 0xd8, 0xff, 0xda, 0, 2])],
    ["nothing but an end", joinBytes([0xff, 0xd8, 0xff, 0xd9])],
    ["a width of 0", jpegHeaderOnly({ widthPx: 0, heightPx: 8 })],
    ["a height of 0", jpegHeaderOnly({ widthPx: 8, heightPx: 0 })],
    ["a segment shorter than its own length", joinBytes([0xff, 0xd8, 0xff, 0xe0, 0, 1, 0xff, 0xd9])],
  ])("calls %s corrupt", (_, bytes) => {
    expect(parseImageHeader(bytes)).toBe("corrupt");
  });

  it.each([0, 9, 255])("ignores orientation %i", (orientation) => {
    const bytes = jpegHeaderOnly({ widthPx: 8, heightPx: 8, segments: [exifSegment(orientation)] });
    expect(header(bytes).orientation).toBeUndefined();
  });
});

describe("PNG", () => {
  it("counts the frames of an APNG", () => {
    const animation = pngChunk("acTL", joinBytes(uint32BE(7), uint32BE(0)));
    expect(header(pngHeaderOnly(4, 4, animation)).frames).toBe(7);
  });

  it("refuses sizes and depths outside the standard", () => {
    expect(parseImageHeader(pngHeaderOnly(0, 4))).toBe("corrupt");
    expect(parseImageHeader(pngHeaderOnly(4, 0x80000000))).toBe("corrupt");
    const odd = pngHeaderOnly(4, 4);
    odd[24] = 3;
    expect(parseImageHeader(odd)).toBe("corrupt");
  });
});

describe("WebP", () => {
  it("reads lossy and lossless frame sizes", () => {
    const lossy = joinBytes([0x10, 0, 0, 0x9d, 1, 0x2a, 0x40, 1, 0xf0, 0]);
    expect(header(webpFile(["VP8 ", lossy]))).toMatchObject({ widthPx: 320, heightPx: 240 });
    const bits = (320 - 1) | ((240 - 1) << 14);
    const lossless = joinBytes([0x2f, bits & 255, (bits >> 8) & 255, (bits >> 16) & 255, (bits >> 24) & 255]);
    expect(header(webpFile(["VP8L", lossless]))).toMatchObject({ widthPx: 320, heightPx: 240 });
  });

  it("tells an animation", () => {
    expect(header(webpFile(["VP8X", webpCanvas(10, 10, 2)])).frames).toBe(2);
  });
});

describe("GIF", () => {
  it("grows the screen to hold its first frame", () => {
    const bytes = gifFile({ screenPx: [0, 0], framePx: [1, 2, 2, 1], indices: [0, 1] });
    expect(header(bytes)).toMatchObject({ widthPx: 3, heightPx: 3 });
  });

  it("calls a file without a frame corrupt", () => {
    expect(parseImageHeader(joinBytes("GIF89a", [1, 0, 1, 0, 0, 0, 0, 0x3b]))).toBe("corrupt");
  });
});

describe("HEIF", () => {
  // The table Pillow and libavif use: irot counts anticlockwise, imir 0 exchanges top and bottom, 1 left and right.
  it.each([
    [0, null, undefined],
    [1, null, 8],
    [2, null, 3],
    [3, null, 6],
    [0, 0, 4],
    [0, 1, 2],
    [1, 0, 5],
    [1, 1, 7],
    [2, 0, 2],
    [2, 1, 4],
    [3, 0, 7],
    [3, 1, 5],
  ])("composes irot %i and imir %s to %s", (quarters, axis, orientation) => {
    const turns = [isoBox("irot", [quarters]), ...(axis === null ? [] : [isoBox("imir", [axis])])];
    expect(header(heifHeaderOnly("avif", ispe(8, 4), ...turns)).orientation).toBe(orientation);
  });

  it("crops to the clean aperture before it turns", () => {
    const clap = isoBox("clap", ...[4, 1, 2, 1, 1, 1, 0, 1].map(uint32BE));
    const result = header(heifHeaderOnly("avif", ispe(8, 4), clap, isoBox("irot", [1])));
    expect(result.crop).toEqual({ leftPx: 3, topPx: 1, widthPx: 4, heightPx: 2 });
    expect(seenSize(result)).toEqual({ widthPx: 2, heightPx: 4 });
  });

  it("ignores an aperture outside the picture", () => {
    const clap = isoBox("clap", ...[9, 1, 2, 1, 0, 1, 0, 1].map(uint32BE));
    expect(header(heifHeaderOnly("avif", ispe(8, 4), clap)).crop).toBeUndefined();
  });

  it("asks for more while meta may still come, and gives up on a box that cannot be walked", () => {
    const file = joinBytes(SAMPLES.avif as Uint8Array);
    const ftypBytes = 24;
    expect(
      parseImageHeader(joinBytes(file.subarray(0, ftypBytes), isoBox("free", new Uint8Array(100)).subarray(0, 50))),
    ).toBe("incomplete");
    expect(parseImageHeader(heifHeaderOnly("avif"))).toBe("corrupt");
  });
});
