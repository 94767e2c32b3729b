// "Confirm it is you": one question at a time, whoever asks. api.ts asks it when the server wants a fresh proof.
import { useSyncExternalStore } from "react";
import { confirmWith } from "../api.ts";

type Settle = (isConfirmed: boolean) => void;

let waiting: readonly Settle[] = [];
const listeners = new Set<() => void>();

function set(next: readonly Settle[]): void {
  waiting = next;
  for (const listener of listeners) listener();
}

/** Several calls that were refused at once share one question. */
function ask(): Promise<boolean> {
  return new Promise((resolve) => set([...waiting, resolve]));
}

/** The answer, for everybody who waits for it. */
export function settleConfirmation(isConfirmed: boolean): void {
  const settled = waiting;
  set([]);
  for (const settle of settled) settle(isConfirmed);
}

function subscribe(listener: () => void): () => void {
  confirmWith(ask);
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useIsConfirming(): boolean {
  return useSyncExternalStore(subscribe, () => waiting.length > 0);
}
