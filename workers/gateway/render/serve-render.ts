// Answers with a picture made of a photo. The one way out for every dialect: whoever calls it has found the photo, and with it the
// right to see it.
import type { Context } from "hono";
import { SIGNED_PICTURE_LIFE_MS } from "../../../shared/contracts/limits.ts";
import { isMediaPath } from "../access/media-grant.ts";
import type { AppEnv } from "../app-env.ts";
import { describeBody, isUnchanged, notModified, wantedRange } from "../conditional-requests.ts";
import { CACHE_CONTROL, mediaHeaders } from "../serve-object.ts";
import { CONTENT_TYPES } from "./choose-format.ts";
import { type OpenRender, openRender } from "./open-render.ts";
import { type RenderWanted, type ResolvedRender, resolveRender } from "./resolve-render.ts";

export interface ServedRender extends RenderWanted {
  /** Hands the picture out as a file of that name (its extension is put right); absent shows it in place. */
  readonly downloadName?: string | undefined;
}

/** @throws AppError, see resolveRender and openRender */
export async function serveRender(c: Context<AppEnv>, wanted: ServedRender): Promise<Response> {
  const render = await resolveRender(c, wanted);
  const headers = headersOf(c, wanted, render);
  if (isUnchanged(c.req.header("if-none-match"), render.etag)) return notModified(headers);
  // Its size is known to nobody until it is made, for this request alone.
  if (c.req.method === "HEAD" && render.kept === "nowhere") return new Response(null, { headers });
  const picture = await openRender(c, render);
  const range = wantedRange(c, render.etag, picture.sizeBytes);
  const status = describeBody(headers, range, picture.sizeBytes);
  headers.set("cache-status", CACHE_STATUS[picture.from]);
  return new Response(c.req.method === "HEAD" ? null : await picture.read(range), { status, headers });
}

const CACHE_STATUS = {
  cache: "heliograph; hit",
  storage: "heliograph; fwd=uri-miss; stored",
  renderer: "heliograph; fwd=uri-miss",
} as const satisfies Record<OpenRender["from"], string>;

function headersOf(c: Context<AppEnv>, wanted: ServedRender, render: ResolvedRender): Headers {
  const { format } = render.request.transform;
  const isElsewhere = isMediaPath(c.req.path) && c.var.deps.variables.mediaOrigin !== null;
  const headers = mediaHeaders({
    etag: render.etag,
    contentType: CONTENT_TYPES[format],
    cacheControl: cacheControl(c, wanted, render),
    downloadName: wanted.downloadName === undefined ? null : withExtension(wanted.downloadName, format),
    embedding: wanted.isPublic || isElsewhere ? "cross-origin" : "same-origin",
  });
  if (render.variesByAccept) headers.set("vary", "Accept");
  // Anybody may look at it, so any page may read its pixels.
  if (wanted.isPublic) headers.set("access-control-allow-origin", "*");
  return headers;
}

/** The owner's browser keeps what names a generation; a signed address may be ended, and is asked for again within minutes. */
function cacheControl(c: Context<AppEnv>, { row, isPublic }: ServedRender, { kept }: ResolvedRender): string {
  if (kept === "nowhere") return CACHE_CONTROL.never;
  if (isPublic) return `private, max-age=${SIGNED_PICTURE_LIFE_MS / 1000}`;
  return c.req.query("g") === String(row.gen) ? CACHE_CONTROL.forever : CACHE_CONTROL["ask-again"];
}

function withExtension(name: string, extension: string): string {
  const stem = name.replace(/\.[A-Za-z0-9]{1,5}$/, "");
  return `${stem === "" ? "photo" : stem}.${extension}`;
}
