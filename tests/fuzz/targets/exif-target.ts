// Metadata: whatever stands there, the facts are well-formed, the thumbnail comes out of the file, and nothing throws.
import { readMetadata } from "../../../shared/codecs/photo-facts.ts";
import { parseImageHeader } from "../../../shared/kernels/image-header.ts";
import { JPEG_MAGIC } from "../../reference/corpus-jpegs.ts";
import { corpusSeeds, generatedJpegs } from "../fuzz-seeds.ts";
import { type FuzzTarget, sizeClass, Violation } from "../fuzz-target.ts";
import { byteMutations, concat } from "../mutate-bytes.ts";
import { exifMutations } from "../mutate-exif.ts";
import { jpegMutations, splitJpeg } from "../mutate-jpeg.ts";

/** Photos with metadata are large; only their segments are kept, with a little of the scan. */
const SEED_MAX_BYTES = 4 * 1024 * 1024;
const KEPT_SCAN_BYTES = 256;
const SEGMENT_MAX_BYTES = 32 * 1024;

export async function createExifTarget(): Promise<FuzzTarget> {
  const photos = corpusSeeds([JPEG_MAGIC], SEED_MAX_BYTES).map(keepMetadata);
  return {
    name: "exif",
    seeds: [...(await generatedJpegs()), ...photos],
    mutations: [...exifMutations, ...exifMutations, ...byteMutations, ...jpegMutations],
    run: checkMetadata,
  };
}

function keepMetadata(jpeg: Uint8Array): Uint8Array {
  const segments = splitJpeg(jpeg).filter(({ bytes, marker }) => marker === 0xda || bytes.length <= SEGMENT_MAX_BYTES);
  const kept = segments.map(({ bytes, marker }) => (marker === 0xda ? bytes.subarray(0, KEPT_SCAN_BYTES) : bytes));
  return concat(jpeg.subarray(0, 2), ...kept);
}

function checkMetadata(input: Uint8Array<ArrayBuffer>): string {
  const header = parseImageHeader(input);
  if (typeof header === "string") return header;
  const { facts, thumbnail } = readMetadata(header, input);
  const { takenAt, camera, latitude, longitude } = facts;
  if (takenAt !== null && Number.isNaN(Date.parse(takenAt))) throw new Violation("a date that is none", takenAt);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there.
  if (camera !== null && (/[\u0000-\u001f]/.test(camera) || [...camera].length > 128)) {
    throw new Violation("a camera name that is none", JSON.stringify(camera));
  }
  if ((latitude === null) !== (longitude === null)) throw new Violation("half a place", `${latitude}, ${longitude}`);
  if (thumbnail !== null && thumbnail.length > input.length) {
    throw new Violation("a thumbnail larger than its file", String(thumbnail.length));
  }
  const inner = thumbnail === null ? "none" : typeof parseImageHeader(thumbnail);
  return [takenAt !== null, camera === null ? 0 : sizeClass(camera.length), latitude !== null, inner, facts.orientation]
    .concat(thumbnail === null ? 0 : sizeClass(thumbnail.length))
    .join(" ");
}
