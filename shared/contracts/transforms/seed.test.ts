// The first image API's addresses, read and written.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyTransform } from "../../../tests/fixtures/any-transform.ts";
import { PhotoId } from "../ids.ts";
import { normaliseTransform } from "./normalise-transform.ts";
import { parseSeed, printSeed } from "./seed.ts";

const ID = PhotoId.parse("0192f0c1-2345-7abc-8def-0123456789ab");

describe("an address of the first image API", () => {
  it.each([
    ["jpg", "", { format: "jpg" }],
    ["jpeg", "", { format: "jpg" }],
    ["png", "thumbnail=200", { width: 200, height: 200, format: "png" }],
    ["webp", "thumbnail=200&rotate=180", { width: 200, height: 200, rotate: 180, format: "webp" }],
    ["webp", "rotate=-90&thumbnail=200", { width: 200, height: 200, rotate: 270, format: "webp" }],
    ["gif", "rotate=90&flip=h&grayscale=true&blur=2", { rotate: 90, flip: "h", blur: 2, isGrey: true, format: "gif" }],
    ["jpg", "width=300&quality=70&download=1", { width: 300, quality: 70, format: "jpg" }],
    ["jpg", "thumbnail=200&dpr=2", { width: 400, height: 400, format: "jpg" }],
    ["jpg", "thumbnail=200&w=100", { width: 100, height: 200, format: "jpg" }],
  ] as const)(".%s?%s is read", (format, query, transform) => {
    expect(parseSeed(`${ID}.${format}`, new URLSearchParams(query))).toEqual({ photoId: ID, transform });
  });

  it.each([
    [`${ID}.bmp`, "", "/format"],
    [`${ID}`, "", "/format"],
    ["me.jpg", "", "/file"],
    [`${ID}.jpg`, "thumbnail=0", "/thumbnail"],
    [`${ID}.jpg`, "thumbnial=2", "/thumbnial"],
    [`${ID}.jpg`, "rotate=90&rotate=90", "/rotate"],
    [`${ID}.jpg`, "rotate=45", "/rot"],
    [`${ID}.jpg`, "w=1&".repeat(40), "/query"],
  ])("%s?%s is refused for %s", (file, query, pointer) => {
    const { problems } = parseSeed(file, new URLSearchParams(query));
    expect(problems?.map((problem) => problem.pointer)).toContain(pointer);
  });

  it("says every transform", () => {
    fc.assert(
      fc.property(anyTransform(), (transform) => {
        const { pathname, searchParams } = new URL(printSeed(ID, transform), "https://here.invalid/");
        expect(parseSeed(pathname.slice(1), searchParams)).toEqual({
          photoId: ID,
          transform: normaliseTransform(transform),
        });
      }),
      { numRuns: 1000 },
    );
  });
});
