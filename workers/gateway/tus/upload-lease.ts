// The right to write, as the library's locker: one request at a time writes to an upload; the next is told to wait (423). Nobody
// waits here: the client's own patience is the queue.
import type { Lock, Locker } from "@tus/server";
import { AppError } from "../../../shared/contracts/errors.ts";
import { TUS_LEASE_RENEW_MS } from "../../../shared/contracts/limits.ts";
import type { TusUploadRpc } from "./tus-namespace.ts";

export class UploadLease implements Locker, Lock {
  readonly token = crypto.randomUUID();
  readonly #find: (id: string) => TusUploadRpc;
  readonly #now: () => number;
  #upload: TusUploadRpc | null = null;
  #renewedAt = 0;

  constructor(find: (id: string) => TusUploadRpc, now: () => number) {
    this.#find = find;
    this.#now = now;
  }

  newLock(id: string): Lock {
    this.#upload = this.#find(id);
    return this;
  }

  async lock(): Promise<void> {
    await this.#take();
  }

  /** Says now and then that the writer is still there. @throws AppError upload-locked when another has taken over */
  async renew(): Promise<void> {
    if (this.#now() - this.#renewedAt >= TUS_LEASE_RENEW_MS) await this.#take();
  }

  /** Goes on renewing while `work` runs. */
  async during<T>(work: Promise<T>): Promise<T> {
    const timer = setInterval(() => void this.#take().catch(() => {}), TUS_LEASE_RENEW_MS);
    try {
      return await work;
    } finally {
      clearInterval(timer);
    }
  }

  /** A lease that is not given back ends by itself. */
  async unlock(): Promise<void> {
    await this.#upload?.release(this.token).catch(() => {});
  }

  async #take(): Promise<void> {
    const now = this.#now();
    this.#renewedAt = now;
    if (!(await this.#upload?.lease(this.token, now)))
      throw new AppError("upload-locked", "Another request is writing to this upload.", {
        headers: { "retry-after": "1" },
      });
  }
}

/** Asking where an upload stands takes no right from anybody. */
export const NO_LOCK: Locker = { newLock: () => ({ lock: async () => {}, unlock: async () => {} }) };
