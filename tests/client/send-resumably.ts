// A large file as a careful tus client sends it: asks where the upload stands, sends one chunk, believes only the next answer.
import { TUS_PART_BYTES } from "../../shared/contracts/limits.ts";
import { type Account, type Patience, patiently, Refused, sleep } from "./patient-requests.ts";

/** Mean pause (ms) before a chunk that failed is tried again: another request may still be writing. */
const PAUSE_MS = 200;
const VERSION = { "tus-resumable": "1.0.0" };

export async function sendResumably(
  account: Account,
  url: string,
  bytes: Uint8Array<ArrayBuffer>,
  patience: Patience,
): Promise<void> {
  const ask = () => patiently(account, url, { method: "HEAD", headers: VERSION }, patience, offsetOf);
  for (let offset = await ask(); offset < bytes.byteLength; offset = await ask()) {
    const body = bytes.subarray(offset, offset + TUS_PART_BYTES);
    const headers = {
      ...VERSION,
      "content-type": "application/offset+octet-stream",
      "upload-offset": String(offset),
    };
    // A chunk whose answer was lost is not sent again as it was: the next question says how far it came.
    const once: Patience = { ...patience, deadline: 0 };
    try {
      await patiently(account, url, { method: "PATCH", headers, body }, once, offsetOf);
    } catch (cause) {
      if (cause instanceof Refused || Date.now() > patience.deadline) throw cause;
      patience.onRetry?.(String(cause));
      await sleep(PAUSE_MS * (0.5 + patience.random()));
    }
  }
}

const offsetOf = async (response: Response): Promise<number> => Number(response.headers.get("upload-offset"));
