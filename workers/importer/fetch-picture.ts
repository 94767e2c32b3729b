// Goes to an address, hop by hop: each is checked by its text and by where its name leads before anything is asked of it.
// What cannot be closed here: a name may lead elsewhere between our question and the platform's (DNS rebinding). What is left of
// that rests on where the Worker runs: nothing private is reachable from the platform's edge, and there is no secret in this Worker.
import { errorText, log } from "../../shared/adapters/log.ts";
import type { ImportOutcome } from "../../shared/contracts/imports.ts";
import {
  FILE_MAX_BYTES,
  IMPORT_HEADERS_TIMEOUT_MS,
  IMPORT_MAX_REDIRECTS,
  IMPORT_TIMEOUT_MS,
} from "../../shared/contracts/limits.ts";
import { type CheckedAddress, checkAddress } from "./check-address.ts";
import { countedBody } from "./counted-body.ts";
import { filenameOf } from "./filename-of.ts";
import { isPublicAddress } from "./public-address.ts";
import { type ResolveDeps, resolveName } from "./resolve-name.ts";

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** Pictures, and what servers say that do not know; the bytes are looked at by whoever takes them. */
const PICTURE_TYPES = /^(?:image\/|application\/octet-stream\b|binary\/octet-stream\b)/i;
/** Nothing of the caller's: no cookie, no referrer, no credential, no compression that a small body could hide a large one in. */
const HEADERS = {
  accept: "image/avif, image/webp, image/*;q=0.9",
  "accept-encoding": "identity",
  "user-agent": "Heliograph-Importer/1.0",
};

export interface FetchPictureDeps extends ResolveDeps {
  readonly ownHosts: readonly string[];
  readonly now: () => number;
  /** Time (ms) to the headers of each hop and in all; the platform's limits but in tests. */
  readonly headersTimeoutMs?: number;
  readonly timeoutMs?: number;
}

export async function fetchPicture(deps: FetchPictureDeps, address: string): Promise<ImportOutcome> {
  const endsAt = deps.now() + (deps.timeoutMs ?? IMPORT_TIMEOUT_MS);
  let text = address;
  for (let hop = 0; hop <= IMPORT_MAX_REDIRECTS; hop++) {
    const checked = checkAddress(text, deps.ownHosts);
    if (checked === null) return { kind: "refused" };
    const timeoutMs = Math.min(deps.headersTimeoutMs ?? IMPORT_HEADERS_TIMEOUT_MS, endsAt - deps.now());
    if (timeoutMs <= 0) return { kind: "failed" };
    const response = await ask(deps, checked, timeoutMs);
    if (typeof response === "string") return { kind: response };
    if (REDIRECTS.has(response.status)) {
      const location = response.headers.get("location");
      await discard(response);
      if (location === null || !URL.canParse(location, checked.url)) return { kind: "failed" };
      text = new URL(location, checked.url).href;
      continue;
    }
    return await pictureOf(deps, response, checked.url, endsAt);
  }
  return { kind: "failed" };
}

async function ask(
  deps: FetchPictureDeps,
  { url, name }: CheckedAddress,
  timeoutMs: number,
): Promise<Response | "refused" | "failed"> {
  const stop = new AbortController();
  // For the headers only: the body has a time of its own.
  const timer = setTimeout(() => stop.abort(), timeoutMs);
  try {
    if (name !== null) {
      const addresses = await resolveName(deps, name, stop.signal);
      // One private address among public ones is how a name leads inside.
      if (addresses.length === 0 || !addresses.every(isPublicAddress)) return "refused";
    }
    return await deps.fetch(
      new Request(url, { headers: HEADERS, redirect: "manual", cache: "no-store", signal: stop.signal }),
    );
  } catch (cause) {
    log("info", "import-failed", { cause: errorText(cause) });
    return "failed";
  } finally {
    clearTimeout(timer);
  }
}

async function pictureOf(
  { now }: FetchPictureDeps,
  response: Response,
  url: URL,
  endsAt: number,
): Promise<ImportOutcome> {
  const { status, headers, body } = response;
  const encoding = headers.get("content-encoding") ?? "identity";
  const declared = headers.get("content-length");
  const sizeBytes = declared === null ? null : Number(declared);
  const isPicture =
    status === 200 &&
    body !== null &&
    encoding === "identity" &&
    PICTURE_TYPES.test(headers.get("content-type") ?? "application/octet-stream") &&
    (sizeBytes ?? 0) <= FILE_MAX_BYTES;
  if (!isPicture) {
    await discard(response);
    return { kind: "failed" };
  }
  const counted = countedBody(body, FILE_MAX_BYTES, endsAt, now);
  return { kind: "fetched", body: counted, sizeBytes, filename: filenameOf(url) };
}

async function discard(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => {});
}
