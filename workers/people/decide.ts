// A human decision: thought out on the library, written with its place in the history, and only then true in memory. The same
// key twice is the same decision once; a world that has changed meanwhile is read again and the decision thought out anew.
import { errorText, log } from "../../shared/adapters/log.ts";
import { NO_CHANGES, type PeopleSummary } from "../../shared/contracts/people-changes.ts";
import type { PeopleCommand, PeopleOutcome } from "../../shared/contracts/people-index.ts";
import {
  type ActionRow,
  findActionByKey,
  findUndoable,
  summaryOf,
  UNDO,
} from "../../shared/db/people/action-queries.ts";
import { commitAction, type PeopleActionEntry, type PeopleOwner } from "../../shared/db/people/change-statements.ts";
import type { PhotoRow } from "../../shared/db/photos/photo-row.ts";
import type { OpenLibrary } from "./open-library.ts";
import type { PeopleLibrary } from "./people-library.ts";
import { changesNothing, type Plan, type PlanDeps, type Planned, stateOf } from "./plan.ts";
import { planAnswer } from "./plan-answer.ts";
import { planAssign, planDraw } from "./plan-assign.ts";
import { planMerge } from "./plan-merge.ts";
import { planPatch } from "./plan-patch.ts";
import { planSplit } from "./plan-split.ts";
import { planUndo } from "./plan-undo.ts";

export interface DecideDeps {
  readonly db: D1Database;
  /** The library as it is now, or null without consent. `fresh` reads it again, because memory is in doubt. */
  readonly open: (fresh: boolean) => Promise<{ opened: OpenLibrary; owner: PeopleOwner } | null>;
  /** Faces the library may not have heard of yet. */
  readonly learn: (opened: OpenLibrary, faceIds: readonly string[]) => Promise<void>;
  /** Tells the owner's live view of photos that count other faces now. Never fails. */
  readonly report: (photos: readonly PhotoRow[]) => Promise<void>;
  readonly newId: () => string;
  readonly now: () => number;
}

/** Times a decision is thought out anew when the world moved under it. */
const ATTEMPTS = 3;

type Refusal = Exclude<Planned, Plan> | { readonly kind: "nothing-to-undo" };
type Entry = Omit<PeopleActionEntry, "id" | "now" | "expected" | "requestKey">;

export async function decide(deps: DecideDeps, userId: string, asked: PeopleCommand): Promise<PeopleOutcome> {
  const command = JSON.stringify(asked.command);
  let trouble: unknown = null;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const current = await deps.open(attempt > 0);
    if (current === null) return { kind: "recognition-off" };
    const { opened, owner } = current;
    const before = await findActionByKey(deps.db, userId, asked.requestKey);
    if (before !== null) return repeated(before, command);
    await deps.learn(opened, facesOf(asked.command));
    const entry = await think(deps, opened.library, userId, asked.command, command);
    if ("refused" in entry) return entry.refused;
    const id = deps.newId();
    try {
      const { changes } = entry;
      const expected = expectedOf(opened.library, changes, facesOf(asked.command));
      const photos = await commitAction(deps.db, owner, {
        ...entry,
        id,
        requestKey: asked.requestKey,
        expected,
        now: deps.now(),
      });
      if (photos === null) continue;
      opened.library.apply(changes);
      await deps.report(photos);
      return outcomeOf(id, entry.summary);
    } catch (cause) {
      // It may have been written, and its answer lost: the key tells, once the library has been read again.
      trouble = cause;
      log("warn", "people-decision-in-doubt", { cause: errorText(cause) });
    }
  }
  await deps.open(true);
  throw trouble ?? new Error("D1_ERROR: people changed faster than a decision could be written");
}

async function think(
  deps: DecideDeps,
  library: PeopleLibrary,
  userId: string,
  command: PeopleCommand["command"],
  text: string,
): Promise<Entry | { readonly refused: Refusal }> {
  if (command.kind === "undo") {
    const target = await findUndoable(deps.db, userId, command.action);
    if (target === null)
      return { refused: command.action === null ? NOTHING : { kind: "not-found", detail: "There is no such action." } };
    if (target.undoneAt !== null) return { refused: NOTHING };
    const { changes, kept } = planUndo(library, target.parsed);
    const { people, faces, name, personId, faceId } = summaryOf(target);
    const changedNothing = false; // of an undo, the history tells what was undone
    const summary = { people, faces, name, personId, faceId, command: text, undone: target.id, kept, changedNothing };
    return { kind: UNDO, summary, changes, undoes: target.id };
  }
  const planned = plan({ library, newId: deps.newId, now: deps.now() }, command);
  if (planned.kind !== "plan") return { refused: planned };
  const { action, changes, about, name, personId, faceId } = planned;
  const faces = changes.faces.reduce((sum, { ids }) => sum + ids.length, 0);
  const people = about.map((person) => ({ id: person.id, name: person.name }));
  const changedNothing = changesNothing(changes);
  const summary = { people, faces, name, personId, faceId, command: text, undone: null, kept: 0, changedNothing };
  return { kind: action, summary, changes: changedNothing ? NO_CHANGES : changes, undoes: null };
}

const NOTHING = { kind: "nothing-to-undo" } as const;

function plan(deps: PlanDeps, command: Exclude<PeopleCommand["command"], { kind: "undo" }>): Planned {
  switch (command.kind) {
    case "patch":
      return planPatch(deps, command.person, command.patch);
    case "merge":
      return planMerge(deps, command.merge.into, command.merge.from);
    case "split":
      return planSplit(deps, command.person, command.split);
    case "assign":
      return planAssign(deps, command.face, command.assign);
    case "draw":
      return planDraw(deps, command.face, command.assign);
    case "answer":
      return planAnswer(deps, command.suggestion, command.answer);
  }
}

function facesOf(command: PeopleCommand["command"]): readonly string[] {
  switch (command.kind) {
    case "assign":
    case "draw":
      return [command.face];
    case "split":
      return command.split.faces;
    default:
      return [];
  }
}

/**
 * What faces are like in memory, and so should be in the database: a drawn face's history begins before its first state.
 * Faces that were named count too where they stay as they are: that they do is what is answered.
 */
function expectedOf(
  library: PeopleLibrary,
  changes: Entry["changes"],
  named: readonly string[],
): PeopleActionEntry["expected"] {
  const ids = new Map<string, { before: ReturnType<typeof stateOf>; ids: string[] }>();
  for (const id of new Set([...changes.faces.flatMap((step) => step.ids), ...named])) {
    const face = library.face(id);
    if (face === null) continue;
    const key = JSON.stringify(stateOf(face));
    const group = ids.get(key) ?? { before: stateOf(face), ids: [] };
    group.ids.push(id);
    ids.set(key, group);
  }
  return [...ids.values()];
}

function repeated(row: ActionRow, command: string): PeopleOutcome {
  const summary = summaryOf(row);
  if (summary.command !== command)
    return { kind: "conflict", detail: "This Idempotency-Key was used for something else." };
  return outcomeOf(row.id, summary);
}

function outcomeOf(id: string, { personId, faceId, undone, kept }: PeopleSummary): PeopleOutcome {
  return { kind: "done", actionId: undone ?? id, personId: personId as never, faceId: faceId as never, kept };
}
