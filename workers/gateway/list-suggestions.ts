// The questions of the people index, with the people and faces they are about. One that has nothing left to show is left out.
import { peopleIndexOf } from "../../shared/adapters/people-index.ts";
import type { UserId } from "../../shared/contracts/ids.ts";
import type { FaceCard, Suggestion, SuggestionList } from "../../shared/contracts/people.ts";
import type { SuggestionIds } from "../../shared/contracts/people-index.ts";
import { findFaceCards, findPeople } from "../../shared/db/people/people-queries.ts";
import type { GatewayDeps } from "./deps.ts";

/** Questions looked at for one answer: the index does not know which photos are in the trash, and its first ones may all be. */
const LOOKED_AT_MAX = 800;
/** Where too few can be shown, so many times more are looked at. */
const LOOK_AGAIN = 4;

export async function listSuggestions(
  deps: Pick<GatewayDeps, "db" | "people">,
  userId: UserId,
  limit: number,
): Promise<SuggestionList> {
  for (let asked = limit; ; asked = Math.min(asked * LOOK_AGAIN, LOOKED_AT_MAX)) {
    const { items, total } = await peopleIndexOf(deps.people, userId).suggestions(userId, asked);
    const complete = await completed(deps, userId, items);
    if (complete.length >= limit || items.length === total || asked === LOOKED_AT_MAX)
      return { items: complete.slice(0, limit), total: total - (items.length - complete.length) };
  }
}

async function completed(
  deps: Pick<GatewayDeps, "db">,
  userId: UserId,
  items: readonly SuggestionIds[],
): Promise<Suggestion[]> {
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
  return items.flatMap(({ id, left, right, likelihood }): Suggestion[] => {
    const suggestion = { id, left: shown(left), right: shown(right), likelihood };
    const isShown = [left, right].every(
      (side, i) =>
        (i === 0 ? suggestion.left : suggestion.right).faces.length > 0 &&
        (side.person === null || (i === 0 ? suggestion.left : suggestion.right).person !== null),
    );
    return isShown ? [suggestion] : [];
  });
}
