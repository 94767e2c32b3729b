// The one place where an error becomes a response: RFC 9457, a trace id, never a stack.
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ZodError } from "zod";
import { errorText, log } from "../../shared/adapters/log.ts";
import { AppError, type ErrorCode, PROBLEM_BY_CODE, type Problem } from "../../shared/contracts/errors.ts";
import type { AppEnv } from "./app-env.ts";

export function problemResponse(c: Context<AppEnv>, error: AppError): Response {
  const { status, title, retryable, fix } = PROBLEM_BY_CODE[error.code];
  const url = new URL(c.req.url);
  const body: Problem = {
    type: `${url.origin}/problems/${error.code}`,
    title,
    status,
    code: error.code,
    detail: error.detail,
    retryable,
    fix,
    instance: url.pathname,
    trace_id: c.var.requestId,
    ...(error.errors === undefined ? {} : { errors: error.errors }),
  };
  const headers = new Headers({
    "content-type": "application/problem+json",
    "cache-control": "no-store",
    ...error.headers,
  });
  if (status === 503 && !headers.has("retry-after")) headers.set("retry-after", "2");
  return new Response(JSON.stringify(body), { status, headers });
}

export function onError(error: Error, c: Context<AppEnv>): Response {
  const known = asAppError(error);
  const { status } = PROBLEM_BY_CODE[known.code];
  if (status >= 500) {
    log("error", "request-failed", {
      trace: c.var.requestId,
      method: c.req.method,
      // A grant in a media address is a secret.
      path: c.req.path.replace(/^\/media\/[^/]*/, "/media/…"),
      code: known.code,
      cause: errorText(error.cause ?? error),
    });
  }
  return problemResponse(c, known);
}

function asAppError(error: Error): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof HTTPException) {
    const code: ErrorCode =
      error.status === 401
        ? "unauthenticated"
        : error.status === 404
          ? "not-found"
          : error.status === 413
            ? "file-too-large"
            : error.status < 500
              ? "invalid-request"
              : "internal";
    return new AppError(
      code,
      error.status < 500 ? error.message || "The request could not be read." : "The request could not be completed.",
      { cause: error },
    );
  }
  if (isStorageTrouble(error))
    return new AppError("storage-unavailable", "A storage service did not answer; nothing was lost.", { cause: error });
  return new AppError("internal", "The request could not be completed.", { cause: error });
}

/** D1 and R2 report passing trouble by text only (see reliability notes on D1 retries). */
function isStorageTrouble(error: Error): boolean {
  return /D1_ERROR|D1 DB|R2|Network connection lost|storage caused object to be reset|overloaded|SQLITE_BUSY/i.test(
    error.message,
  );
}

/** All fields that failed, as JSON pointers. */
export function invalidRequest(error: ZodError): AppError {
  const errors = error.issues.map((issue) => ({
    pointer: `/${issue.path.map(String).join("/")}`,
    message: issue.message,
  }));
  const first = errors[0];
  return new AppError(
    "invalid-request",
    first === undefined ? "The request is not valid." : `${first.pointer}: ${first.message}`,
    { errors },
  );
}
