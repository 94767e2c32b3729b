// Sends a call as the page itself would, and keeps of the answer what can be shown: status, time, headers, body.
import { NetworkError } from "../../api.ts";
import type { Call } from "./prepare-call.ts";

export interface Answer {
  readonly status: number;
  readonly statusText: string;
  /** From sending to the last byte. */
  readonly ms: number;
  /** Where it came from in the end: path and query. Differs where the server sent us on. */
  readonly path: string;
  readonly isRedirected: boolean;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Blob;
}

export async function makeCall(call: Call): Promise<Answer> {
  const startedAt = performance.now();
  try {
    const response = await fetch(call.path, {
      method: call.method,
      credentials: "same-origin",
      // What the server does is of interest here, not what the browser remembers of it.
      cache: "no-store",
      ...bodyOf(call),
    });
    const body = await response.blob();
    const { pathname, search } = new URL(response.url);
    return {
      status: response.status,
      statusText: response.statusText,
      ms: performance.now() - startedAt,
      path: pathname + search,
      isRedirected: response.redirected,
      headers: [...response.headers],
      body,
    };
  } catch (cause) {
    throw new NetworkError("The server could not be reached", { cause });
  }
}

function bodyOf({ body, headers }: Call): Pick<RequestInit, "body" | "headers"> {
  switch (body.kind) {
    case "none":
      return { headers };
    case "json":
      return { headers: { ...headers, "content-type": "application/json" }, body: JSON.stringify(body.value) };
    case "bytes":
      return {
        headers: { ...headers, "content-type": body.file.type || "application/octet-stream" },
        body: body.file,
      };
    case "form": {
      const form = new FormData();
      for (const [name, value] of body.parts) form.append(name, value);
      return { headers, body: form };
    }
  }
}
