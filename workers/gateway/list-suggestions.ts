// The questions of the people index, with the people and faces they are about. One that has nothing left to show is left out.
import { peopleIndexOf } from "../../shared/adapters/people-index.ts";
import type { UserId } from "../../shared/contracts/ids.ts";
import type { FaceCard, Suggestion, SuggestionList } from "../../shared/contracts/people.ts";
import type { SuggestionIds } from "../../shared/contracts/people-index.ts";
import { findFaceCards, findPeople } from "../../shared/db/people/people-queries.ts";
import type { GatewayDeps } from "./deps.ts";

export async function listSuggestions(
  deps: Pick<GatewayDeps, "db" | "people">,
  userId: UserId,
  limit: number,
): Promise<SuggestionList> {
  const { items, total } = await peopleIndexOf(deps.people, userId).suggestions(userId, limit);
  const sides = items.flatMap(({ left, right }) => [left, right]);
  const [people, faces] = await Promise.all([
    findPeople(deps.db, userId, [...new Set(sides.flatMap(({ person }) => person ?? []))]),
    findFaceCards(deps.db, userId, [...new Set(sides.flatMap((side) => side.faces))]),
  ]);
  const shown = (side: SuggestionIds["left"]) => ({
    person: side.person === null ? null : (people.get(side.person) ?? null),
    faces: side.faces.flatMap((id): FaceCard[] => {
      const card = faces.get(id);
      return card === undefined ? [] : [card];
    }),
  });
  const complete = items.flatMap(({ id, left, right, likelihood }): Suggestion[] => {
    const suggestion = { id, left: shown(left), right: shown(right), likelihood };
    const isShown = [left, right].every(
      (side, i) =>
        (i === 0 ? suggestion.left : suggestion.right).faces.length > 0 &&
        (side.person === null || (i === 0 ? suggestion.left : suggestion.right).person !== null),
    );
    return isShown ? [suggestion] : [];
  });
  return { items: complete, total };
}
