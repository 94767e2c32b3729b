// Finished renders in the Cache API of the place that answers. Asked only after the caller was authorised: a cached picture of a
// deleted photo is never reached again, and is dropped within a day.
import type { Context } from "hono";
import { errorText, log } from "../../../shared/adapters/log.ts";
import { RENDER_CACHE_LIFE_MS } from "../../../shared/contracts/limits.ts";
import type { AppEnv } from "../app-env.ts";

/** A cache of our own, and not the one in front of the installation: no address leads into it. */
const CACHE_NAME = "renders";
const KEY_BASE = "https://renders.invalid/";

/** Null when it is not there, or the cache is out of order: there are other ways to the picture. */
export async function matchRender(name: string): Promise<Response | null> {
  try {
    const cache = await caches.open(CACHE_NAME);
    return (await cache.match(`${KEY_BASE}${name}`)) ?? null;
  } catch (cause) {
    log("warn", "render-cache-failed", { cause: errorText(cause) });
    return null;
  }
}

/** Keeps a picture for the next one who asks. Nobody waits for it. */
export function cacheRender(
  c: Context<AppEnv>,
  name: string,
  body: BodyInit,
  facts: { readonly sizeBytes: number; readonly contentType: string },
): void {
  const headers = {
    "content-type": facts.contentType,
    "content-length": String(facts.sizeBytes),
    "cache-control": `public, max-age=${RENDER_CACHE_LIFE_MS / 1000}`,
  };
  const put = async (): Promise<void> => {
    const cache = await caches.open(CACHE_NAME);
    await cache.put(`${KEY_BASE}${name}`, new Response(body, { headers }));
  };
  c.executionCtx.waitUntil(
    put().catch((cause) => log("warn", "render-not-cached", { trace: c.var.requestId, cause: errorText(cause) })),
  );
}
