// One request of the tus protocol (1.0.0), answered by the protocol's own library over our store; failures leave as problems.
import { Server } from "@tus/server";
import type { Context } from "hono";
import { AppError, type ErrorCode } from "../../../shared/contracts/errors.ts";
import { FILE_MAX_BYTES } from "../../../shared/contracts/limits.ts";
import type { AppEnv } from "../app-env.ts";
import { PhotoDataStore } from "./photo-data-store.ts";
import { CHECKSUM_ALGORITHMS } from "./upload-checksum.ts";
import { NO_LOCK } from "./upload-lease.ts";

const VERSION = "1.0.0";
const METHODS: ReadonlySet<string> = new Set(["OPTIONS", "POST", "HEAD", "PATCH", "DELETE"]);

/** @param path where uploads are created */
export async function answerTus(c: Context<AppEnv>, path: string): Promise<Response> {
  try {
    const request = withMethod(c.req.raw);
    refuseOtherVersions(request);
    const answered = answer(c, request, path);
    // A client that goes away does not take this with it: what came is put away, and the next request finds nobody writing.
    c.executionCtx.waitUntil(answered.catch(() => {}));
    return await answered;
  } catch (cause) {
    // Every answer names the version, whatever became of the request.
    if (!(cause instanceof AppError)) throw cause;
    const { facts, errors } = cause;
    throw new AppError(cause.code, cause.detail, {
      facts,
      ...(errors === undefined ? {} : { errors }),
      headers: { "tus-resumable": VERSION, ...cause.headers },
      cause: cause.cause,
    });
  }
}

async function answer(c: Context<AppEnv>, request: Request, path: string): Promise<Response> {
  const { deps, principal } = c.var;
  const store = new PhotoDataStore(deps, principal.userId, request.headers);
  let failure: unknown = null;
  const server = new Server({
    path,
    datastore: store,
    relativeLocation: true,
    maxSize: FILE_MAX_BYTES,
    namingFunction: (_, metadata) => store.announce(metadata ?? {}),
    locker: request.method === "HEAD" ? NO_LOCK : store.lease,
    disableTerminationForFinishedUploads: true,
    onResponseError: (_, cause) => {
      failure = cause;
      return undefined;
    },
  });
  const response = await server.handleWeb(request);
  // The library's own refusals are plain objects with a status.
  if (failure instanceof Error) throw failure;
  if (response.status >= 400) throw problemOf(response.status, await response.text());
  const headers = new Headers(response.headers);
  // Nobody is invited from other origins: the library would invite everybody.
  for (const name of [...headers.keys()]) if (name.startsWith("access-control-")) headers.delete(name);
  if (request.method === "OPTIONS") headers.set("tus-checksum-algorithm", CHECKSUM_ALGORITHMS);
  if (store.finishedAs !== null) headers.set("content-location", `/api/v1/photos/${store.finishedAs}`);
  return new Response(response.body, { status: response.status, headers });
}

/** For clients that can send nothing but POST. A method that changes nothing cannot become one that does. */
function withMethod(request: Request): Request {
  const method = request.headers.get("x-http-method-override")?.toUpperCase() ?? request.method;
  if (!METHODS.has(method) || (method !== request.method && request.method !== "POST"))
    throw new AppError("method-not-allowed", `This path takes ${[...METHODS].join(", ")}.`, {
      headers: { allow: [...METHODS].join(", ") },
    });
  return method === request.method ? request : new Request(request, { method });
}

function refuseOtherVersions(request: Request): void {
  if (request.method === "OPTIONS" || request.headers.get("tus-resumable") === VERSION) return;
  throw new AppError("tus-version", "The request must say Tus-Resumable: 1.0.0.", {
    headers: { "tus-version": VERSION },
  });
}

const CODE_BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  404: "not-found",
  409: "offset-conflict",
  410: "upload-expired",
  413: "file-too-large",
};

/** What the library itself refuses: bad headers, wrong offsets, too much of a body, extensions nobody offered. */
function problemOf(status: number, text: string): AppError {
  const detail = text.trim().slice(0, 300) || "The request is not one of the tus protocol.";
  if (/aborted/i.test(detail)) return new AppError("body-truncated", "The connection ended before the body did.");
  if (status >= 500 && status !== 501) return new AppError("internal", "The upload could not be continued.");
  return new AppError(CODE_BY_STATUS[status] ?? "invalid-request", detail);
}
