// Pictures on a host of their own, where an installation has one: what runs there could reach nothing else, and the other way about.
import type { MiddlewareHandler } from "hono";
import { AppError } from "../../../shared/contracts/errors.ts";
import type { AppEnv } from "../app-env.ts";
import { isMediaPath } from "./media-grant.ts";

export function refuseWrongHost(): MiddlewareHandler<AppEnv> {
  return async function refuseWrongHost(c, next) {
    const { mediaOrigin } = c.var.deps.variables;
    if (mediaOrigin !== null && isMediaPath(c.req.path) !== (new URL(c.req.url).host === new URL(mediaOrigin).host))
      throw new AppError("not-found", "This is answered on another host.");
    return next();
  };
}
