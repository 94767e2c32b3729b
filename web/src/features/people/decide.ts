// A human decision: drawn at once, sent, undoable for as long as its message stays, taken back with a clear word when it
// fails. The server's history keeps it undoable after that.
import type { FaceCard, PeopleChange, Person } from "../../../../shared/contracts/people.ts";
import { ApiError, NetworkError } from "../../api.ts";
import { people as api } from "../../people-api.ts";
import { ERROR_WORDS } from "../../plain-words.ts";
import { isAboutFaces, keys } from "../../queries/keys.ts";
import { queryClient } from "../../queries/query-client.ts";
import { sayCount } from "../../say.ts";
import { dismissToast, TOASTS_AT_ONCE, toast } from "../../ui/toasts.tsx";
import { addEdit, removeEdit } from "./edit-store.ts";
import type { PeopleEdit } from "./people-edits.ts";

export interface Decision {
  /** What it looks like when it is done. */
  readonly edits: readonly PeopleEdit[];
  /** One request a change; a decision over several faces is several. */
  readonly send: readonly (() => Promise<PeopleChange>)[];
  /** "Named Asha." */
  readonly done: string;
  /** "Asha could not be renamed." */
  readonly failed: string;
  /** Whom and what it touches, as they are now: what an undo shows at once. */
  readonly before?: { readonly people?: readonly Person[]; readonly faces?: readonly FaceCard[] };
}

const SENT_AT_ONCE = 4;

/** Everything that shows people, faces or photos of somebody reads again, and how many there are. Resolves when it has. */
export async function refreshPeople(): Promise<void> {
  await Promise.all([refreshFaces(), queryClient.invalidateQueries({ queryKey: keys.consent })]);
}

export async function refreshFaces(): Promise<void> {
  await queryClient.invalidateQueries({ predicate: isAboutFaces });
  for (const listener of changeListeners) listener();
}

const changeListeners = new Set<() => void>();

/** For lists that are not queries: called when who is in which photo may have changed. */
export function onPeopleChange(listener: () => void): () => void {
  changeListeners.add(listener);
  return () => changeListeners.delete(listener);
}

export function whyFailed(error: unknown): string {
  if (error instanceof NetworkError) return "The server could not be reached.";
  if (error instanceof ApiError) return ERROR_WORDS[error.code].sentence;
  return "Something unexpected happened.";
}

async function sendAll(send: Decision["send"]): Promise<{ changes: PeopleChange[]; error: unknown; failures: number }> {
  const changes: PeopleChange[] = [];
  let error: unknown = null;
  let failures = 0;
  for (let at = 0; at < send.length; at += SENT_AT_ONCE) {
    const answers = await Promise.allSettled(send.slice(at, at + SENT_AT_ONCE).map((one) => one()));
    for (const answer of answers) {
      if (answer.status === "fulfilled") changes.push(answer.value);
      else {
        failures += 1;
        error ??= answer.reason;
      }
    }
  }
  return { changes, error, failures };
}

/** The last decision whose message offered Undo: what Ctrl+Z takes back. */
let lastUndo: (() => void) | null = null;

export function undoLast(): boolean {
  const undo = lastUndo;
  lastUndo = null;
  undo?.();
  return undo !== null;
}

/** The messages about decisions that may still be shown. */
let told: readonly number[] = [];

function tell(...message: Parameters<typeof toast>): number {
  const id = toast(...message);
  told = [...told, id].slice(-TOASTS_AT_ONCE);
  return id;
}

/** Takes every message about a decision away, and its Undo with it. */
export function forgetDecisions(): void {
  lastUndo = null;
  for (const id of told) dismissToast(id);
  told = [];
}

/** Resolves to the changes made; an empty list when nothing was. */
export async function decide({ edits, send, done, failed, before }: Decision): Promise<PeopleChange[]> {
  const tokens = edits.map(addEdit);
  const sending = sendAll(send);
  const undo = () => {
    if (lastUndo === undo) lastUndo = null;
    dismissToast(message);
    void undoChanges(
      sending.then(({ changes }) => changes),
      before,
    );
  };
  const message = tell(done, { tone: "ok", action: { label: "Undo", run: undo } });
  lastUndo = undo;

  const { changes, error, failures } = await sending;
  if (failures > 0) {
    if (lastUndo === undo) lastUndo = null;
    dismissToast(message);
    // Drawn back at once, before the lists are read again: what failed must not look done for a moment longer.
    for (const token of tokens) removeEdit(token);
    const some =
      changes.length > 0 ? ` ${sayCount(failures, "was", "were")} left as before, ${changes.length} done.` : "";
    tell(`${failed} ${whyFailed(error)}${some}`, { tone: "error" });
  }
  await refreshPeople().catch(() => undefined);
  for (const token of tokens) removeEdit(token);
  return changes;
}

async function undoChanges(made: Promise<readonly PeopleChange[]>, before: Decision["before"]): Promise<void> {
  const token = addEdit({ kind: "restore", people: before?.people ?? [], faces: before?.faces ?? [] });
  try {
    let kept = 0;
    // The last first: each finds what it left.
    for (const { action } of [...(await made)].reverse()) kept += (await api.undo(action.id)).kept;
    toast(kept === 0 ? "Undone." : `Undone, except ${sayCount(kept, "thing", "things")} changed again since.`, {
      tone: "ok",
    });
  } catch (error) {
    toast(`That could not be undone. ${whyFailed(error)} The history under People may still offer it.`, {
      tone: "error",
    });
  }
  await refreshPeople().catch(() => undefined);
  removeEdit(token);
}
