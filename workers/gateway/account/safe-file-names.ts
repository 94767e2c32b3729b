// File names that are safe to unpack anywhere, and each once: no path, no control or direction characters, no name a system keeps
// for itself, at most 255 bytes.

/** Bytes (UTF-8) a name may have on common file systems, less what telling copies apart may need. */
const NAME_MAX_BYTES = 255;
/** What is invisible, or turns the direction of what follows: control characters, zero-width and bidirectional ones. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}]/gu;
/** What paths are made of on some system. */
const RESERVED = /[<>:"/\\|?*]/g;
/** Names of devices on Windows, with any extension. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;
const encoder = new TextEncoder();

/** A namer of one folder: says each name once. Names that differ in letter case or composition only are the same. */
export function safeFileNames(): (name: string) => string {
  const taken = new Set<string>();
  return (name) => {
    const { stem, extension } = split(safeName(name));
    for (let copy = 1; ; copy++) {
      const suffix = copy === 1 ? "" : ` (${copy})`;
      const room = NAME_MAX_BYTES - encoder.encode(suffix + extension).byteLength;
      const candidate = `${shorten(stem, room)}${suffix}${extension}`;
      const key = candidate.normalize("NFC").toLowerCase();
      if (taken.has(key)) continue;
      taken.add(key);
      return candidate;
    }
  };
}

function safeName(name: string): string {
  const base = name.toWellFormed().normalize("NFC").split(/[/\\]/).at(-1) ?? "";
  const plain = base
    .replace(INVISIBLE, "")
    .replace(RESERVED, "_")
    .replace(/^[\s.]+|[\s.]+$/g, "");
  const named = plain === "" ? "photo" : plain;
  return DEVICE.test(named) ? `_${named}` : named;
}

function split(name: string): { stem: string; extension: string } {
  const extension = /\.[A-Za-z0-9]{1,10}$/.exec(name)?.[0] ?? "";
  return { stem: name.slice(0, name.length - extension.length) || "photo", extension };
}

/** The longest beginning of at most `maxBytes` bytes, whole characters only. */
function shorten(text: string, maxBytes: number): string {
  let bytes = 0;
  let kept = "";
  for (const character of text) {
    bytes += encoder.encode(character).byteLength;
    if (bytes > maxBytes) break;
    kept += character;
  }
  return kept.trimEnd();
}
