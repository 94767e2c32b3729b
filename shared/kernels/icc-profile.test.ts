import { describe, expect, it } from "vitest";
import { joinBytes, jpegHeaderOnly, uint32BE } from "./hand-written-images.ts";
import { insertJpegIccProfile, isIccProfileWorthCopying, readJpegIccProfile } from "./icc-profile.ts";
import { parseImageHeader } from "./image-header.ts";

function profileOf(sizeBytes: number, space = "RGB ", text = "Display P3"): Uint8Array<ArrayBuffer> {
  const profile = new Uint8Array(sizeBytes).map((_, i) => i);
  profile.set(uint32BE(sizeBytes));
  profile.set(joinBytes(space), 16);
  profile.set(joinBytes("acsp"), 36);
  profile.set(joinBytes(text), 128);
  return profile;
}

const jpeg = jpegHeaderOnly({ widthPx: 8, heightPx: 8 });

describe("ICC profiles", () => {
  it.each([200, 65_519, 65_520, 200_000])(
    "of %i bytes come back as they went in, and the image stays readable",
    (size) => {
      const profile = profileOf(size);
      const tagged = insertJpegIccProfile(jpeg, profile);
      expect(readJpegIccProfile(tagged)).toEqual(profile);
      expect(parseImageHeader(tagged)).toMatchObject({ widthPx: 8, heightPx: 8 });
    },
  );

  it("are not found in a JPEG that has none, or only a part of one", () => {
    expect(readJpegIccProfile(jpeg)).toBeNull();
    const tagged = insertJpegIccProfile(jpeg, profileOf(200_000));
    expect(readJpegIccProfile(tagged.subarray(0, 100_000))).toBeNull();
    // The second segment claims to be the third.
    tagged[2 + 65_537 + 16] = 3;
    expect(readJpegIccProfile(tagged)).toBeNull();
  });

  it.each([
    ["a small RGB profile", profileOf(548), true],
    ["plain sRGB", profileOf(3144, "RGB ", "sRGB IEC61966-2.1"), false],
    ["a CMYK profile", profileOf(548, "CMYK"), false],
    ["a printer's profile", profileOf(600_000), false],
    ["one that lies about its size", profileOf(548).subarray(0, 500), false],
    ["a stub", new Uint8Array(20), false],
  ])("worth copying: %s", (_, profile, isWorth) => {
    expect(isIccProfileWorthCopying(profile)).toBe(isWorth);
  });

  it("are put into nothing but a JPEG", () => {
    expect(() => insertJpegIccProfile(joinBytes("GIF89a"), profileOf(200))).toThrow(RangeError);
  });
});
