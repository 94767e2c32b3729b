// Finished renders in the Cache API of the place that answers. Asked only after the caller was authorised: a cached picture of a
// deleted photo is never reached again, and is dropped within a day.
import type { Context } from "hono";
import { errorText, log } from "../../../shared/adapters/log.ts";
import { RENDER_CACHE_LIFE_MS } from "../../../shared/contracts/limits.ts";
import type { AppEnv } from "../app-env.ts";

/** Below the origin people use, as the Cache API wants; no route answers there. */
const CACHE_PATH = "/-/renders/";

export async function matchRender(c: Context<AppEnv>, name: string): Promise<Response | null> {
  const found = await cacheOfPlace()
    ?.match(cacheKey(c, name))
    .catch(() => undefined);
  return found ?? null;
}

/** Keeps a picture for the next one who asks. Nobody waits for it. */
export function cacheRender(
  c: Context<AppEnv>,
  name: string,
  body: BodyInit,
  facts: { sizeBytes: number; contentType: string },
): void {
  const cache = cacheOfPlace();
  if (cache === undefined) return;
  const headers = {
    "content-type": facts.contentType,
    "content-length": String(facts.sizeBytes),
    "cache-control": `public, max-age=${RENDER_CACHE_LIFE_MS / 1000}`,
  };
  c.executionCtx.waitUntil(
    cache
      .put(cacheKey(c, name), new Response(body, { headers }))
      .catch((cause) => log("warn", "render-not-cached", { trace: c.var.requestId, cause: errorText(cause) })),
  );
}

function cacheKey(c: Context<AppEnv>, name: string): string {
  return `${new URL(c.req.url).origin}${CACHE_PATH}${name}`;
}

/** Tests in Node have none. */
function cacheOfPlace(): Cache | undefined {
  return (globalThis as { caches?: CacheStorage }).caches?.default;
}
