// The list of hostile uploads, and where each is tested. A case whose test was renamed or removed fails here.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const REQUESTS = "tests/security/upload-requests.stack.test.ts";
const QUOTA = "tests/security/upload-quota.stack.test.ts";
const BAD_INPUTS = "tests/hostile/bad-inputs.stack.test.ts";
const CODECS = "shared/codecs/image-codecs.workers.test.ts";
const REFUSE_JPEG = "shared/codecs/engine/refuse-jpeg.test.ts";
const REFUSE_PNG = "shared/codecs/engine/refuse-png.test.ts";
const HEADER = "shared/kernels/image-header.test.ts";

const LIST: readonly (readonly [hostile: string, file: string, title: string])[] = [
  ["bomb: PNG of 65,535² pixels and more", BAD_INPUTS, "a PNG header of 2³¹ squared pixels"],
  ["bomb: PNG, before a byte is stored", BAD_INPUTS, "a PNG header of 200 megapixels"],
  ["bomb: PNG that inflates to gigabytes", REFUSE_PNG, "does not set off the bomb behind its last row"],
  ["bomb: PNG, in its colour profile", REFUSE_PNG, "leaves out a profile that is broken or a bomb"],
  ["bomb: PNG of millions of chunks", REFUSE_PNG, "of millions of chunks is given up"],
  ["bomb: GIF", CODECS, "a GIF bomb"],
  ["bomb: AVIF", CODECS, "an AVIF bomb"],
  ["bomb: WebP, animated", HEADER, "tells an animation"],
  ["bomb: JPEG of 200 megapixels", BAD_INPUTS, "a JPEG header of 200 megapixels"],
  ["bomb: JPEG of thousands of scans", REFUSE_JPEG, "as too-much-work when it has hundreds of scans"],
  ["polyglot: a picture and a ZIP and a script", REQUESTS, "is shown as pictures made anew"],
  ["polyglot: garbage behind the picture", REFUSE_PNG, "has garbage behind its end"],
  ["polyglots and bombs of the corpus", "tests/hostile/hostile-corpus.stack.test.ts", "is answered without a 5xx"],
  ["wrong magic", BAD_INPUTS, "HTML that calls itself a JPEG"],
  ["wrong magic, of many kinds", "shared/kernels/sniff.test.ts", "knows nothing of %s"],
  ["truncated at every byte: header", HEADER, "cut at every byte tells the same size"],
  ["truncated at every byte: PNG", REFUSE_PNG, "cut off anywhere before its last row is refused"],
  ["truncated at every byte: JPEG", REFUSE_JPEG, "cut off anywhere is grey where bytes are missing"],
  ["truncated: the connection", BAD_INPUTS, "that ends in the middle of a body stores nothing"],
  ["EXIF: loops and offsets out of the file", "tests/fuzz/fuzz.test.ts", "%s, fuzzed"],
  ["file name: direction, CRLF, NUL, quotes, paths", REQUESTS, "is a name and nothing else"],
  ["file name: more than 255", REQUESTS, "of more characters than we keep"],
  ["file name: unpacked from an export", "workers/gateway/account/safe-file-names.test.ts", "has at most 255 bytes"],
  ["Content-Length: too little", REQUESTS, "by too little stores what was announced"],
  ["Content-Length: too much", REQUESTS, "by too much is refused"],
  ["Content-Length: two, or with chunks", REQUESTS, "twice, or beside a chunked body"],
  ["Content-Length: a terabyte", BAD_INPUTS, "a Content-Length of a terabyte"],
  ["Content-Length: no number", BAD_INPUTS, "with Content-Length %j is refused"],
  ["chunked", BAD_INPUTS, "a chunked body without a length"],
  ["other bytes under one key", BAD_INPUTS, "other bytes under the same Idempotency-Key"],
  ["other bytes under one key, at once", REQUESTS, "sent twenty times at once under one Idempotency-Key"],
  ["other bytes for one photo", REQUESTS, "is refused for a photo that was announced without a digest"],
  ["other bytes than the digest", BAD_INPUTS, "a digest of other bytes"],
  ["quota: 100 uploads at once, bytes", QUOTA, "never pass the limit by a byte"],
  ["quota: 100 uploads at once, photos", QUOTA, "never pass the limit by a photo"],
  ["quota: announcing less than is sent", QUOTA, "is not got by announcing less than is sent"],
  ["quota: abandoned, trashed, restored", QUOTA, "is not held by bytes that came after their upload was abandoned"],
];

describe("the list of hostile uploads", () => {
  it.each(LIST)("%s: in %s", (_, file, title) => {
    expect(readFileSync(join(ROOT, file), "utf8")).toContain(title);
  });
});
