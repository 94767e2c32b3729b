// Base64 as it comes, and the largest there may be in a memory that has room for little more than the text and its bytes.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { BASE64_BODY_MAX_BYTES, BASE64_MAX_BYTES } from "../../../shared/contracts/limits.ts";
import { decodeBase64 } from "./decode-base64.ts";
import { readImgBody } from "./read-img-body.ts";

const BYTES = Uint8Array.of(0xfb, 0xef, 0xff, 0xfe, 0x01);

it.each([
  ["padding", "++///gE="],
  ["no padding", "++///gE"],
  ["the alphabet of addresses", "--___gE"],
  ["both alphabets", "-+/__gE="],
  ["line ends and spaces", " ++//\r\n/g\tE =\n"],
  ["a data: prefix", "data:image/png;base64,++///gE="],
  ["a data: prefix and line ends", "data:;base64,\n--__\n_gE="],
])("takes %s", (_what, text) => {
  expect([...decodeBase64(text)]).toEqual([...BYTES]);
});

it.each([
  ["no digits", "ab*d"],
  ["a character beyond ASCII", "abc\u00e9"],
  ["a character beyond Latin-1 that ends like a digit", "abc\u0141"],
  ["digits after the padding", "ab==cd"],
  ["padding without end", "ab==="],
  ["one digit too many", "abcde"],
  ["another prefix", "data:image/png,abcd"],
])("refuses %s", (_what, text) => {
  expect(() => decodeBase64(text)).toThrow(/invalid-request/);
});

it(`takes pictures of ${BASE64_MAX_BYTES} bytes, and none larger`, () => {
  const largest = Buffer.alloc(BASE64_MAX_BYTES, 0xfb);
  expect(largest.equals(decodeBase64(largest.toString("base64url")))).toBe(true);
  const larger = Buffer.alloc(BASE64_MAX_BYTES + 1, 0xfb).toString("base64url");
  expect(() => decodeBase64(larger)).toThrow(/file-too-large/);
});

it("is read of the largest body in any order of characters", () => {
  const bytes = Buffer.alloc(BASE64_MAX_BYTES, 0xfb);
  bytes.fill(0xff, 99);
  const body = JSON.stringify({ type: "base64", data: inLines(bytes.toString("base64url")), note: "\u0141" });
  expect(Buffer.byteLength(body)).toBeLessThanOrEqual(BASE64_BODY_MAX_BYTES);
  const { data } = readImgBody(body);
  expect(bytes.equals(decodeBase64(data))).toBe(true);
});

/** MiB of heap: the text takes 22 of them; bytes lie outside. */
const HEAP_MIB = 56;

it("copies no text", async () => {
  const script = `import { decodeBase64 } from ${JSON.stringify(new URL("./decode-base64.ts", import.meta.url).href)};
    const line = "-_-_".repeat(19);
    const lines = Math.floor(${(BASE64_MAX_BYTES / 3) * 4} / line.length);
    const text = Buffer.alloc(lines * (line.length + 1), line + "\\n").toString("latin1");
    console.log(decodeBase64(text).length === lines * line.length / 4 * 3);`;
  const flags = [`--max-old-space-size=${HEAP_MIB}`, "--input-type=module", "--eval", script];
  const { stdout } = await promisify(execFile)(process.execPath, flags);
  expect(stdout.trim()).toBe("true");
});

/** As MIME has it (RFC 2045 §6.8): 76 characters a line. */
function inLines(text: string): string {
  return text.replace(/.{76}/g, "$&\n");
}
