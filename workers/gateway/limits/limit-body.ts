// Bodies of the identity routes are small; a larger one is refused before it is read.
import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { AppError } from "../../../shared/contracts/errors.ts";
import { IDENTITY_BODY_MAX_BYTES } from "../../../shared/contracts/limits.ts";
import type { AppEnv } from "../app-env.ts";

export function limitIdentityBody(): MiddlewareHandler<AppEnv> {
  return bodyLimit({
    maxSize: IDENTITY_BODY_MAX_BYTES,
    onError: () => {
      throw new AppError("invalid-request", `The body is larger than ${IDENTITY_BODY_MAX_BYTES} bytes.`);
    },
  });
}
