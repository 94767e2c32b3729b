// The client of what is made of photos: addresses of pictures, versions that are kept, public links, archives.
import { z } from "zod";
import { type CreateLink, Link, UrlKey, UrlKeyList } from "../../shared/contracts/links.ts";
import { printTail } from "../../shared/contracts/transforms/print-ops.ts";
import type { RenderFormat, Transform } from "../../shared/contracts/transforms/transform.ts";
import { Version } from "../../shared/contracts/versions.ts";
import { API_BASE, call, tell } from "./api.ts";

const VersionList = z.object({ items: z.array(Version) });

export const versions = {
  list: (photoId: string, signal?: AbortSignal) =>
    call("GET", `/photos/${photoId}/versions`, VersionList, undefined, signal),
  create: (photoId: string, body: { readonly ops: string; readonly format: RenderFormat }) =>
    call("POST", `/photos/${photoId}/versions`, Version, body),
  remove: (versionId: string) => tell("DELETE", `/versions/${versionId}`),
};

export const links = {
  create: (photoId: string, body: CreateLink) => call("POST", `/photos/${photoId}/links`, Link, body),
  endAll: (photoId: string) => tell("DELETE", `/photos/${photoId}/links`),
};

/** What public links are signed with. */
export const urlKeys = {
  list: (signal?: AbortSignal) => call("GET", "/url-keys", UrlKeyList, undefined, signal),
  rotate: () => call("POST", "/url-keys/rotate", UrlKey),
  revoke: (id: string) => tell("DELETE", `/url-keys/${id}`),
};

/** Path of a picture, for whoever is signed in; `<img>` takes it by mediaAddress(). */
export function renderPath(photoId: string, transform: Transform, name: string): string {
  return `/i/${photoId}/${printTail(transform, name)}`;
}

/** Path of one ZIP with the originals of the photos, for a browser to follow. */
export function archivePath(photoIds: readonly string[]): string {
  return `${API_BASE}/archive?ids=${photoIds.map(shortenId).join(",")}`;
}

/** A UUID's 16 bytes in base64url: 22 characters instead of 36, so that a whole selection fits into an address. */
function shortenId(id: string): string {
  const digits = id.replaceAll("-", "").match(/../g) ?? [];
  const bytes = String.fromCharCode(...digits.map((pair) => Number.parseInt(pair, 16)));
  return btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
