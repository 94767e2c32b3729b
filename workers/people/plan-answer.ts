// "Same person?" answered. Yes joins, no is remembered. A question that no longer stands is not found.
import type { AnswerSuggestion } from "../../shared/contracts/people.ts";
import { separationOf } from "../../shared/contracts/people-changes.ts";
import { type PlanDeps, type Planned, planOf } from "./plan.ts";
import { planAssign } from "./plan-assign.ts";
import { planMerge } from "./plan-merge.ts";
import { parseSuggestionId } from "./suggestion-id.ts";

const NO_SUCH_QUESTION = { kind: "not-found", detail: "This question no longer stands." } as const;

export function planAnswer(deps: PlanDeps, suggestion: string, { answer }: AnswerSuggestion): Planned {
  const { library } = deps;
  const question = parseSuggestionId(suggestion);
  if (question === null) return NO_SUCH_QUESTION;
  if (question.kind === "people") {
    const [one, other] = [library.record(question.one), library.record(question.other)];
    if (one === null || other === null || one.mergedInto !== null || other.mergedInto !== null) return NO_SUCH_QUESTION;
    if (library.areSeparated(one.id, other.id)) return NO_SUCH_QUESTION;
    if (answer === "same") {
      const [into, from] = library.sizeOf(one.id) >= library.sizeOf(other.id) ? [one, other] : [other, one];
      return planMerge(deps, into.id, [from.id], "same");
    }
    return planOf(
      "different",
      { separated: [separationOf(one.id, other.id)] },
      { about: [one, other], personId: one.id },
    );
  }
  const [face, person] = [library.face(question.face), library.record(question.person)];
  if (face === null || person === null || person.mergedInto !== null) return NO_SUCH_QUESTION;
  if (face.person !== null || face.dismissed || library.isExcluded(face.id, person.id)) return NO_SUCH_QUESTION;
  if (answer === "same") return planAssign(deps, face.id, { person: person.id as never }, "same");
  return planOf(
    "different",
    { excluded: [{ face: face.id, person: person.id }] },
    { about: [person], personId: person.id, faceId: face.id },
  );
}
