import { describe, expect, it } from "vitest";
import {
  exifSegment,
  heifHeaderOnly,
  isoBox,
  ispe,
  joinBytes,
  jpegHeaderOnly,
  jpegSegment,
} from "../kernels/hand-written-images.ts";
import { parseImageHeader } from "../kernels/image-header.ts";
import { nameCamera, parseExifDate, parsePlace, readMetadata } from "./photo-facts.ts";

describe("parseExifDate", () => {
  it.each([
    ["2008:10:22 16:28:39", "", "2008-10-22T16:28:39"],
    ["2021:04:11 15:47:53", "-05:00", "2021-04-11T15:47:53-05:00"],
    ["2021:04:11 15:47:53", "Z", "2021-04-11T15:47:53Z"],
    ["2021-04-11T15:47:53.123", "+05:45", "2021-04-11T15:47:53+05:45"],
    ["2024:02:29 00:00:00", "nonsense", "2024-02-29T00:00:00"],
    ["2024:02:29 00:00:00", "+99:00", "2024-02-29T00:00:00"],
  ])("reads %s with offset '%s'", (date, offset, iso) => {
    expect(parseExifDate(date, offset)).toBe(iso);
  });

  it.each([
    "",
    "0000:00:00 00:00:00",
    "2023:02:29 10:00:00",
    "2023:13:01 10:00:00",
    "2023:01:01 25:00:00",
    "1601:01:01 00:00:00",
    "    :  :     :  :  ",
    "<script>",
  ])("finds no date in '%s'", (date) => {
    expect(parseExifDate(date, "")).toBeNull();
  });
});

describe("nameCamera", () => {
  it.each([
    ["NIKON", "COOLPIX P6000", "NIKON COOLPIX P6000"],
    ["Canon", "Canon EOS 5D", "Canon EOS 5D"],
    ["CANON", "Canon EOS 5D", "Canon EOS 5D"],
    ["", "X100", "X100"],
    ["LEICA", "", "LEICA"],
    ["", "", null],
  ])("makes one name of '%s' and '%s'", (make, model, name) => {
    expect(nameCamera(make, model)).toBe(name);
  });

  it("keeps 128 characters and no half of one", () => {
    expect([...(nameCamera("", "😀".repeat(200)) ?? "")]).toHaveLength(128);
  });
});

describe("parsePlace", () => {
  it("takes degrees in range", () => {
    expect(parsePlace(52.52, -13.4)).toEqual({ latitude: 52.52, longitude: -13.4 });
    expect(parsePlace(0, 6.6)).toEqual({ latitude: 0, longitude: 6.6 });
  });

  it.each([
    [Number.NaN, 13],
    [91, 13],
    [52, 181],
    [52, undefined],
    ["52", 13],
    [0, 0],
  ])("takes nothing from %s, %s", (latitude, longitude) => {
    expect(parsePlace(latitude, longitude)).toEqual({ latitude: null, longitude: null });
  });
});

describe("readMetadata", () => {
  const factsOf = (bytes: Uint8Array<ArrayBuffer>) => {
    const header = parseImageHeader(bytes);
    if (typeof header === "string") throw new Error(header);
    return readMetadata(header, bytes).facts;
  };

  it("tells the size as seen", () => {
    const bytes = jpegHeaderOnly({ widthPx: 40, heightPx: 30, segments: [exifSegment(6)] });
    expect(factsOf(bytes)).toMatchObject({ widthPx: 30, heightPx: 40, orientation: 6, mime: "image/jpeg" });
  });

  it("takes the turn of a HEIC from its container", () => {
    const bytes = heifHeaderOnly("heic", ispe(4032, 3024), isoBox("irot", [3]));
    expect(factsOf(bytes)).toMatchObject({
      widthPx: 3024,
      heightPx: 4032,
      orientation: 6,
      camera: null,
      takenAt: null,
    });
  });

  it("strips NUL and control characters out of names", () => {
    const model = "Cam\u0007  era\r\n\0<script>";
    const tiff = joinBytes(
      "II",
      [42, 0, 8, 0, 0, 0, 1, 0],
      [0x10, 1, 2, 0, model.length, 0, 0, 0, 26, 0, 0, 0],
      [0, 0, 0, 0],
      model,
    );
    const bytes = jpegHeaderOnly({
      widthPx: 4,
      heightPx: 3,
      segments: [jpegSegment(0xe1, joinBytes("Exif\0\0", tiff))],
    });
    expect(factsOf(bytes).camera).toBe("Cam era");
  });
});
