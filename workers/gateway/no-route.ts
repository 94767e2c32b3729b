// A path that no route has, or has for other methods only (RFC 9110 §15.5.6).
import { AppError } from "../../shared/contracts/errors.ts";
import { allowedMethods } from "./allowed-methods.ts";

export function noRoute(routes: readonly { method: string; path: string }[], path: string): AppError {
  const allowed = allowedMethods(routes, path);
  if (allowed.length === 0) return new AppError("not-found", "No route has this path.");
  return new AppError("method-not-allowed", `This path takes ${allowed.join(", ")}.`, {
    headers: { allow: allowed.join(", ") },
  });
}
