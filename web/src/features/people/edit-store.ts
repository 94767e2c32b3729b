// The edits in force, for the whole app: whoever shows people or faces draws them over what the server last said.
import { useSyncExternalStore } from "react";
import type { PeopleEdit } from "./people-edits.ts";

interface Held {
  readonly token: number;
  readonly edit: PeopleEdit;
}

let held: readonly Held[] = [];
let edits: readonly PeopleEdit[] = [];
let nextToken = 1;
const listeners = new Set<() => void>();

function set(next: readonly Held[]): void {
  held = next;
  edits = next.map(({ edit }) => edit);
  for (const listener of listeners) listener();
}

export function addEdit(edit: PeopleEdit): number {
  const token = nextToken++;
  set([...held, { token, edit }]);
  return token;
}

export function removeEdit(token: number): void {
  set(held.filter((one) => one.token !== token));
}

export function currentEdits(): readonly PeopleEdit[] {
  return edits;
}

export function usePeopleEdits(): readonly PeopleEdit[] {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, currentEdits);
}
