// Carries a decision to the people index and says in the client's words what came of it.
import { peopleIndexOf } from "../../shared/adapters/people-index.ts";
import { AppError } from "../../shared/contracts/errors.ts";
import type { UserId } from "../../shared/contracts/ids.ts";
import type { PeopleChange, UndonePeopleAction } from "../../shared/contracts/people.ts";
import { type PeopleCommand, PeopleOutcome } from "../../shared/contracts/people-index.ts";
import { findAction, toPeopleAction } from "../../shared/db/people/action-queries.ts";
import { findFaceCards, findPerson } from "../../shared/db/people/people-queries.ts";
import type { GatewayDeps } from "./deps.ts";

type DecideDeps = Pick<GatewayDeps, "db" | "people" | "newId">;
type Done = Extract<PeopleOutcome, { kind: "done" }>;

/**
 * @param requestKey the Idempotency-Key; without one the request is its own
 * @throws AppError for everything but a decision that holds
 */
export async function changePeople(
  deps: DecideDeps,
  userId: UserId,
  command: PeopleCommand["command"],
  requestKey: string | undefined,
): Promise<PeopleChange> {
  const done = await decide(deps, userId, command, requestKey);
  const [action, person, faces] = await Promise.all([
    actionOf(deps, userId, done),
    done.personId === null ? null : findPerson(deps.db, userId, done.personId),
    done.faceId === null ? null : findFaceCards(deps.db, userId, [done.faceId]),
  ]);
  return { action, person, face: faces?.get(done.faceId ?? "") ?? null };
}

export async function undoPeople(
  deps: DecideDeps,
  userId: UserId,
  action: string | null,
  requestKey: string | undefined,
): Promise<UndonePeopleAction> {
  const done = await decide(deps, userId, { kind: "undo", action }, requestKey);
  return { action: await actionOf(deps, userId, done), kept: done.kept };
}

async function decide(
  deps: DecideDeps,
  userId: UserId,
  command: PeopleCommand["command"],
  requestKey = deps.newId(),
): Promise<Done> {
  const outcome = PeopleOutcome.parse(await peopleIndexOf(deps.people, userId).decide(userId, { requestKey, command }));
  switch (outcome.kind) {
    case "done":
      return outcome;
    case "not-found":
      throw new AppError("not-found", outcome.detail);
    case "invalid":
      throw new AppError("invalid-request", outcome.detail, {
        errors: [{ pointer: outcome.pointer, message: outcome.detail }],
      });
    case "conflict":
      throw new AppError("idempotency-conflict", outcome.detail);
    case "nothing-to-undo":
      throw new AppError("nothing-to-undo", "Nothing is left that could be undone, or it was undone already.");
    case "recognition-off":
      throw new AppError("recognition-off", "You have not turned face recognition on.");
  }
}

async function actionOf(deps: DecideDeps, userId: UserId, { actionId }: Done): Promise<PeopleChange["action"]> {
  const row = await findAction(deps.db, userId, actionId);
  // Between the decision and this line recognition was withdrawn, and history with it.
  if (row === null) throw new AppError("recognition-off", "You have not turned face recognition on.");
  return toPeopleAction(row);
}
