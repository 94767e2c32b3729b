// The one way to call a provider: no redirects, no cookies, so many seconds, so many bytes. What it says is told to nobody.
import { PROVIDER_MAX_BYTES, PROVIDER_TIMEOUT_MS } from "../../../shared/contracts/limits.ts";

/** The provider cannot be had. `message` is for the log. */
export class ProviderUnreachable extends Error {
  override readonly name = "ProviderUnreachable";
}

interface ProviderRequest {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: URLSearchParams | null | undefined;
}

/** The body is read to its end under the same clock: a server that trickles is a server that does not answer. */
export async function fetchFromProvider(
  url: string,
  { method, headers, body: sent = null }: ProviderRequest,
): Promise<Response> {
  const signal = AbortSignal.timeout(PROVIDER_TIMEOUT_MS);
  try {
    const response = await fetch(url, { method, headers, body: sent, redirect: "manual", signal });
    const { status } = response;
    if ((status >= 300 && status < 400) || status >= 500) {
      await response.body?.cancel();
      throw new ProviderUnreachable(`answered ${status}`);
    }
    const body = response.body === null ? null : await readWithin(response.body, signal);
    return new Response(body, { status, headers: keptHeaders(response.headers) });
  } catch (cause) {
    if (cause instanceof ProviderUnreachable) throw cause;
    throw new ProviderUnreachable("no complete answer", { cause });
  }
}

function keptHeaders(headers: Headers): Headers {
  const kept = new Headers();
  for (const name of ["content-type", "www-authenticate"]) {
    const value = headers.get(name);
    if (value !== null) kept.set(name, value);
  }
  return kept;
}

async function readWithin(body: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  const stop = () => void reader.cancel().catch(() => {});
  signal.addEventListener("abort", stop);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
      bytes += value?.byteLength ?? 0;
      if (bytes > PROVIDER_MAX_BYTES) throw new ProviderUnreachable(`more than ${PROVIDER_MAX_BYTES} bytes`);
      if (value !== undefined) chunks.push(value);
    }
    if (signal.aborted) throw new ProviderUnreachable(`not through after ${PROVIDER_TIMEOUT_MS} ms`);
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
  }
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}
