// Header parsers of every format: they never throw, say the same of a prefix as of the whole, and only sensible things.
import { decodeGifFirstFrame } from "../../../shared/kernels/gif-decode.ts";
import { isIccProfileWorthCopying, readJpegIccProfile } from "../../../shared/kernels/icc-profile.ts";
import { type ImageHeader, parseImageHeader } from "../../../shared/kernels/image-header.ts";
import { cutWebpFirstFrame } from "../../../shared/kernels/webp-first-frame.ts";
import { JPEG_MAGIC, PNG_MAGIC } from "../../reference/corpus-jpegs.ts";
import { corpusSeeds, generatedJpegs, generatedPngs } from "../fuzz-seeds.ts";
import { type FuzzTarget, sizeClass, Violation } from "../fuzz-target.ts";
import { byteMutations } from "../mutate-bytes.ts";
import { exifMutations } from "../mutate-exif.ts";
import { jpegMutations } from "../mutate-jpeg.ts";
import { pngMutations } from "../mutate-png.ts";
import type { Random } from "../random.ts";

const RIFF = [0x52, 0x49, 0x46, 0x46] as const;
const GIF = [0x47, 0x49, 0x46, 0x38] as const;
/** An ISO base media file begins with the size of its first box, which is small. */
const ISO = [0x00, 0x00, 0x00] as const;
const SEED_MAX_BYTES = 24 * 1024;
/** GIF pixels decoded here: the decoder itself has a gate, this one keeps runs short. */
const GIF_MAX_PIXELS = 1_000_000;

export async function createHeadersTarget(): Promise<FuzzTarget> {
  const corpus = corpusSeeds([JPEG_MAGIC, PNG_MAGIC, RIFF, GIF, ISO], SEED_MAX_BYTES);
  return {
    name: "headers",
    seeds: [...(await generatedJpegs()), ...(await generatedPngs()), ...corpus],
    mutations: [...byteMutations, ...byteMutations, ...jpegMutations, ...pngMutations, ...exifMutations],
    run: checkHeader,
  };
}

function checkHeader(input: Uint8Array<ArrayBuffer>, random: Random): string {
  const header = parseImageHeader(input);
  if (typeof header === "string") {
    const prefix = parseImageHeader(input.subarray(0, random.below(input.length + 1)));
    if (header === "incomplete" && typeof prefix === "object") {
      throw new Violation("a prefix says more than the whole", JSON.stringify(prefix));
    }
    return `${header} ${sizeClass(input.length)} ${input[0]}`;
  }
  assertSensible(header);
  const early = parseImageHeader(input.subarray(0, random.below(input.length + 1)));
  if (early === "corrupt" || (typeof early === "object" && early.widthPx !== header.widthPx)) {
    throw new Violation("a prefix contradicts the whole", `${JSON.stringify(early)} of ${JSON.stringify(header)}`);
  }
  return `${header.format} ${header.orientation} ${sizeClass(header.widthPx)} ${sizeClass(header.heightPx)} ${readMore(header, input)}`;
}

function readMore(header: ImageHeader, input: Uint8Array<ArrayBuffer>): string {
  switch (header.format) {
    case "jpeg": {
      const profile = readJpegIccProfile(input.subarray(0, header.metadataBytes));
      const isCopied = profile !== null && isIccProfileWorthCopying(profile);
      const coding = header.jpegCoding;
      return `${coding?.process} ${coding?.components} ${isCopied}`;
    }
    case "gif":
      if (header.widthPx * header.heightPx > GIF_MAX_PIXELS) return "large";
      return decodeGifFirstFrame(input) === null ? "no frame" : "a frame";
    case "webp":
      return cutWebpFirstFrame(input) === null ? "no frame" : "a frame";
    default:
      return `${header.crop !== undefined} ${header.frames}`;
  }
}

function assertSensible(header: ImageHeader): void {
  const isSize = (value: number): boolean => Number.isInteger(value) && value >= 1 && value < 2 ** 32;
  const { widthPx, heightPx, orientation, crop } = header;
  if (!isSize(widthPx) || !isSize(heightPx)) throw new Violation("a size that is none", JSON.stringify(header));
  if (orientation !== undefined && !(Number.isInteger(orientation) && orientation >= 1 && orientation <= 8)) {
    throw new Violation("an orientation that is none", String(orientation));
  }
  if (crop !== undefined && (!isSize(crop.widthPx) || !isSize(crop.heightPx))) {
    throw new Violation("a crop that is none", JSON.stringify(crop));
  }
}
