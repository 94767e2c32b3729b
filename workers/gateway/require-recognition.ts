// Demands that the caller's faces may be recognised: without that there are no people, and asking for them says so.
import type { MiddlewareHandler } from "hono";
import { mayRecognise } from "../../shared/contracts/consent.ts";
import { AppError } from "../../shared/contracts/errors.ts";
import type { UserId } from "../../shared/contracts/ids.ts";
import { findFaceOwner } from "../../shared/db/people/index-queries.ts";
import type { AppEnv } from "./app-env.ts";
import type { GatewayDeps } from "./deps.ts";

export function requireRecognition(): MiddlewareHandler<AppEnv> {
  return async function requireRecognition(c, next) {
    await demandRecognition(c.var.deps, c.var.principal.userId);
    await next();
  };
}

/** @throws AppError recognition-off, or recognition-unavailable where the operator rules it out */
export async function demandRecognition(deps: Pick<GatewayDeps, "db" | "variables">, userId: UserId): Promise<void> {
  if (deps.variables.facePreset === "off")
    throw new AppError("recognition-unavailable", "The operator of this installation has turned face recognition off.");
  if (!(await isRecognised(deps, userId)))
    throw new AppError("recognition-off", "You have not turned face recognition on.");
}

export async function isRecognised(deps: Pick<GatewayDeps, "db" | "variables">, userId: UserId): Promise<boolean> {
  const owner = await findFaceOwner(deps.db, userId);
  return owner !== null && mayRecognise(owner.consent, deps.variables.facePreset);
}
