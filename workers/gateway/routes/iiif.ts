// IIIF Image API 3.0, level 2 (https://iiif.io/api/image/3.0/). For the owner: a signature is of one picture, and a viewer asks for many.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { AppError } from "../../../shared/contracts/errors.ts";
import { PhotoId } from "../../../shared/contracts/ids.ts";
import { parseIiif } from "../../../shared/contracts/transforms/iiif.ts";
import { IiifInfo, iiifInfo } from "../../../shared/contracts/transforms/iiif-info.ts";
import type { AppEnv } from "../app-env.ts";
import { otherSitesMayRead, preflight } from "../oauth/other-sites.ts";
import { problemResponses } from "../problem-responses.ts";
import { publicOrigin } from "../public-origin.ts";
import { findSource } from "../render/find-render-source.ts";
import { renderResponses } from "../render/render-responses.ts";
import { sizeOf } from "../render/resolve-render.ts";
import { serveRender } from "../render/serve-render.ts";

export const iiif = new OpenAPIHono<AppEnv>();

/** An identifier that is no id of ours names nothing: 404 (§7.2), not a complaint about its form. */
const photoId = z.string().max(100).meta({ description: "The photo's id" });
const PROFILE_LINK = '<http://iiif.io/api/image/3/level2.json>;rel="profile"';
const JSON_LD = 'application/ld+json;profile="http://iiif.io/api/image/3/context.json"';
const problems = problemResponses("unauthenticated", "forbidden", "not-found", "not-ready", "unrenderable");

const getBase = createRoute({
  method: "get",
  path: "/{photoId}",
  operationId: "getIiifBase",
  summary: "The IIIF image's base address leads to its information",
  request: { params: z.object({ photoId }) },
  responses: { 303: { description: "info.json" } },
});

iiif.openapi(getBase, (c) => {
  const { search } = new URL(c.req.url);
  return c.redirect(`/iiif/3/${encodeURIComponent(c.req.valid("param").photoId)}/info.json${search}`, 303);
});

iiif.use("/:photoId/info.json", otherSitesMayRead());
iiif.options("/:photoId/info.json", () => preflight("GET"));

const getInfo = createRoute({
  method: "get",
  path: "/{photoId}/info.json",
  operationId: "getIiifInfo",
  summary: "What the photo is as a IIIF image: its size, and what can be asked for",
  request: { params: z.object({ photoId }) },
  responses: {
    200: {
      description: "The information; as application/json where Accept asks for that alone",
      content: { "application/ld+json": { schema: IiifInfo } },
    },
    ...problems,
  },
});

iiif.openapi(getInfo, async (c) => {
  const id = idOf(c.req.valid("param").photoId);
  const { row } = await findSource(c, id);
  const accept = c.req.header("accept") ?? "";
  const isPlain = accept.includes("application/json") && !accept.includes("application/ld+json");
  const info = iiifInfo(`${publicOrigin(c)}/iiif/3/${id}`, sizeOf(row));
  return c.json(info, 200, {
    "Content-Type": isPlain ? "application/json" : JSON_LD,
    link: PROFILE_LINK,
    vary: "Accept",
  });
});

const getImage = createRoute({
  method: "get",
  path: "/{photoId}/{region}/{size}/{rotation}/{file}",
  operationId: "getIiifImage",
  summary: "A part of the photo, scaled, turned and in a quality and format, by IIIF's rules",
  request: {
    params: z.object({
      photoId,
      region: z.string().meta({ description: "full, square, x,y,w,h or pct:x,y,w,h", example: "square" }),
      size: z.string().meta({
        description: "max, w, or ,h or w,h or !w,h or pct:n; ^ before it may enlarge",
        example: "!400,400",
      }),
      rotation: z.string().meta({ description: "0, 90, 180 or 270; ! before it mirrors first", example: "0" }),
      file: z.string().meta({
        description: "default, color, gray or bitonal; jpg, png, webp, avif or gif",
        example: "default.jpg",
      }),
    }),
  },
  responses: {
    ...renderResponses("The picture; Link names its canonical address"),
  },
});

iiif.openapi(getImage, async (c) => {
  const { photoId: identifier, ...path } = c.req.valid("param");
  const id = idOf(identifier);
  const source = await findSource(c, id);
  const parsed = parseIiif(path, sizeOf(source.row));
  if (parsed.problems !== undefined)
    throw new AppError("invalid-transform", "The address asks for what there is not.", {
      errors: [...parsed.problems],
    });
  const response = await serveRender(c, { ...source, transform: parsed.transform });
  return withLinks(response, `${publicOrigin(c)}/iiif/3/${id}/${parsed.canonical}`);
});

function idOf(identifier: string): PhotoId {
  const id = PhotoId.safeParse(identifier);
  if (!id.success) throw new AppError("not-found", "There is no such photo.");
  return id.data;
}

/** Viewers of other sites read pixels too; what a cookie opens is not sent to them, because `*` takes no credentials. */
function withLinks(response: Response, canonical: string): Response {
  response.headers.set("link", `<${canonical}>;rel="canonical", ${PROFILE_LINK}`);
  response.headers.set("access-control-allow-origin", "*");
  return response;
}
