// Addresses in the words of Cloudflare Images, imgproxy and thumbor: each redirects to the canonical one. Knows no photo and
// nobody's rights: whoever follows the redirect needs leave of our own, and a foreign signature is no leave.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { AppError } from "../../../shared/contracts/errors.ts";
import { PhotoId } from "../../../shared/contracts/ids.ts";
import { parseCloudflare } from "../../../shared/contracts/transforms/cloudflare.ts";
import { parseImgproxy } from "../../../shared/contracts/transforms/imgproxy.ts";
import { printTail } from "../../../shared/contracts/transforms/print-ops.ts";
import { parseThumbor } from "../../../shared/contracts/transforms/thumbor.ts";
import type { ReadTransform } from "../../../shared/contracts/transforms/transform-draft.ts";
import type { AppEnv } from "../app-env.ts";
import { problemResponses } from "../problem-responses.ts";

export const dialects = new OpenAPIHono<AppEnv>();

const responses = {
  301: { description: "The same picture's one canonical address" },
  ...problemResponses("invalid-request", "invalid-transform"),
};

const getCloudflare = createRoute({
  method: "get",
  path: "/cf/{options}/{photoId}",
  operationId: "getCloudflareAddress",
  summary: "An address in Cloudflare Images' words, redirected to ours",
  request: {
    params: z.object({ options: z.string().meta({ example: "width=320,fit=cover,format=auto" }), photoId: PhotoId }),
  },
  responses,
});

dialects.openapi(getCloudflare, (c) => {
  const { options, photoId } = c.req.valid("param");
  return redirectToRender(c, photoId, parseCloudflare(options));
});

const IMGPROXY_FORM = "/imgproxy/{signature}/{options}/plain/{photo}@{extension}";

dialects.get("/imgproxy/*", (c) => {
  const segments = segmentsOf(c);
  const at = segments.indexOf("plain", 1);
  if (at < 1 || at !== segments.length - 2) throw noAddress(IMGPROXY_FORM);
  const [id = "", extension = "", ...more] = (segments[at + 1] ?? "").split("@");
  const photoId = PhotoId.safeParse(id);
  if (!photoId.success || more.length > 0) throw noAddress(IMGPROXY_FORM);
  return redirectToRender(c, photoId.data, parseImgproxy(segments.slice(1, at), extension));
});

dialects.get("/thumbor/*", (c) => {
  const segments = segmentsOf(c);
  const photoId = PhotoId.safeParse(segments.at(-1));
  if (!photoId.success || segments.length < 2) throw noAddress("/thumbor/{signature}/{options}/{photo}");
  return redirectToRender(c, photoId.data, parseThumbor(segments.slice(1, -1).join("/")));
});

/** Behind the dialect's name, decoded one by one: a slash that was encoded belongs to its segment. */
function segmentsOf(c: Context<AppEnv>): string[] {
  const [, , ...segments] = new URL(c.req.url).pathname.split("/");
  try {
    return segments.map(decodeURIComponent);
  } catch {
    throw new AppError("invalid-transform", "The address is not percent-encoded UTF-8.");
  }
}

function noAddress(form: string): AppError {
  return new AppError("invalid-transform", `The address must have the form ${form}.`);
}

/** The query goes along: what it says of the answer (download, dry) holds for every dialect. */
function redirectToRender(c: Context<AppEnv>, photoId: PhotoId, read: ReadTransform): Response {
  if (read.problems !== undefined)
    throw new AppError("invalid-transform", "The address asks for what there is not.", { errors: [...read.problems] });
  c.header("cache-control", "public, max-age=86400");
  return c.redirect(`/i/${photoId}/${printTail(read.transform, "photo")}${new URL(c.req.url).search}`, 301);
}
