// Second of the two locks against forged requests: with a session's cookie, a body is one that no plain HTML form can send
// (a multipart form being the one exception, on the routes that take one).
import type { Context } from "hono";
import { AppError } from "../../../shared/contracts/errors.ts";
import type { AppEnv } from "../app-env.ts";

const FORM_TYPES = /^\s*(?:application\/x-www-form-urlencoded|text\/plain)\b/i;
const MULTIPART = /^\s*multipart\/form-data\b/i;
const MULTIPART_PATHS: ReadonlySet<string> = new Set(["/api/v1/photos", "/api/v1/photos/search/face", "/images"]);

export function refuseFormBody(c: Context<AppEnv>): void {
  const type = c.req.header("content-type") ?? "";
  if (FORM_TYPES.test(type) || (MULTIPART.test(type) && !MULTIPART_PATHS.has(c.req.path)))
    throw new AppError("invalid-request", "Send JSON: a form's body is not taken here.");
}
