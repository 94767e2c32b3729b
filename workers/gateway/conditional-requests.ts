// Conditional requests and byte ranges (RFC 9110 §13, §14) of anything that has a strong validator. Knows no storage.
import type { Context } from "hono";
import { AppError } from "../../shared/contracts/errors.ts";
import type { AppEnv } from "./app-env.ts";
import { type ByteRange, parseRange } from "./byte-range.ts";

/** Whether the caller has exactly this already: If-None-Match, compared weakly as §13.1.2 says. */
export function isUnchanged(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch
    .split(",")
    .some((candidate) => candidate.trim() === "*" || candidate.trim().replace(/^W\//, "") === etag);
}

/** A 304 carries validators and caching, not the length and type of a body it does not have. */
export function notModified(headers: Headers): Response {
  const kept = new Headers(headers);
  for (const name of ["content-type", "content-disposition", "content-length"]) kept.delete(name);
  return new Response(null, { status: 304, headers: kept });
}

/**
 * The part that is wanted, or null for the whole. If-Range is compared strongly (§13.1.5): a weak tag, another one or a date gets
 * the whole.
 * @throws AppError range-not-satisfiable
 */
export function wantedRange(c: Context<AppEnv>, etag: string, sizeBytes: number): ByteRange | null {
  // §14.2: for no other method is a range defined.
  if (c.req.method !== "GET") return null;
  const ifRange = c.req.header("if-range");
  const range = ifRange === undefined || ifRange === etag ? parseRange(c.req.header("range"), sizeBytes) : null;
  if (range === "unsatisfiable") {
    throw new AppError("range-not-satisfiable", `The file has ${sizeBytes} bytes.`, {
      headers: { "content-range": `bytes */${sizeBytes}` },
    });
  }
  return range;
}

/** Says what the body is, in the headers. @returns the status that goes with them */
export function describeBody(headers: Headers, range: ByteRange | null, sizeBytes: number): 200 | 206 {
  headers.set("content-length", String(range === null ? sizeBytes : range.length));
  if (range === null) return 200;
  headers.set("content-range", `bytes ${range.start}-${range.start + range.length - 1}/${sizeBytes}`);
  return 206;
}
