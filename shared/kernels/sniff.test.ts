import { describe, expect, it } from "vitest";
import { isoBox, joinBytes } from "./hand-written-images.ts";
import { sniffImage } from "./sniff.ts";

const ftyp = (major: string, ...compatible: string[]) => isoBox("ftyp", major, [0, 0, 0, 0], compatible.join(""));

describe("sniffImage", () => {
  it.each([
    ["jpeg", "image/jpeg", joinBytes([0xff, 0xd8, 0xff, 0xe1])],
    ["png", "image/png", joinBytes("\x89PNG\r\n\x1a\n")],
    ["gif", "image/gif", joinBytes("GIF87a")],
    ["gif", "image/gif", joinBytes("GIF89a")],
    ["webp", "image/webp", joinBytes("RIFF", [4, 0, 0, 0], "WEBP")],
    ["avif", "image/avif", ftyp("avif", "mif1", "miaf")],
    ["avif", "image/avif", ftyp("avis", "avif")],
    ["avif", "image/avif", ftyp("mif1", "miaf", "avif")],
    ["heic", "image/heic", ftyp("heic", "mif1")],
    ["heic", "image/heic", ftyp("mif1", "heix")],
    ["heic", "image/heif", ftyp("mif1", "miaf")],
  ])("names %s as %s", (format, mime, bytes) => {
    expect(sniffImage(bytes)).toEqual({ format, mime });
  });

  it.each([
    ["nothing", joinBytes()],
    ["one byte", joinBytes([0xff])],
    ["TIFF", joinBytes("II", [42, 0, 8, 0, 0, 0])],
    ["SVG", joinBytes("<svg xmlns='http://www.w3.org/2000/svg'/>")],
    ["HTML", joinBytes("<!doctype html><script>")],
    ["PDF", joinBytes("%PDF-1.7")],
    ["BMP", joinBytes("BM", [0, 0, 0, 0, 0, 0, 0, 0])],
    ["bare JPEG XL", joinBytes([0xff, 0x0a, 0xff])],
    ["boxed JPEG XL", joinBytes([0, 0, 0, 12], "JXL \r\n\x87\n")],
    ["MP4", ftyp("isom", "mp41")],
    ["Canon CR3 that lists mif1", ftyp("crx ", "mif1")],
    ["RIFF that is WAVE", joinBytes("RIFF", [4, 0, 0, 0], "WAVE")],
  ])("knows nothing of %s", (_, bytes) => {
    expect(sniffImage(bytes)).toBeNull();
  });

  it("survives an ftyp box of any claimed size", () => {
    const bytes = ftyp("mif1", "miaf", "heic");
    for (const size of [0, 1, 8, 15, 0xffffffff]) {
      new DataView(bytes.buffer).setUint32(0, size);
      expect(() => sniffImage(bytes)).not.toThrow();
    }
  });
});
