// The services: what each is for, which checks of the health document speak of it, and which operations can be tried.
import type { Health } from "../../../../shared/contracts/health.ts";
import type { IconName } from "../../ui/icon.tsx";

export interface Service {
  readonly id: string;
  readonly name: string;
  readonly icon: IconName;
  readonly purpose: string;
  readonly checks: readonly (keyof Health["checks"])[];
  readonly offers: readonly Offer[];
}

export interface Offer {
  /** "METHOD /path", as the OpenAPI document has it; what it does not have is not offered. */
  readonly route: string;
  /** What stands in a field at first, by its name. {photo} is the newest photo's id, {photos} those of the newest two. */
  readonly starts?: Readonly<Record<string, string>>;
}

export const SERVICES: readonly Service[] = [
  {
    id: "upload",
    name: "Upload",
    icon: "upload",
    purpose: "Takes one photo and answers with its id. Thumbnails and faces follow by themselves.",
    checks: ["d1", "r2", "queue"],
    offers: [{ route: "POST /api/v1/photos" }, { route: "POST /images" }, { route: "POST /api/v1/img" }],
  },
  {
    id: "library",
    name: "Library",
    icon: "gallery",
    purpose: "Lists your photos, and says what is known of each.",
    checks: ["d1"],
    offers: [
      { route: "GET /api/v1/photos", starts: { limit: "5" } },
      { route: "GET /api/v1/photos/{photoId}" },
      { route: "GET /images", starts: { limit: "5" } },
    ],
  },
  {
    id: "thumbnails",
    name: "Thumbnails",
    icon: "albums",
    purpose: "Four sizes of every photo, ready a moment after it arrives.",
    checks: ["d1", "r2"],
    offers: [{ route: "GET /api/v1/photos/{photoId}/renditions/{name}", starts: { name: "w320.jpg" } }],
  },
  {
    id: "transform",
    name: "Transform",
    icon: "edit",
    purpose: "Any size, crop, format and effect of a photo, from one address.",
    checks: ["d1", "r2"],
    offers: [
      { route: "GET /i/{photoId}/{ops}/{file}", starts: { ops: "w_512,q_80", file: "photo.jpg" } },
      { route: "GET /api/v1/img/{file}", starts: { file: "{photo}.jpg" } },
    ],
  },
  {
    id: "dither",
    name: "Dither",
    icon: "services",
    purpose: "Few colours, drawn with care: for e-ink, posters and small files.",
    checks: ["d1", "r2", "queue"],
    offers: [
      { route: "POST /images/{photoId}/{channels}", starts: { channels: "1" } },
      {
        route: "POST /api/v1/photos/{photoId}/versions",
        starts: { ops: "w_512,dither_atkinson,pal_mono", format: "png" },
      },
      { route: "GET /api/v1/photos/{photoId}/versions", starts: { limit: "5" } },
    ],
  },
  {
    id: "faces",
    name: "Faces",
    icon: "face",
    purpose: "Finds faces, tells people apart, and finds photos by a face.",
    checks: ["models", "d1"],
    offers: [
      { route: "GET /api/v1/photos/{photoId}/faces" },
      { route: "GET /api/v1/people", starts: { limit: "5" } },
      { route: "POST /api/v1/photos/search/face" },
    ],
  },
  {
    id: "download",
    name: "Download",
    icon: "download",
    purpose: "Originals as they were uploaded, and a selection as one ZIP.",
    checks: ["d1", "r2"],
    offers: [
      { route: "GET /api/v1/photos/{photoId}/original" },
      { route: "GET /api/v1/archive", starts: { ids: "{photos}" } },
    ],
  },
  {
    id: "links",
    name: "Public links",
    icon: "link",
    purpose: "Signed addresses of a picture that anybody can open until they end.",
    checks: ["d1"],
    offers: [
      {
        route: "POST /api/v1/photos/{photoId}/links",
        starts: { ops: "w_800", file: "photo.jpg", expiresInSeconds: "3600" },
      },
      { route: "GET /api/v1/url-keys" },
    ],
  },
  {
    id: "iiif",
    name: "IIIF",
    icon: "search",
    purpose: "The image interface of museums and libraries (version 3, level 2), for the viewers made for it.",
    checks: ["d1", "r2"],
    offers: [
      { route: "GET /iiif/3/{photoId}/info.json" },
      {
        route: "GET /iiif/3/{photoId}/{region}/{size}/{rotation}/{file}",
        starts: { region: "square", size: "512,", rotation: "0", file: "default.jpg" },
      },
    ],
  },
  {
    id: "progress",
    name: "Live progress",
    icon: "clock",
    purpose: "Where every photo stands between upload and the last face.",
    checks: ["hub", "queue"],
    offers: [{ route: "GET /api/v1/progress" }],
  },
  {
    id: "health",
    name: "Health",
    icon: "status",
    purpose: "Whether every part works, in one small document.",
    checks: ["d1", "r2", "queue", "hub", "models"],
    offers: [{ route: "GET /api/v1/health" }, { route: "GET /health/live" }],
  },
];
