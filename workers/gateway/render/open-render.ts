// A render's bytes from wherever they are: the Cache API, storage, or the renderer, each render made once for all who wait for it.
import type { Context } from "hono";
import { log } from "../../../shared/adapters/log.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import { ATTEMPT_LIMITS } from "../../../shared/contracts/limits.ts";
import type { AppEnv } from "../app-env.ts";
import { askWorker } from "../ask-worker.ts";
import type { ByteRange } from "../byte-range.ts";
import { CONTENT_TYPES } from "./choose-format.ts";
import type { FlightOutcome, RenderLimit } from "./flight-rpc.ts";
import { cacheRender, matchRender } from "./render-cache.ts";
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
  const cached = render.kept === "nowhere" ? null : await matchRender(c, render.name);
  if (cached !== null) return fromCache(cached);
  // Also what is not kept as a rule may be there: a version somebody wanted. Looking costs less than making.
  const stored = render.kept === "nowhere" ? null : await openStoredRender(c, render, render.name);
  return stored ?? (await makeRender(c, render));
}

function fromCache(cached: Response): OpenRender {
  return {
    sizeBytes: Number(cached.headers.get("content-length")),
    from: "cache",
    async read(range) {
      if (range === null) return cached.body ?? "";
      return new Uint8Array(await cached.arrayBuffer(), range.start, range.length);
    },
  };
}

async function openStoredRender(
  c: Context<AppEnv>,
  { name, request }: ResolvedRender,
  key: string,
): Promise<OpenRender | null> {
  const { bucket } = c.var.deps;
  const contentType = CONTENT_TYPES[request.transform.format];
  // One call where the whole is wanted; where it may be a part, the size comes first.
  const isWhole = c.req.method === "GET" && c.req.header("range") === undefined;
  const opened = isWhole ? await bucket.get(key) : null;
  const sizeBytes = (opened ?? (isWhole ? null : await bucket.head(key)))?.size;
  if (sizeBytes === undefined) return null;
  return {
    sizeBytes,
    from: "storage",
    async read(range) {
      if (range !== null) return await readPart(bucket, key, range);
      const [answer, copy] = (opened ?? (await bucket.get(key)) ?? gone()).body.tee();
      cacheRender(c, name, copy, { sizeBytes, contentType });
      return answer;
    },
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
  if (outcome.kind === "stored") return (await openStoredRender(c, render, render.name)) ?? gone();
  const { bytes, contentType } = outcome;
  const sizeBytes = bytes.byteLength;
  if (render.kept !== "nowhere") cacheRender(c, render.name, bytes, { sizeBytes, contentType });
  return {
    sizeBytes,
    from: "renderer",
    read: async (range) => (range === null ? bytes : bytes.subarray(range.start, range.start + range.length)),
  };
}

/** Has it made, or waits for who else has it made. @throws AppError in the client's words */
export async function flyRender(
  c: Context<AppEnv>,
  { name, request }: Pick<ResolvedRender, "name" | "request">,
): Promise<Extract<FlightOutcome, { kind: "stored" | "made" }>> {
  const limit = await limitOf(c, request.userId);
  const outcome = await askWorker("The picture could not be made just now.", () =>
    c.var.deps.renderFlights.getByName(name).render(request, limit),
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

/** The account pays for what is made of its photos, whoever looks at them. */
async function limitOf(c: Context<AppEnv>, userId: string): Promise<RenderLimit> {
  const { vault, variables } = c.var.deps;
  const { most, withinMs } = ATTEMPT_LIMITS["render:account"];
  return {
    counter: await vault.derive("limit-name", `render:account:${userId}`),
    most: Math.max(1, Math.floor(most * variables.attemptLimitFactor)),
    withinMs,
  };
}
