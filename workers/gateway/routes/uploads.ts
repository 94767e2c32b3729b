// tus 1.0 comes in a later release; until then the answer says what to do instead.
import { OpenAPIHono } from "@hono/zod-openapi";
import { AppError } from "../../../shared/contracts/errors.ts";
import type { AppEnv } from "../app-env.ts";

export const uploads = new OpenAPIHono<AppEnv>();

uploads.all("/tus/*", () => {
  throw new AppError("upload-expired", "Resumable uploads come with this release.");
});
