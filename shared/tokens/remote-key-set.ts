// Another issuer's keys: fetched from one address, believed for a while, and never fetched faster because somebody asks for
// keys that do not exist. In memory of one isolate; each isolate has its own copy.
import {
  JWKS_FRESH_MS,
  JWKS_MAX_BYTES,
  JWKS_REFETCH_MS,
  JWKS_STALE_MS,
  PROVIDER_TIMEOUT_MS,
} from "../contracts/limits.ts";
import { type KeySource, keySet } from "./key-set.ts";
import { TokenRefused } from "./token-refused.ts";

export interface RemoteKeySetOptions {
  /** From the issuer's own discovery document; never from a token. */
  readonly jwksUri: string;
  readonly issuer: string;
  /** Allows http on loopback: for providers of tests and of the same machine. */
  readonly allowLoopbackHttp: boolean;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly now: () => number;
  /** Default PROVIDER_TIMEOUT_MS. */
  readonly timeoutMs?: number;
}

/** Throws TokenRefused("bad-key-set") at once for an address that may not be fetched. */
export function remoteKeySet(options: RemoteKeySetOptions): KeySource & { readonly issuer: string } {
  const url = fetchableUrl(options.jwksUri, options.allowLoopbackHttp);
  const timeoutMs = options.timeoutMs ?? PROVIDER_TIMEOUT_MS;
  let known: { readonly keys: KeySource; readonly fetchedAt: number } | null = null;
  let attemptedAt = Number.NEGATIVE_INFINITY;
  let underWay: Promise<void> | null = null;

  const refetch = async (): Promise<void> => {
    attemptedAt = options.now();
    const keys = keySet(await fetchJson(url, options.fetch, timeoutMs), options.issuer);
    known = { keys, fetchedAt: attemptedAt };
  };

  /** Joins the fetch that is under way, begins one, or does nothing because the last one was a moment ago. */
  const refresh = async (): Promise<void> => {
    if (underWay === null) {
      if (options.now() - attemptedAt < JWKS_REFETCH_MS) return;
      underWay = refetch().catch(() => {});
    }
    const joined = underWay;
    // The request that began the fetch may be cancelled with it: nobody waits for longer than a fetch may take.
    await within(timeoutMs, joined);
    if (underWay === joined) underWay = null;
  };

  const age = (): number => (known === null ? Number.POSITIVE_INFINITY : options.now() - known.fetchedAt);

  return {
    issuer: options.issuer,
    async find(kid, algorithm) {
      if (age() >= JWKS_FRESH_MS) await refresh();
      if (known === null || age() >= JWKS_STALE_MS)
        throw new TokenRefused("keys-unavailable", "the issuer's keys cannot be had");
      const found = await known.keys.find(kid, algorithm);
      if (found !== null) return found;
      await refresh();
      return await known.keys.find(kid, algorithm);
    },
  };
}

function fetchableUrl(text: string, allowLoopbackHttp: boolean): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isLoopback = url !== null && ["127.0.0.1", "[::1]", "localhost"].includes(url.hostname);
  if (
    url === null ||
    url.username !== "" ||
    url.password !== "" ||
    !(url.protocol === "https:" || (url.protocol === "http:" && isLoopback && allowLoopbackHttp))
  )
    throw new TokenRefused("bad-key-set", "the address of the keys is not https");
  return url.href;
}

async function fetchJson(url: string, fetch: RemoteKeySetOptions["fetch"], timeoutMs: number): Promise<unknown> {
  const signal = AbortSignal.timeout(timeoutMs);
  // A redirect could lead anywhere; issuers publish the address itself.
  const response = await fetch(url, { redirect: "manual", signal, headers: { accept: "application/json" } });
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel();
    throw new TokenRefused("keys-unavailable", `answered ${response.status}`);
  }
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader();
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    bytes += value?.byteLength ?? 0;
    if (bytes > JWKS_MAX_BYTES) {
      await reader.cancel();
      throw new TokenRefused("bad-key-set", `more than ${JWKS_MAX_BYTES} bytes`);
    }
    text += decoder.decode(value, { stream: true });
  }
  return JSON.parse(text + decoder.decode());
}

async function within(timeoutMs: number, work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([work, over]);
  clearTimeout(timer);
}
