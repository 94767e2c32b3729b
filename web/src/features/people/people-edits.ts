// Human decisions drawn before the server has answered: a layer of edits over what it last said. Pure.
// Every edit is idempotent over data that already has it, so that an answer may arrive in the middle; taking an edit
// away again is its rollback, whatever else was decided meanwhile.
import type { FaceCard, Person } from "../../../../shared/contracts/people.ts";
import type { Face } from "../../../../shared/contracts/photos.ts";

export type PeopleEdit =
  | { readonly kind: "patch"; readonly person: string; readonly change: Partial<Omit<Person, "id">> }
  | { readonly kind: "merge"; readonly into: string; readonly from: readonly string[] }
  /** Faces go to a person, to somebody new, to nobody, or (`dismissed`) turn out to be none. */
  | {
      readonly kind: "move";
      readonly faces: readonly string[];
      readonly to: string | null;
      readonly name: string | null;
      readonly isDismissed?: boolean;
    }
  /** As it was before a decision that is being undone. */
  | { readonly kind: "restore"; readonly people: readonly Person[]; readonly faces: readonly FaceCard[] };

/** Whose the faces are that belong to no person. */
export const NOBODY = "none";

/** Stands for a person who has no id yet. */
export const SOMEBODY_NEW = "new";

/** Whoever of a merge stays: the one chosen, unless they have no name and another has. */
export function survivorOf(into: Person, from: readonly Person[]): Person {
  if (into.name !== null) return into;
  return from.find(({ name }) => name !== null) ?? into;
}

function mergeIn(people: readonly Person[], into: string, from: readonly string[]): Person[] {
  const target = people.find(({ id }) => id === into);
  const gone = new Set(from.filter((id) => id !== into));
  const merged = people.filter(({ id }) => gone.has(id));
  // The one it goes into is not among these, or is gone already because another had the name: whoever has one stays.
  if (!target) return people.filter(({ id, name }) => name !== null || !gone.has(id));
  if (merged.length === 0) return [...people];
  const survivor = survivorOf(target, merged);
  const sum = (of: "faces" | "photos") => [target, ...merged].reduce((total, person) => total + person[of], 0);
  return people
    .filter(({ id }) => id === survivor.id || (id !== into && !gone.has(id)))
    .map((person) =>
      // Photos with two of them are counted twice until the server has counted.
      person.id === survivor.id ? { ...person, faces: sum("faces"), photos: sum("photos") } : person,
    );
}

export function editPeople(people: readonly Person[], edits: readonly PeopleEdit[]): readonly Person[] {
  return edits.reduce(editOnce, people);
}

function editOnce(held: readonly Person[], edit: PeopleEdit): readonly Person[] {
  switch (edit.kind) {
    case "patch":
      return held.map((person) => (person.id === edit.person ? { ...person, ...edit.change } : person));
    case "merge":
      return mergeIn(held, edit.into, edit.from);
    case "restore": {
      const back = new Map(edit.people.map((person) => [person.id as string, person]));
      const kept = held.map((person) => back.get(person.id) ?? person);
      const present = new Set(held.map(({ id }) => id as string));
      return kept.concat(edit.people.filter(({ id }) => !present.has(id)));
    }
    case "move":
      return held;
  }
}

/** The audit wall of one person: what was moved away is gone, what is brought back stands at its time again. */
export function editFaceCards(
  cards: readonly FaceCard[],
  person: string,
  edits: readonly PeopleEdit[],
): readonly FaceCard[] {
  return edits.reduce<readonly FaceCard[]>((held, edit) => {
    if (edit.kind === "move") {
      if ((edit.to ?? NOBODY) === person && !edit.isDismissed) return held;
      const moved = new Set(edit.faces);
      return held.filter(({ id }) => !moved.has(id));
    }
    if (edit.kind === "restore") {
      const present = new Set(held.map(({ id }) => id));
      const back = edit.faces.filter((card) => (card.person ?? NOBODY) === person && !present.has(card.id));
      if (back.length === 0) return held;
      return held.concat(back).sort((a, b) => (a.takenAt < b.takenAt ? 1 : a.takenAt > b.takenAt ? -1 : 0));
    }
    return held;
  }, cards);
}

/** The faces of one photo, with the names a human has just given or taken. */
export function editPhotoFaces(faces: readonly Face[], edits: readonly PeopleEdit[]): readonly Face[] {
  return edits.reduce<readonly Face[]>((held, edit) => {
    if (edit.kind === "patch" && edit.change.name !== undefined) {
      const name = edit.change.name;
      return held.map((face) => (face.person === edit.person ? { ...face, personName: name } : face));
    }
    if (edit.kind !== "move") return held;
    const moved = new Set(edit.faces);
    if (edit.isDismissed) return held.filter(({ id }) => !moved.has(id));
    return held.map((face) =>
      moved.has(face.id)
        ? {
            ...face,
            person: edit.to === SOMEBODY_NEW ? face.person : (edit.to as Face["person"]),
            personName: edit.name,
            suggestion: null,
          }
        : face,
    );
  }, faces);
}

export interface PeopleSections {
  readonly named: readonly Person[];
  readonly unnamed: readonly Person[];
  readonly hidden: readonly Person[];
}

/** Who stands where: a person who was just named, hidden or shown goes over at once. Most photos first. */
export function sectionPeople(people: readonly Person[]): PeopleSections {
  const sections = { named: [] as Person[], unnamed: [] as Person[], hidden: [] as Person[] };
  for (const person of people) {
    if (person.isHidden) sections.hidden.push(person);
    else if (person.name === null) sections.unnamed.push(person);
    else sections.named.push(person);
  }
  for (const list of Object.values(sections)) list.sort((a, b) => b.photos - a.photos);
  return sections;
}
