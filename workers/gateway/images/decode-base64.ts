// A picture as text: base64 (RFC 4648 §4) or its URL form, alone or behind a data: prefix, with or without line ends and padding.
import { AppError } from "../../../shared/contracts/errors.ts";
import { BASE64_MAX_BYTES } from "../../../shared/contracts/limits.ts";

/** What a browser's FileReader puts in front. */
const DATA_PREFIX = /^data:[^,]{0,200};base64,/i;

/** @throws AppError invalid-request or file-too-large */
export function decodeBase64(text: string): Uint8Array {
  const prefix = DATA_PREFIX.exec(text.slice(0, 300))?.[0] ?? "";
  const digits = text
    .slice(prefix.length)
    .replace(/[\t\n\r ]+/g, "")
    .replaceAll("-", "+")
    .replaceAll("_", "/");
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(digits) || digits.replace(/=+$/, "").length % 4 === 1)
    throw new AppError("invalid-request", "`data` is not base64.", {
      errors: [{ pointer: "/data", message: "must be base64" }],
    });
  if ((digits.length / 4) * 3 > BASE64_MAX_BYTES + 3)
    throw new AppError("file-too-large", `Base64 takes pictures of at most ${BASE64_MAX_BYTES} bytes.`);
  return Buffer.from(digits, "base64");
}
