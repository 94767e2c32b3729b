// What a manifest may announce. Only a first sieve for honest clients: the bytes themselves decide at upload.

const ACCEPTED_TYPES: ReadonlySet<string> = new Set([
  "image/jpeg",
  "image/jpg",
  "image/pjpeg",
  "image/png",
  "image/webp",
  "image/gif",
  "image/avif",
  "image/heic",
  "image/heif",
  "image/heic-sequence",
  "image/heif-sequence",
]);
const ACCEPTED_EXTENSIONS = /\.(jpe?g|jpe|jfif|png|webp|gif|avif|hei[cf]|mpo)$/i;
/** Browsers send one of these when they do not know a type; then the name is all there is. */
const UNKNOWN_TYPES: ReadonlySet<string> = new Set(["", "application/octet-stream"]);

export function isAcceptedType(type: string, filename: string): boolean {
  const essence = type.split(";")[0]?.trim().toLowerCase() ?? "";
  return UNKNOWN_TYPES.has(essence) ? ACCEPTED_EXTENSIONS.test(filename) : ACCEPTED_TYPES.has(essence);
}
