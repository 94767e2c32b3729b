// Which format f_auto means, header by header (RFC 9110 §12.4.2, §12.5.1).
import { describe, expect, it } from "vitest";
import { RENDER_MAX_PIXELS } from "../../../shared/contracts/limits.ts";
import { chooseFormat, type PictureFacts } from "./choose-format.ts";

const PHOTO: PictureFacts = { widthPx: 800, heightPx: 600, hasAlpha: false, isDithered: false };

const CHROME = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8";
const FIREFOX = "image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5";
const SAFARI_13 = "image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5";

describe("the format of a photo", () => {
  it.each([
    [undefined, "jpg"],
    ["", "jpg"],
    ["*/*", "jpg"],
    ["image/*", "jpg"],
    [CHROME, "avif"],
    [FIREFOX, "avif"],
    [SAFARI_13, "jpg"],
    ["image/webp,*/*", "webp"],
    ["image/webp", "webp"],
    ["IMAGE/WEBP", "webp"],
    ["image/webp ; q=1.000 , image/jpeg;q=0.999", "webp"],
    ["image/jpeg", "jpg"],
    ["image/jpeg,image/webp;q=0.5,image/avif;q=0.9", "jpg"],
    ["image/jpeg;q=0.5,image/webp;q=0.6", "webp"],
    ["image/avif;q=0.7,image/webp;q=0.7,image/jpeg;q=0.7", "avif"],
    ["image/avif;q=0,image/webp", "webp"],
    ["image/avif;q=0,image/webp;q=0,*/*", "jpg"],
    ["image/avif;q=0.001,image/jpeg;q=0", "avif"],
    // Weights that are none are not there.
    ["image/avif;q=2,image/webp;q=-1,image/jpeg;q=0.1", "jpg"],
    ["image/avif;q=,image/webp;q=0.1", "webp"],
    ["image/avif;q=0.1234", "jpg"],
    // Other parameters say nothing about a picture.
    ["image/avif;level=1;q=0.9,image/webp", "webp"],
    // Nothing that could be sent, or nothing that can be read: what everybody shows.
    ["text/html", "jpg"],
    ["image/jpeg;q=0", "jpg"],
    ["image/gif,image/heic", "jpg"],
    ["image/avifx,avif,image/,/webp,;q=1,,", "jpg"],
  ])("%s is %s", (accept, format) => {
    expect(chooseFormat(accept, PHOTO)).toBe(format);
  });

  it("is one that can be made, and that is worth it, in that size", () => {
    const square = (pixels: number) => ({ ...PHOTO, widthPx: pixels, heightPx: 1 });
    expect(chooseFormat(CHROME, square(RENDER_MAX_PIXELS.avif))).toBe("avif");
    expect(chooseFormat(CHROME, square(RENDER_MAX_PIXELS.avif + 1))).toBe("webp");
    expect(chooseFormat(CHROME, square(RENDER_MAX_PIXELS.webp + 1))).toBe("jpg");
    expect(chooseFormat(CHROME, { ...PHOTO, widthPx: 32, heightPx: 32 })).toBe("webp");
  });

  it("keeps transparency, and the pattern of a dithered picture", () => {
    expect(chooseFormat("*/*", { ...PHOTO, hasAlpha: true })).toBe("png");
    expect(chooseFormat("image/webp", { ...PHOTO, hasAlpha: true })).toBe("webp");
    expect(chooseFormat(CHROME, { ...PHOTO, isDithered: true })).toBe("png");
    // PNG of that many pixels is not made.
    expect(chooseFormat("*/*", { ...PHOTO, widthPx: RENDER_MAX_PIXELS.rgba + 1, heightPx: 1, hasAlpha: true })).toBe(
      "jpg",
    );
  });

  it("is found in a header of any length in a moment", () => {
    expect(chooseFormat(`${"image/x;q=0.1,".repeat(100_000)}image/avif`, PHOTO)).toBe("jpg");
    expect(chooseFormat(`image/avif;q=${"0".repeat(100_000)}`, PHOTO)).toBe("jpg");
  });
});
