// ThumbHash (base64) → data URL of its blur, remembered: a grid asks for the same ones over and over.
import { thumbHashToDataURL } from "thumbhash";

const REMEMBERED = 600;
const urls = new Map<string, string | null>();

export function thumbhashUrl(hash: string | null): string | null {
  if (hash === null) return null;
  const known = urls.get(hash);
  if (known !== undefined) return known;
  let url: string | null = null;
  try {
    url = thumbHashToDataURL(Uint8Array.from(atob(hash), (char) => char.charCodeAt(0)));
  } catch {
    // A hash we cannot read is only a missing blur.
  }
  const oldest = urls.keys().next();
  if (urls.size >= REMEMBERED && !oldest.done) urls.delete(oldest.value);
  urls.set(hash, url);
  return url;
}
