// One PUT of one file. XMLHttpRequest, not fetch: only it tells how many bytes have left.
import { ApiError, NetworkError, parseProblem, parseRetryAfterMs } from "../../../api.ts";
import { contentDigest } from "./hash-file.ts";

export interface SendRequest {
  readonly url: string;
  readonly how: HowToSend;
  readonly file: Blob;
  readonly sha256: string;
  readonly signal: AbortSignal;
  /** @param before bytes of them that had travelled earlier, where that is not what was told last */
  readonly onSent: (bytes: number, before?: number) => void;
}

/** In one request, or in chunks that can be gone on with. */
export type HowToSend = "put" | "tus";

/** 201: the bytes are now stored. 200: the server had them already. */
export type SendOutcome = "created" | "existed";

export function sendBytes({ url, file, sha256, signal, onSent }: SendRequest): Promise<SendOutcome> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", url);
    request.setRequestHeader("content-digest", contentDigest(sha256));
    request.setRequestHeader("content-type", file.type || "application/octet-stream");
    request.upload.onprogress = (event) => onSent(event.loaded);
    request.onload = () => {
      if (request.status === 201) return resolve("created");
      if (request.status === 200) return resolve("existed");
      const retryAfterMs = parseRetryAfterMs(request.getResponseHeader("retry-after"), Date.now());
      reject(new ApiError(request.status, parseProblem(request.responseText), retryAfterMs));
    };
    request.onerror = () => void reportBrokenSend(file).then(reject);
    request.onabort = () => reject(new DOMException("The upload was stopped", "AbortError"));
    if (signal.aborted) return reject(new DOMException("The upload was stopped", "AbortError"));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });
}

/** A broken request says nothing about its cause: find out whether the file itself can still be read. */
export async function reportBrokenSend(file: Blob): Promise<Error> {
  try {
    await file.slice(0, 1).arrayBuffer();
    return new NetworkError("The connection broke while sending");
  } catch (cause) {
    return new DOMException(String(cause), "NotReadableError");
  }
}
