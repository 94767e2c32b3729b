// A photo's thumbnail, by its name.
import type { Context } from "hono";
import { renditionKey, webpKey } from "../../shared/adapters/objects.ts";
import { AppError } from "../../shared/contracts/errors.ts";
import { type PhotoId, UserId } from "../../shared/contracts/ids.ts";
import type { WebpWidth } from "../../shared/contracts/limits.ts";
import { webpWidthsOf } from "../../shared/contracts/webp.ts";
import { findPhoto } from "../../shared/db/photos/library-queries.ts";
import type { AppEnv } from "./app-env.ts";
import { requestWebp } from "./request-webp.ts";
import { serveObject } from "./serve-object.ts";

/** @param gen the generation the address names, or undefined where it names none */
export async function serveRendition(
  c: Context<AppEnv>,
  { photoId, name }: { readonly photoId: PhotoId; readonly name: string },
  gen: number | undefined,
): Promise<Response> {
  const { deps, principal } = c.var;
  const asked = /^w(?:(?<jpg>160|320|640|1280)\.jpg|(?<webp>320|1280)\.webp)$/.exec(name)?.groups;
  if (asked === undefined)
    throw new AppError(
      "not-found",
      "Renditions are w160.jpg, w320.jpg, w640.jpg and w1280.jpg, and w320.webp and w1280.webp.",
    );
  const row = await findPhoto(deps.db, photoId, principal.userId);
  if (row === null || row.lifecycle === "deleted") throw new AppError("not-found", "There is no such photo.");
  if (row.thumbnailState === "skipped" || row.thumbnailState === "failed")
    throw new AppError("not-found", `There is no thumbnail: ${row.thumbnailState} (${row.thumbnailReason}).`);
  if (row.thumbnailState !== "done")
    throw new AppError("not-ready", "The thumbnails of this photo are still being made.", {
      headers: { "retry-after": "1" },
    });
  const photo = { userId: UserId.parse(row.userId), photoId, gen: row.gen };
  const served = { downloadName: null, kept: gen === row.gen ? "forever" : "ask-again" } as const;
  if (asked.jpg !== undefined) {
    const key = renditionKey(photo, Number(asked.jpg));
    return await serveObject(c, deps.bucket, { ...served, key, contentType: "image/jpeg" });
  }
  const widthPx = Number(asked.webp) as WebpWidth;
  if (!webpWidthsOf(row.width ?? 1, row.height ?? 1).includes(widthPx))
    throw new AppError("not-found", `This photo is too tall for ${name}; w${widthPx}.jpg is there.`);
  return await serveObject(c, deps.bucket, {
    ...served,
    key: webpKey(photo, widthPx),
    contentType: "image/webp",
    make: () => requestWebp(deps, { ...photo, widthPx }),
  });
}
