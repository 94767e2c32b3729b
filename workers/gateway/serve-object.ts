// Serving bytes from R2: ETag, conditional requests, one byte range, HEAD, and the headers user media leaves with.
import type { Context } from "hono";
import { AppError } from "../../shared/contracts/errors.ts";
import { isMediaPath } from "./access/media-grant.ts";
import type { AppEnv } from "./app-env.ts";
import { describeBody, isUnchanged, notModified, wantedRange } from "./conditional-requests.ts";

export interface ServedObject {
  readonly key: string;
  readonly contentType: string;
  /** Shown as a file name on download; null shows the image inline. */
  readonly downloadName: string | null;
  /**
   * `forever` where the URL names the generation: the bytes behind it can never change. `ask-again` where they can, and nowhere at
   * all (`never`) what a withdrawal of consent must reach: no browser is told to forget.
   */
  readonly kept: "forever" | "ask-again" | "never";
  /** Makes and stores the object, where it may be missing because nobody asked for it before. */
  readonly make?: () => Promise<void>;
}

export async function serveObject(c: Context<AppEnv>, bucket: R2Bucket, served: ServedObject): Promise<Response> {
  const head = (await bucket.head(served.key)) ?? (await makeMissing(bucket, served));
  if (head === null) throw new AppError("not-found", "The bytes are not in storage.");
  const isElsewhere = isMediaPath(c.req.path) && c.var.deps.variables.mediaOrigin !== null;
  const headers = mediaHeaders({
    etag: head.httpEtag,
    contentType: served.contentType,
    cacheControl: CACHE_CONTROL[served.kept],
    downloadName: served.downloadName,
    embedding: isElsewhere ? "cross-origin" : "same-origin",
  });
  headers.set("last-modified", head.uploaded.toUTCString());
  if (isUnchanged(c.req.header("if-none-match"), head.httpEtag)) return notModified(headers);
  const range = wantedRange(c, head.httpEtag, head.size);
  const status = describeBody(headers, range, head.size);
  if (c.req.method === "HEAD") return new Response(null, { status, headers });

  const object = await bucket.get(served.key, {
    onlyIf: { etagMatches: head.etag },
    ...(range === null ? {} : { range: { offset: range.start, length: range.length } }),
  });
  if (object === null || !("body" in object))
    throw new AppError("storage-unavailable", "The bytes changed while they were being read.");
  return new Response(object.body, { status, headers });
}

async function makeMissing(bucket: R2Bucket, { key, make }: ServedObject): Promise<R2Object | null> {
  if (make === undefined) return null;
  await make();
  return await bucket.head(key);
}

export const CACHE_CONTROL = {
  forever: "private, max-age=31536000, immutable",
  "ask-again": "private, no-cache",
  never: "private, no-store",
} as const satisfies Record<ServedObject["kept"], string>;

export interface LeavingMedia {
  /** Strong, with its quotes. */
  readonly etag: string;
  readonly contentType: string;
  readonly cacheControl: string;
  readonly downloadName: string | null;
  readonly embedding: "same-origin" | "cross-origin";
}

export function mediaHeaders(media: LeavingMedia): Headers {
  return new Headers({
    etag: media.etag,
    "accept-ranges": "bytes",
    "content-type": media.contentType,
    "cache-control": media.cacheControl,
    "content-disposition": media.downloadName === null ? "inline" : attachment(media.downloadName),
    // User bytes never run as anything: no sniffing, no scripts, no embedding by other sites (but by our own pages, where
    // pictures have a host of their own).
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox; default-src 'none'",
    "cross-origin-resource-policy": media.embedding,
  });
}

/** Longest name (characters) a download is given; file systems take 255 bytes. */
const DOWNLOAD_NAME_MAX_CHARS = 150;

/**
 * RFC 6266 with the RFC 8187 form for names outside ASCII. The name is a person's: no path, quote or line end survives, nor
 * what would show it as another (control and bidirectional characters). Its extension does.
 */
export function attachment(name: string): string {
  const shown = (name.split(/[/\\]/).at(-1) ?? "").replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "").toWellFormed();
  const extension = /\.[A-Za-z0-9]{1,5}$/.exec(shown)?.[0] ?? "";
  const stem = shown.slice(0, shown.length - extension.length);
  const base = `${stem.slice(0, DOWNLOAD_NAME_MAX_CHARS - extension.length).toWellFormed() || "photo"}${extension}`;
  const plain = base.replace(/[^\x20-\x7e]|["\\%;]/g, "_");
  const encoded = encodeURIComponent(base).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
