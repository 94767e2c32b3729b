// The decisions people can take, each with its words: one place, whichever page offers it.
import type { FaceBox, FaceCard, PeopleChange, Person } from "../../../../shared/contracts/people.ts";
import { people as api, type FaceTarget, faces as facesApi } from "../../people-api.ts";
import { sayCount } from "../../say.ts";
import { isolate } from "../../ui/isolate.tsx";
import { type Decision, decide } from "./decide.ts";
import { SOMEBODY_NEW, survivorOf } from "./people-edits.ts";

export const nameOf = (person: { readonly name: string | null } | null): string => person?.name ?? "Unnamed person";

/** The same inside a sentence. */
export const nameInSentence = (person: Parameters<typeof nameOf>[0]): string => isolate(nameOf(person));

/** What somebody typed into a name field came to mean. */
export type NameChoice =
  | { readonly kind: "new"; readonly name: string }
  | { readonly kind: "known"; readonly person: Person };

export function rename(person: Person, name: string | null): Promise<PeopleChange[]> {
  return decide({
    edits: [{ kind: "patch", person: person.id, change: { name } }],
    send: [() => api.patch(person.id, { name })],
    done: name === null ? `${nameInSentence(person)} has no name any more.` : `Named ${isolate(name)}.`,
    failed: "The name could not be kept.",
    before: { people: [person] },
  });
}

/** A new name, or a name somebody already has: then they are one person. */
export function giveName(person: Person, choice: NameChoice): Promise<PeopleChange[]> {
  if (choice.kind === "known") return merge(choice.person, [person]);
  return choice.name === person.name ? Promise.resolve([]) : rename(person, choice.name);
}

export function merge(into: Person, from: readonly Person[]): Promise<PeopleChange[]> {
  const survivor = survivorOf(into, from);
  return decide({
    edits: [{ kind: "merge", into: into.id, from: from.map(({ id }) => id) }],
    send: [
      () =>
        api.merge(
          into.id,
          from.map(({ id }) => id),
        ),
    ],
    done: survivor.name === null ? "Merged into one person." : `Merged into ${isolate(survivor.name)}.`,
    failed: "They could not be merged.",
    before: { people: [into, ...from] },
  });
}

export function setHidden(people: readonly Person[], isHidden: boolean): Promise<PeopleChange[]> {
  const who = people.length === 1 ? nameInSentence(people[0] ?? null) : sayCount(people.length, "person", "people");
  const verb = people.length === 1 ? "is" : "are";
  return decide({
    edits: people.map((person) => ({ kind: "patch", person: person.id, change: { isHidden } })),
    send: people.map((person) => () => api.patch(person.id, { isHidden })),
    done: isHidden ? `${who} ${verb} hidden.` : `${who} ${verb} shown again.`,
    failed: isHidden ? `${who} could not be hidden.` : `${who} could not be shown.`,
    before: { people },
  });
}

export function setBirthday(person: Person, birthday: string | null): Promise<PeopleChange[]> {
  return decide({
    edits: [{ kind: "patch", person: person.id, change: { birthday } }],
    send: [() => api.patch(person.id, { birthday })],
    done: birthday === null ? "Birthday removed." : "Birthday kept.",
    failed: "The birthday could not be kept.",
    before: { people: [person] },
  });
}

export function chooseCover(person: Person, card: FaceCard): Promise<PeopleChange[]> {
  const cover = { face: card.id, photoId: card.photoId, crop: card.crop };
  return decide({
    edits: [{ kind: "patch", person: person.id, change: { cover } }],
    send: [() => api.patch(person.id, { cover: card.id })],
    done: `That face now stands for ${nameInSentence(person)}.`,
    failed: "The cover could not be changed.",
    before: { people: [person] },
  });
}

export function splitOff(person: Person, cards: readonly FaceCard[], name?: string): Promise<PeopleChange[]> {
  const ids = cards.map(({ id }) => id as string);
  return decide({
    edits: [{ kind: "move", faces: ids, to: SOMEBODY_NEW, name: name ?? null }],
    send: [() => api.split(person.id, ids, name)],
    done: `${sayCount(ids.length, "face is", "faces are")} a person of their own now${name ? `: ${isolate(name)}` : ""}.`,
    failed: "The faces could not be split off.",
    before: { people: [person], faces: cards },
  });
}

/** A face of a wall or of a photo; what a decision needs of it. */
export type FaceRef = Pick<FaceCard, "id">;
/** A person as far as saying whose face it is needs one. */
type NamedRef = Pick<Person, "id" | "name">;

/** To somebody known, or to somebody new: the first face makes them, the others follow. */
export function moveFaces(
  list: readonly FaceRef[],
  to: { readonly kind: "new"; readonly name: string } | { readonly kind: "known"; readonly person: NamedRef },
  before?: Decision["before"],
): Promise<PeopleChange[]> {
  const name = to.kind === "known" ? to.person.name : to.name;
  const who = name === null ? "them" : isolate(name);
  let target: Promise<FaceTarget> | null = to.kind === "known" ? Promise.resolve({ person: to.person.id }) : null;
  const send = list.map(({ id }) => async () => {
    if (target !== null) return facesApi.assign(id, await target);
    const made = facesApi.assign(id, { person: SOMEBODY_NEW, ...(name === null ? {} : { name }) });
    target = made.then(({ person }) => ({ person: person?.id ?? null }));
    // A failure is told by the first face's own answer, and by those that waited for it.
    target.catch(() => undefined);
    return made;
  });
  return decide({
    edits: [
      {
        kind: "move",
        faces: list.map(({ id }) => id),
        to: to.kind === "known" ? to.person.id : SOMEBODY_NEW,
        name,
      },
    ],
    send,
    done: list.length === 1 ? `This is ${who}.` : `${list.length} faces moved to ${who}.`,
    failed: list.length === 1 ? "The face could not be moved." : "Not all faces could be moved.",
    ...(before ? { before } : {}),
  });
}

export function notThisPerson(
  list: readonly FaceRef[],
  name: string,
  before?: Decision["before"],
): Promise<PeopleChange[]> {
  const who = isolate(name);
  return decide({
    edits: [{ kind: "move", faces: list.map(({ id }) => id), to: null, name: null }],
    send: list.map(
      ({ id }) =>
        () =>
          facesApi.assign(id, { person: null }),
    ),
    done: list.length === 1 ? `Not ${who}: remembered.` : `${list.length} faces are not ${who}: remembered.`,
    failed: "That could not be kept.",
    ...(before ? { before } : {}),
  });
}

export function notAFace(list: readonly FaceRef[], before?: Decision["before"]): Promise<PeopleChange[]> {
  return decide({
    edits: [{ kind: "move", faces: list.map(({ id }) => id), to: null, name: null, isDismissed: true }],
    send: list.map(
      ({ id }) =>
        () =>
          facesApi.assign(id, { person: null, isDismissed: true }),
    ),
    done: list.length === 1 ? "Not a face: remembered." : `${list.length} are not faces: remembered.`,
    failed: "That could not be kept.",
    ...(before ? { before } : {}),
  });
}

export function drawFace(photoId: string, box: FaceBox, choice: NameChoice | null): Promise<PeopleChange[]> {
  const target =
    choice === null
      ? { person: null }
      : choice.kind === "known"
        ? { person: choice.person.id }
        : { person: SOMEBODY_NEW, name: choice.name };
  return decide({
    edits: [],
    send: [() => facesApi.draw(photoId, box, target)],
    done: "Face added.",
    failed: "The face could not be added.",
  });
}
