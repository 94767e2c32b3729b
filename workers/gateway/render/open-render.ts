// A render's bytes from wherever they are: the Cache API, storage, or the renderer, each render made once for all who wait for it.
import type { Context } from "hono";
import { log } from "../../../shared/adapters/log.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import { ATTEMPT_LIMITS, type AttemptKind, RENDER_CACHED_MAX_BYTES } from "../../../shared/contracts/limits.ts";
import type { AppEnv } from "../app-env.ts";
import { askWorker } from "../ask-worker.ts";
import type { ByteRange } from "../byte-range.ts";
import { CONTENT_TYPES } from "./choose-format.ts";
import type { FlightOutcome, RenderLimit, RenderLimits } from "./flight-rpc.ts";
import { cacheRender, matchRender } from "./render-cache.ts";
import { isWorthRemembering, recallRender, rememberRender } from "./render-memory.ts";
import type { ResolvedRender } from "./resolve-render.ts";

export interface OpenRender {
  readonly sizeBytes: number;
  /** Where it was, for the Cache-Status header (RFC 9211). */
  readonly from: "cache" | "storage" | "renderer";
  /** Once. */
  read(range: ByteRange | null): Promise<BodyInit>;
}

/** @throws AppError not-found, unrenderable, render-too-large, too-many-requests or storage-unavailable */
export async function openRender(c: Context<AppEnv>, render: ResolvedRender): Promise<OpenRender> {
  const { name, kept } = render;
  if (kept === "nowhere") return await makeRender(c, render);
  const remembered = recallRender(name);
  if (remembered !== null) return openBytes(remembered, "cache");
  const cached = await matchRender(name);
  if (cached !== null) {
    const sizeBytes = Number(cached.headers.get("content-length"));
    return await openWhole(name, { sizeBytes, from: "cache", body: cached.body });
  }
  // Also what is not kept as a rule may be there: a version somebody wanted. Looking costs less than making.
  const stored = await openStoredRender(c, render);
  return stored ?? (await makeRender(c, render));
}

function openBytes(bytes: Uint8Array<ArrayBuffer>, from: OpenRender["from"]): OpenRender {
  return {
    sizeBytes: bytes.byteLength,
    from,
    read: async (range) => (range === null ? bytes : bytes.subarray(range.start, range.start + range.length)),
  };
}

/** Of a whole picture: small ones are held for the next request, large ones pass. */
async function openWhole(
  name: string,
  whole: Pick<OpenRender, "sizeBytes" | "from"> & { readonly body: ReadableStream<Uint8Array> | null },
): Promise<OpenRender> {
  const { sizeBytes, from, body } = whole;
  const buffered = async () => new Uint8Array(await new Response(body).arrayBuffer());
  if (isWorthRemembering(sizeBytes)) {
    const bytes = await buffered();
    rememberRender(name, bytes);
    return openBytes(bytes, from);
  }
  return {
    sizeBytes,
    from,
    read: async (range) =>
      range === null ? (body ?? "") : (await buffered()).subarray(range.start, range.start + range.length),
  };
}

async function openStoredRender(c: Context<AppEnv>, { name, request }: ResolvedRender): Promise<OpenRender | null> {
  const { bucket } = c.var.deps;
  const contentType = CONTENT_TYPES[request.transform.format];
  // One call where the whole is wanted; where it may be a part, the size comes first.
  if (c.req.method === "GET" && c.req.header("range") === undefined) {
    const object = await bucket.get(name);
    if (object === null) return null;
    const sizeBytes = object.size;
    if (sizeBytes > RENDER_CACHED_MAX_BYTES)
      return await openWhole(name, { sizeBytes, from: "storage", body: object.body });
    const [body, copy] = object.body.tee();
    cacheRender(c, name, copy, { sizeBytes, contentType });
    return await openWhole(name, { sizeBytes, from: "storage", body });
  }
  const head = await bucket.head(name);
  if (head === null) return null;
  return {
    sizeBytes: head.size,
    from: "storage",
    read: async (range) =>
      range === null ? ((await bucket.get(name))?.body ?? gone()) : readPart(bucket, name, range),
  };
}

async function readPart(bucket: R2Bucket, key: string, range: ByteRange): Promise<ReadableStream<Uint8Array>> {
  const part = await bucket.get(key, { range: { offset: range.start, length: range.length } });
  return part?.body ?? gone();
}

function gone(): never {
  throw new AppError("storage-unavailable", "The picture went while it was being read.");
}

async function makeRender(c: Context<AppEnv>, render: ResolvedRender): Promise<OpenRender> {
  const outcome = await flyRender(c, render);
  if (outcome.kind === "stored") return (await openStoredRender(c, render)) ?? gone();
  const { contentType } = outcome;
  const bytes = outcome.bytes as Uint8Array<ArrayBuffer>;
  if (render.kept !== "nowhere" && bytes.byteLength <= RENDER_CACHED_MAX_BYTES)
    cacheRender(c, render.name, bytes, { sizeBytes: bytes.byteLength, contentType });
  return openBytes(bytes, "renderer");
}

/** Has it made, or waits for who else has it made. @throws AppError in the client's words */
export async function flyRender(
  c: Context<AppEnv>,
  { name, request, isPublic }: Pick<ResolvedRender, "name" | "request" | "isPublic">,
): Promise<Extract<FlightOutcome, { kind: "stored" | "made" }>> {
  const limits = await limitsOf(c, request.userId, isPublic);
  // The public's flights are their own: an owner who joined one would share its limit.
  const flight = isPublic ? `public:${name}` : name;
  const outcome = await askWorker("The picture could not be made just now.", () =>
    c.var.deps.renderFlights.getByName(flight).render(request, limits),
  );
  switch (outcome.kind) {
    case "stored":
    case "made":
      return outcome;
    case "gone":
      throw new AppError("not-found", "There is no such photo.");
    case "limited": {
      const seconds = String(Math.max(1, Math.ceil(outcome.retryAfterMs / 1000)));
      throw new AppError(
        "too-many-requests",
        `Too many new pictures were asked for; try again in ${seconds} seconds.`,
        {
          headers: { "retry-after": seconds },
        },
      );
    }
    case "unmakeable": {
      log("warn", "unrenderable", { photo: request.photoId, reason: outcome.reason, detail: outcome.detail });
      if (outcome.reason === "too-large")
        throw new AppError("render-too-large", "The picture would need more memory than there is.");
      throw new AppError("unrenderable", "The photo could not be decoded.");
    }
  }
}

/** Strangers have a share of their own, so that none of them keeps the owner from new pictures; what is kept is the account's. */
async function limitsOf(c: Context<AppEnv>, userId: string, isPublic: boolean): Promise<RenderLimits> {
  const [made, kept] = await Promise.all([
    limitOf(c, isPublic ? "render:public" : "render:account", userId),
    limitOf(c, "render-kept:account", userId),
  ]);
  return { made, kept };
}

async function limitOf(c: Context<AppEnv>, kind: AttemptKind, userId: string): Promise<RenderLimit> {
  const { vault, variables } = c.var.deps;
  const { most, withinMs } = ATTEMPT_LIMITS[kind];
  return {
    counter: await vault.derive("limit-name", `${kind}:${userId}`),
    most: Math.max(1, Math.floor(most * variables.attemptLimitFactor)),
    withinMs,
  };
}
