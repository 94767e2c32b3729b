// Asking another Worker for something on a client's behalf. Whatever keeps it from answering passes: a deployment, a full isolate, storage.
import { AppError } from "../../shared/contracts/errors.ts";

/** Time (seconds) after which a client may ask again: a new isolate has started by then. */
const RETRY_AFTER_SECONDS = "2";

/**
 * @param detail what the client is told when no answer comes
 * @throws AppError storage-unavailable, which may be tried again
 */
export async function askWorker<Answer>(detail: string, ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (cause) {
    throw new AppError("storage-unavailable", detail, { cause, headers: { "retry-after": RETRY_AFTER_SECONDS } });
  }
}
