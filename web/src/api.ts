// The typed client of our own API: every answer is parsed with its contract, every failure is an ApiError or NetworkError.
import type { z } from "zod";
import { SignedOut } from "../../shared/contracts/account.ts";
import { UserInfo } from "../../shared/contracts/auth.ts";
import { BatchCreated, type CreateBatch } from "../../shared/contracts/batches.ts";
import { type ErrorCode, Problem } from "../../shared/contracts/errors.ts";
import { Health } from "../../shared/contracts/health.ts";
import { LiveTicket } from "../../shared/contracts/live-ticket.ts";
import { FaceList, type PatchPhoto, Photo, PhotoPage } from "../../shared/contracts/photos.ts";
import { ProgressSnapshot } from "../../shared/contracts/progress.ts";

export const API_BASE = "/api/v1";

export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: ErrorCode;
  readonly problem: Problem | null;
  /** How long (ms) the server asked us to wait, null when it did not say. */
  readonly retryAfterMs: number | null;

  constructor(status: number, problem: Problem | null, retryAfterMs: number | null) {
    super(problem?.detail ?? `The server answered ${status}`);
    this.status = status;
    this.problem = problem;
    this.code = problem?.code ?? "internal";
    this.retryAfterMs = retryAfterMs;
  }

  get isRetryable(): boolean {
    return this.problem?.retryable ?? (this.status === 429 || this.status >= 500);
  }
}

/** No answer at all: offline, the server is down, or the connection broke. */
export class NetworkError extends Error {
  override readonly name = "NetworkError";
}

/** `Retry-After` is either seconds or a date. */
export function parseRetryAfterMs(header: string | null, nowMs: number): number | null {
  if (header === null || header.trim() === "") return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const dateMs = Date.parse(header);
  return Number.isNaN(dateMs) ? null : Math.max(0, dateMs - nowMs);
}

export function parseProblem(text: string): Problem | null {
  try {
    const parsed = Problem.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Asks whoever sits here to prove it once more; false when they would not. */
type Confirmer = () => Promise<boolean>;
let confirmer: Confirmer | null = null;

/** The one place that answers `confirmation-required`: the refused call is repeated after a yes. */
export function confirmWith(ask: Confirmer | null): void {
  confirmer = ask;
}

/** Proving it: a refusal of these is the answer to the question, not a reason to ask it again. */
const IS_PROOF = /^\/auth\/(passkeys\/)?confirm/;

/** Throws unless the answer is 2xx, 304, or one of `accept`. */
export async function send(
  method: string,
  path: string,
  init: RequestInit = {},
  accept: readonly number[] = [],
): Promise<Response> {
  try {
    return await sendOnce(method, path, init, accept);
  } catch (error) {
    const isRefused = error instanceof ApiError && error.code === "confirmation-required" && !IS_PROOF.test(path);
    if (!isRefused || confirmer === null || !(await confirmer())) throw error;
    // A second refusal is an answer, not another question.
    return sendOnce(method, path, init, accept);
  }
}

async function sendOnce(method: string, path: string, init: RequestInit, accept: readonly number[]): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(API_BASE + path, { method, credentials: "same-origin", ...init });
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    throw new NetworkError("The server could not be reached", { cause });
  }
  if (response.ok || response.status === 304 || accept.includes(response.status)) return response;
  const problem = parseProblem(await response.text().catch(() => ""));
  throw new ApiError(response.status, problem, parseRetryAfterMs(response.headers.get("retry-after"), Date.now()));
}

export function jsonBody(body: unknown): Pick<RequestInit, "body" | "headers"> {
  return body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
}

export async function call<Schema extends z.ZodType>(
  method: string,
  path: string,
  schema: Schema,
  body?: unknown,
  signal?: AbortSignal,
): Promise<z.infer<Schema>> {
  const response = await send(method, path, { ...jsonBody(body), ...(signal ? { signal } : {}) });
  return schema.parse(await response.json());
}

export async function tell(method: string, path: string, body?: unknown): Promise<void> {
  await send(method, path, jsonBody(body));
}

export interface PhotoQuery {
  readonly cursor?: string | null;
  readonly limit?: number;
  readonly status?: string;
  readonly batch?: string;
  /** Ids of people, comma-separated. */
  readonly person?: string;
  readonly match?: "all" | "any";
}

/** A query as the address takes it; what is absent or null is left out. */
export function toParams(query: object): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null) params.set(name, String(value));
  }
  return params.toString();
}

export const auth = {
  userinfo: () => call("GET", "/auth/userinfo", UserInfo),
  logout: () => call("POST", "/auth/logout", SignedOut),
  keepAccount: () => tell("POST", "/account/keep"),
};

export const batches = {
  create: (body: CreateBatch, signal?: AbortSignal) => call("POST", "/batches", BatchCreated, body, signal),
};

export const photos = {
  list: (query: PhotoQuery, signal?: AbortSignal) =>
    call("GET", `/photos?${toParams(query)}`, PhotoPage, undefined, signal),
  get: (id: string, signal?: AbortSignal) => call("GET", `/photos/${id}`, Photo, undefined, signal),
  patch: (id: string, body: PatchPhoto) => call("PATCH", `/photos/${id}`, Photo, body),
  remove: (id: string) => tell("DELETE", `/photos/${id}`),
  restore: (id: string) => call("POST", `/photos/${id}/restore`, Photo),
  retry: (id: string) => call("POST", `/photos/${id}/retry`, Photo),
  faces: (id: string, signal?: AbortSignal) => call("GET", `/photos/${id}/faces`, FaceList, undefined, signal),
  /** Aspect ratios × 1000, newest first, little-endian as every browser we run on. */
  layout: async (signal?: AbortSignal): Promise<Uint16Array> =>
    new Uint16Array(await (await send("GET", "/photos/layout", signal ? { signal } : {})).arrayBuffer()),
  originalAddress: (id: string) => `${API_BASE}/photos/${id}/original`,
};

export const health = {
  /** A service that is down answers 503 with the same document: that is an answer, not a failure to answer. */
  get: async (signal?: AbortSignal): Promise<Health> =>
    Health.parse(await (await send("GET", "/health", signal ? { signal } : {}, [503])).json()),
};

export const progress = {
  ticket: () => call("POST", "/progress/ticket", LiveTicket),
  path: (batch: string | null) => (batch === null ? "/progress" : `/batches/${batch}`),
  get: (batch: string | null, signal?: AbortSignal) =>
    call("GET", progress.path(batch), ProgressSnapshot, undefined, signal),
};
