// From what an address asks for to the one picture it means: format decided, faces found, named by a digest of all of it.
import type { Context } from "hono";
import { renderKey } from "../../../shared/adapters/objects.ts";
import { renderDigest } from "../../../shared/adapters/render-name.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import { PhotoId, UserId } from "../../../shared/contracts/ids.ts";
import type { RenderRequest } from "../../../shared/contracts/renders.ts";
import { isOnLadder } from "../../../shared/contracts/transforms/on-ladder.ts";
import { renderLimits } from "../../../shared/contracts/transforms/render-limits.ts";
import type { RenderFormat, Transform } from "../../../shared/contracts/transforms/transform.ts";
import { findRenderSource, type RenderSource } from "../../../shared/db/photos/render-queries.ts";
import { planGeometry } from "../../../shared/kernels/transform-geometry.ts";
import type { AppEnv } from "../app-env.ts";
import { chooseFormat } from "./choose-format.ts";
import { findFaces, isAboutFaces } from "./find-faces.ts";
import type { FoundSource } from "./find-render-source.ts";

export interface RenderWanted extends FoundSource {
  readonly transform: Transform;
}

export interface ResolvedRender {
  readonly request: RenderRequest;
  /** Strong, with its quotes: the same request is made of the same bytes, and another is another. */
  readonly etag: string;
  /** Names the picture in caches and flights. */
  readonly name: string;
  /**
   * storage: in the bucket, and the Cache API, as far as the account's daily share of kept renders goes. edge: in the Cache API alone, because it could be asked for in any number of sizes,
   * or shows another photo too, whose end nobody would look for here; in the bucket all the same where it is a version somebody
   * wanted kept. nowhere: it tells where faces are.
   */
  readonly kept: "storage" | "edge" | "nowhere";
  readonly sourcePx: { readonly widthPx: number; readonly heightPx: number };
  /** As far as it can be told without looking at pixels. */
  readonly outputPx: { readonly widthPx: number; readonly heightPx: number };
  readonly variesByAccept: boolean;
  readonly isPublic: boolean;
}

type Decided = Omit<Transform, "format"> & { readonly format: RenderFormat };

/** @throws AppError not-ready, not-found (of a watermark), invalid-transform, render-too-large, and what findFaces throws */
export async function resolveRender(
  c: Context<AppEnv>,
  { row, transform, isPublic }: RenderWanted,
): Promise<ResolvedRender> {
  const { deps } = c.var;
  const sourcePx = sizeOf(row);
  const { focus, redact } = isAboutFaces(transform) ? await findFaces(deps, row, transform) : { focus: [], redact: [] };
  const decided = decide(c.req.header("accept"), row, isPublic ? withoutExif(transform) : transform, sourcePx);
  const { problem, output } = planGeometry(sourcePx, decided, focus, renderLimits(decided));
  if (problem === "crop-outside")
    throw new AppError(
      "invalid-transform",
      `The crop is outside of the photo, which has ${sourcePx.widthPx} × ${sourcePx.heightPx} px.`,
    );
  if (problem === "too-large")
    throw new AppError(
      "render-too-large",
      `${output.widthPx} × ${output.heightPx} px is more than ${decided.format} is made of here.`,
    );
  const watermark = await watermarkOf(c, row, decided);
  const kept = isAboutFaces(transform) ? "nowhere" : isOnLadder(decided) && watermark === null ? "storage" : "edge";
  const owner = { userId: UserId.parse(row.userId), photoId: PhotoId.parse(row.id), gen: row.gen };
  const digest = await renderDigest({ transform: decided, focus, redact, watermark });
  const key = renderKey(owner, digest, decided.format);
  return {
    request: { ...owner, transform: decided, focus, redact, key: kept === "storage" ? key : null },
    etag: `"${digest.slice(0, 32)}-${row.gen}"`,
    name: key,
    kept,
    sourcePx,
    outputPx: output,
    variesByAccept: transform.format === "auto",
    isPublic,
  };
}

/** The photo as a person sees it. @throws AppError not-ready, unrenderable */
export function sizeOf({ width, height, thumbnailState }: RenderSource): { widthPx: number; heightPx: number } {
  if (thumbnailState === "skipped" || thumbnailState === "failed")
    throw new AppError("unrenderable", "The photo could not be decoded when it came.");
  if (thumbnailState !== "done" || width === null || height === null)
    throw new AppError("not-ready", "This photo is still being looked at.", { headers: { "retry-after": "1" } });
  return { widthPx: width, heightPx: height };
}

/** Whoever has the address sees the picture; where and with what it was taken stays with its owner. */
function withoutExif(transform: Transform): Transform {
  return transform.meta === "keep" ? { ...transform, meta: "copyright" } : transform;
}

const MAY_HAVE_ALPHA: ReadonlySet<string> = new Set(["image/png", "image/webp", "image/gif", "image/avif"]);

function decide(
  accept: string | undefined,
  row: RenderSource,
  transform: Transform,
  sourcePx: ResolvedRender["sourcePx"],
): Decided {
  const { format, ...rest } = transform;
  if (format !== "auto") return { ...rest, format };
  const { output } = planGeometry(sourcePx, rest);
  const hasAlpha = MAY_HAVE_ALPHA.has(row.mime) && (rest.background === undefined || rest.background.length === 8);
  return { ...rest, format: chooseFormat(accept, { ...output, hasAlpha, isDithered: rest.dither !== undefined }) };
}

/** Which bytes a watermark is made of; another photo of the same library. @throws AppError not-found, and what sizeOf throws */
async function watermarkOf(c: Context<AppEnv>, row: RenderSource, { watermark }: Decided): Promise<string | null> {
  if (watermark === undefined) return null;
  const found = await findRenderSource(c.var.deps.db, watermark.photoId, row.userId);
  if (found === null) throw new AppError("not-found", "The photo for the watermark is not there.");
  sizeOf(found);
  return `${found.id}/${found.gen}`;
}
