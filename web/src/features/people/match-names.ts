// Which people a typed name may mean. Pure. Only the very same name is taken for the same person.
import type { Person } from "../../../../shared/contracts/people.ts";

export const SUGGESTED_NAMES = 6;

/** Two spellings of one name: case, spacing and Unicode form do not make a difference; accents do. */
function sameForm(name: string): string {
  return name.normalize("NFC").trim().replace(/\s+/g, " ").toLocaleLowerCase();
}

/** For looking up only: also without Latin accents. Vowel signs of other scripts are letters and stay. */
function looseForm(name: string): string {
  return sameForm(name)
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "");
}

/** 0 = begins with it, 1 = a later word does, 2 = has it inside, null = does not match. */
function rank(name: string, typed: string): number | null {
  if (name.startsWith(typed)) return 0;
  if (name.split(/[\s-]+/).some((word) => word.startsWith(typed))) return 1;
  return name.includes(typed) ? 2 : null;
}

/** The best matches first; among equals, whoever is in more photos. Nothing typed: the most photographed. */
export function matchNames(
  people: readonly Person[],
  text: string,
  except: ReadonlySet<string> = new Set(),
  limit = SUGGESTED_NAMES,
): Person[] {
  const typed = looseForm(text);
  return people
    .filter(({ id, name, isHidden }) => name !== null && !isHidden && !except.has(id))
    .flatMap((person) => {
      const found = rank(looseForm(person.name ?? ""), typed);
      return found === null ? [] : [{ person, found }];
    })
    .sort((a, b) => a.found - b.found || b.person.photos - a.person.photos)
    .slice(0, limit)
    .map(({ person }) => person);
}

/** The person who bears exactly this name. Of two, the one in more photos. */
export function namesake(
  people: readonly Person[],
  text: string,
  except: ReadonlySet<string> = new Set(),
): Person | null {
  const typed = sameForm(text);
  if (typed === "") return null;
  const same = people.filter(
    ({ id, name, isHidden }) => name !== null && !isHidden && !except.has(id) && sameForm(name) === typed,
  );
  return same.reduce<Person | null>((best, one) => (best === null || one.photos > best.photos ? one : best), null);
}
