// Pictures of a photo in any form: /i/{photo}/{options}/{name}.{format}. Mounted twice: for whoever has a credential or a signed
// address, and below a media grant for <img>.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { AppError } from "../../../shared/contracts/errors.ts";
import { PhotoId } from "../../../shared/contracts/ids.ts";
import { RenderInfo } from "../../../shared/contracts/renders.ts";
import { parseOps } from "../../../shared/contracts/transforms/parse-ops.ts";
import type { AppEnv } from "../app-env.ts";
import { describeRender } from "../render/describe-render.ts";
import { findSource } from "../render/find-render-source.ts";
import { renderResponses } from "../render/render-responses.ts";
import { serveRender } from "../render/serve-render.ts";

const params = z.object({
  photoId: PhotoId,
  file: z.string().meta({ description: "A name and the format; info.json tells instead", example: "photo.webp" }),
});
const query = z.object({
  g: z.string().optional().meta({ description: "Generation of the photo: the answer may be kept for good" }),
  download: z.enum(["0", "1"]).optional().meta({ description: "1 hands it out as a file" }),
  dry: z.enum(["0", "1"]).optional().meta({ description: "1 tells what it would be, and makes nothing" }),
});
const info = { "application/json": { schema: RenderInfo } };
const responses = {
  ...renderResponses("The picture, or what it would be", info, "signature-invalid", "link-expired"),
  301: { description: "The same picture's one canonical address" },
};

/** @param mount "" or "Media": what tells the operations of the two mounts apart */
function renderRoutes(mount: "" | "Media"): OpenAPIHono<AppEnv> {
  const routes = new OpenAPIHono<AppEnv>();
  const grant = mount === "" ? {} : { grant: z.string().max(100).meta({ description: "See getMediaRendition" }) };

  const getPhotoAs = createRoute({
    method: "get",
    path: "/{photoId}/{file}",
    operationId: `get${mount}PhotoAs`,
    summary: "The photo as it is seen, in a format",
    request: { params: params.extend(grant), query },
    responses,
  });
  routes.openapi(getPhotoAs, (c) => answer(c, { ...c.req.valid("param"), ops: "" }, c.req.valid("query")));

  const getRender = createRoute({
    method: "get",
    path: "/{photoId}/{ops}/{file}",
    operationId: `get${mount}Render`,
    summary: "A picture made of the photo; other orders and forms of the options redirect to the canonical one",
    request: {
      params: params.extend({ ...grant, ops: z.string().meta({ example: "w_800,h_600,fit_cover" }) }),
      query,
    },
    responses,
  });
  routes.openapi(getRender, (c) => answer(c, c.req.valid("param"), c.req.valid("query")));
  return routes;
}

export const renders = renderRoutes("");
export const mediaRenders = renderRoutes("Media");

const INFO_FILE = "info.json";

interface Asked {
  readonly photoId: PhotoId;
  readonly ops: string;
  readonly file: string;
}

// A function of its own, because four routes answer with it.
async function answer(c: Context<AppEnv>, asked: Asked, { download, dry }: z.infer<typeof query>): Promise<Response> {
  const isInfo = asked.file === INFO_FILE;
  const parsed = parseOps(asked.ops, isInfo ? "photo.auto" : asked.file);
  if (parsed.problems !== undefined)
    throw new AppError("invalid-transform", "The address asks for what there is not.", {
      errors: [...parsed.problems],
    });
  const source = await findSource(c, asked.photoId);
  const wanted = { ...source, transform: parsed.transform };
  const { pathname, search } = new URL(c.req.url);
  const folder = pathname.slice(0, pathname.indexOf(asked.photoId) + asked.photoId.length);
  const canonical = `${folder}/${parsed.canonical}`;
  if (isInfo || dry === "1") return c.json(await describeRender(c, wanted, canonical), 200);
  if (canonical !== pathname) {
    // The owner's cookie decides whose address it is; what it leads to never changes.
    c.header("cache-control", "private, max-age=86400");
    return c.redirect(`${canonical}${search}`, 301);
  }
  return await serveRender(c, { ...wanted, downloadName: download === "1" ? asked.file : undefined });
}
