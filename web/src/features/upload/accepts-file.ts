// Which files of a dropped folder are photos. By name first: systems disagree about the media types of HEIC and AVIF.
const PHOTO_NAME = /\.(jpe?g|jpe|jfif|png|webp|gif|avif|hei[cf])$/i;
const PHOTO_TYPES: ReadonlySet<string> = new Set([
  "image/jpeg",
  "image/png",
  "image/webp",
  "image/gif",
  "image/avif",
  "image/heic",
  "image/heif",
]);
/** Droppings of operating systems and NAS boxes that look like pictures and are not the person's. */
const NOT_THEIRS = /(^|\/)(\._[^/]*|@eaDir\/.*|\.thumbnails\/.*|__MACOSX\/.*|\.[^/]*)$/i;

export const ACCEPT =
  ".jpg,.jpeg,.png,.webp,.gif,.avif,.heic,.heif,image/jpeg,image/png,image/webp,image/gif,image/avif,image/heic,image/heif";

export function acceptsFile(path: string, type: string): boolean {
  if (NOT_THEIRS.test(path)) return false;
  return PHOTO_NAME.test(path) || PHOTO_TYPES.has(type.toLowerCase());
}
