// What a picture from an address is called: the last part of its path.
import { FILENAME_MAX_CHARS } from "../../shared/contracts/limits.ts";

export function filenameOf({ pathname, hostname }: URL): string {
  const last = pathname.split("/").findLast((part) => part !== "") ?? "";
  const name = decode(last)
    .replace(/[\p{Cc}\p{Cf}/\\]/gu, "")
    .trim();
  return (name === "" ? hostname : name).slice(0, FILENAME_MAX_CHARS).toWellFormed();
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
