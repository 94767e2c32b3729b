// Where photos come from: made in code, or real ones of a folder, as many distinct files as a run needs.
import { globSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { HEADER_PREFIX_BYTES } from "../../shared/contracts/limits.ts";
import { isAcceptedType } from "../../workers/gateway/accepted-types.ts";
import { inspectUpload } from "../../workers/gateway/inspect-upload.ts";
import { pngPhoto } from "../fixtures/png-photo.ts";
import { BASE_JPEG } from "./base-jpeg.ts";
import { distinctCopy, type PhotoSource, paddedJpeg } from "./distinct-photos.ts";

/** Pixels of a generated PNG's edge: every fourth photo is one, with pixels of its own. */
const PNG_EDGE_PX = 96;

/** Small valid photos; `sizeBytes` pads JPEGs. `run` keeps the bytes of two runs apart. */
export function generatedPhotos(count: number, run: string, sizeBytes = 0): PhotoSource {
  const jpeg = sizeBytes > 0 ? paddedJpeg(BASE_JPEG, sizeBytes) : BASE_JPEG;
  return {
    count,
    at(position) {
      const tag = `${run} ${position}`;
      if (sizeBytes === 0 && position % 4 === 3) {
        const png = pngPhoto(PNG_EDGE_PX, PNG_EDGE_PX, position);
        return { name: `made-${position}.png`, type: "image/png", bytes: distinctCopy(png, tag) };
      }
      return { name: `made-${position}.jpg`, type: "image/jpeg", bytes: distinctCopy(jpeg, tag) };
    },
  };
}

export interface FolderPhotos {
  readonly source: PhotoSource;
  readonly files: number;
  /** Files of the folder that the gateway would not take: other formats, or no images at all. */
  readonly skipped: number;
}

/** The photos of a folder, over and over until there are `count`, no two with the same bytes. */
export function folderPhotos(folder: string, count: number, run: string): FolderPhotos {
  const all = globSync("**/*", { cwd: folder })
    .sort()
    .map((path) => join(folder, path))
    .filter((path) => statSync(path).isFile());
  const usable = all.filter(isUploadable);
  if (usable.length === 0) throw new Error(`there is no photo in ${folder}`);
  return {
    files: usable.length,
    skipped: all.length - usable.length,
    source: {
      count,
      at(position) {
        const path = usable[position % usable.length] ?? "";
        const bytes = distinctCopy(readFileSync(path), `${run} ${position}`);
        return { name: relative(folder, path), type: typeByName(path), bytes };
      },
    },
  };
}

/** The gateway's own two gates: type and name as a manifest gives them, and the first bytes. */
function isUploadable(path: string): boolean {
  if (!isAcceptedType(typeByName(path), path)) return false;
  return inspectUpload(readFileSync(path).subarray(0, HEADER_PREFIX_BYTES)).kind === "image";
}

const TYPES: Readonly<Record<string, string>> = {
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
  gif: "image/gif",
  avif: "image/avif",
  heic: "image/heic",
  heif: "image/heif",
};

/** What a browser would say; nothing for names it does not know. */
function typeByName(path: string): string {
  const extension = /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? "";
  return TYPES[extension] ?? "";
}
