// Carries a withdrawal through to its end: forgets at once, deletes page by page, and comes back by alarm until nothing is left.
// Survives the death of its object at any await: the alarm is set before the first page and cleared after the last.
import { type DeleteFaceDataDeps, deleteFaceData } from "../../shared/adapters/delete-face-data.ts";
import { errorText, log } from "../../shared/adapters/log.ts";

/** Pause (ms) before the next try; a fraction of the minute a withdrawal may take. */
export const WITHDRAWAL_RETRY_MS = 2000;

export interface WithdrawDeps extends DeleteFaceDataDeps {
  /** Drops every vector, face and name from memory. */
  readonly forget: () => void;
  /** Remembers, beyond the life of the object, that `userId`'s deletion is to be gone on with in `afterMs`. */
  readonly remindMe: (userId: string, afterMs: number) => Promise<void>;
  /** The deletion is through. */
  readonly settle: () => Promise<void>;
}

export async function withdraw(deps: WithdrawDeps, userId: string): Promise<{ isDone: boolean }> {
  deps.forget();
  await deps.remindMe(userId, WITHDRAWAL_RETRY_MS);
  try {
    const { isDone } = await deleteFaceData(deps, userId);
    // Whoever was reading the library when it began may have finished since.
    deps.forget();
    if (isDone) await deps.settle();
    return { isDone };
  } catch (cause) {
    log("warn", "withdrawal-interrupted", { user: userId, cause: errorText(cause) });
    return { isDone: false };
  }
}

/** What the alarm does: the same, and again later when it was not the end. */
export async function goOnWithdrawing(deps: WithdrawDeps, userId: string): Promise<void> {
  const { isDone } = await withdraw(deps, userId);
  if (!isDone) await deps.remindMe(userId, WITHDRAWAL_RETRY_MS);
}
