// One large file by tus 1.0: in chunks, from wherever the server says the upload stands. Tries once; when to try again is the
// engine's to say, and the next try goes on where this one stopped.
import { type DetailedError, Upload } from "tus-js-client";
import { type ErrorCode, inlineProblem, type Problem } from "../../../../../shared/contracts/errors.ts";
import { TUS_PART_BYTES } from "../../../../../shared/contracts/limits.ts";
import { ApiError, parseProblem, parseRetryAfterMs } from "../../../api.ts";
import { reportBrokenSend, type SendOutcome, type SendRequest } from "./send-bytes.ts";

export function sendResumably({ url, file, signal, onSent }: SendRequest): Promise<SendOutcome> {
  return new Promise((resolve, reject) => {
    let hasSent = false;
    const upload = new Upload(file, {
      uploadUrl: url,
      chunkSize: TUS_PART_BYTES,
      retryDelays: null,
      storeFingerprintForResuming: false,
      onAfterResponse: (request, response) => {
        const offset = Number(response.getHeader("Upload-Offset") ?? Number.NaN);
        if (request.getMethod() === "HEAD" && Number.isSafeInteger(offset)) onSent(offset, offset);
      },
      onProgress: (bytes) => {
        hasSent = true;
        onSent(bytes);
      },
      onSuccess: () => resolve(hasSent ? "created" : "existed"),
      onError: (error) => void explain(error, file).then(reject),
    });
    const stop = () => {
      void upload.abort();
      reject(new DOMException("The upload was stopped", "AbortError"));
    };
    if (signal.aborted) return stop();
    signal.addEventListener("abort", stop, { once: true });
    upload.start();
  });
}

async function explain(error: Error | DetailedError, file: Blob): Promise<Error> {
  const response = "originalResponse" in error ? error.originalResponse : null;
  const status = response?.getStatus() ?? 0;
  if (response === null || status === 0) return await reportBrokenSend(file);
  const problem = parseProblem(response.getBody()) ?? problemOfStatus(status);
  return new ApiError(status, problem, parseRetryAfterMs(response.getHeader("Retry-After") ?? null, Date.now()));
}

/** Asking for the offset is answered without a body: then the status is all there is. */
const CODE_BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  404: "upload-expired",
  409: "offset-conflict",
  410: "upload-expired",
  413: "quota-exceeded",
  415: "unsupported-type",
  422: "digest-mismatch",
  423: "upload-locked",
};

function problemOfStatus(status: number): Problem | null {
  const code = CODE_BY_STATUS[status];
  if (code === undefined) return null;
  const facts = inlineProblem(code, `The server answered ${status} when asked how far the file has come.`);
  return { ...facts, type: "about:blank", status, instance: "", trace_id: "" };
}
