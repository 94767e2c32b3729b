// The questions of the people index, with the people and faces they are about. One that has nothing left to show is left out.
import { peopleIndexOf } from "../../shared/adapters/people-index.ts";
import type { UserId } from "../../shared/contracts/ids.ts";
import type { Suggestion, SuggestionList } from "../../shared/contracts/people.ts";
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
  /** Null when the person, or every face, is not to be seen any more. */
  const shown = (side: SuggestionIds["left"]): Suggestion["left"] | null => {
    const person = side.person === null ? null : (people.get(side.person) ?? null);
    const cards = side.faces.map((id) => faces.get(id)).filter((card) => card !== undefined);
    return cards.length === 0 || (side.person !== null && person === null) ? null : { person, faces: cards };
  };
  return items.flatMap(({ id, likelihood, ...sides }): Suggestion[] => {
    const [left, right] = [shown(sides.left), shown(sides.right)];
    return left === null || right === null ? [] : [{ id, left, right, likelihood }];
  });
}
