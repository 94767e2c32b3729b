// A picture as text: base64 (RFC 4648 §4) or its URL form, alone or behind a data: prefix, with or without line ends and padding.
// May not: copy the text, which may be as large as the memory has room for beside its bytes.
import { AppError } from "../../../shared/contracts/errors.ts";
import { BASE64_MAX_BYTES } from "../../../shared/contracts/limits.ts";

/** What a browser's FileReader puts in front. */
const DATA_PREFIX = /^data:[^,]{0,200};base64,/i;

const DIGIT = 1;
const SPACE = 2;
const PADDING = 3;
/** Of each ASCII code; 0 is none of base64's. */
const KIND_BY_CODE = new Uint8Array(128);
for (const digit of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_")
  KIND_BY_CODE[digit.charCodeAt(0)] = DIGIT;
for (const space of "\t\n\r ") KIND_BY_CODE[space.charCodeAt(0)] = SPACE;
KIND_BY_CODE["=".charCodeAt(0)] = PADDING;

/** @throws AppError invalid-request or file-too-large */
export function decodeBase64(text: string): Uint8Array {
  const start = DATA_PREFIX.exec(text.slice(0, 300))?.[0].length ?? 0;
  const digits = countDigits(text, start);
  if (digits === null)
    throw new AppError("invalid-request", "`data` is not base64.", {
      errors: [{ pointer: "/data", message: "must be base64" }],
    });
  if (Math.floor((digits * 3) / 4) > BASE64_MAX_BYTES)
    throw new AppError("file-too-large", `Base64 takes pictures of at most ${BASE64_MAX_BYTES} bytes.`);
  // It takes both alphabets, and passes over white space.
  return Buffer.from(start === 0 ? text : text.slice(start), "base64");
}

/** @returns null for what is not base64: foreign characters, digits after the padding, one digit too many */
function countDigits(text: string, start: number): number | null {
  let digits = 0;
  let padding = 0;
  for (let at = start; at < text.length; at++) {
    const kind = KIND_BY_CODE[text.charCodeAt(at)];
    if (kind === DIGIT && padding === 0) digits++;
    else if (kind === PADDING && padding < 2) padding++;
    else if (kind !== SPACE) return null;
  }
  return digits % 4 === 1 ? null : digits;
}
