// A fake of the people API, for unit tests of the pages' models and for looking at pages without a platform. It keeps
// people and faces in memory, knows no vectors, guesses nothing, and is nobody's proof that the real API works:
// the journeys in tests/e2e are.
import type { FaceConsent } from "../../../../shared/contracts/consent.ts";
import type { ErrorCode } from "../../../../shared/contracts/errors.ts";
import type {
  FaceCard,
  PeopleAction,
  PeopleActionKind,
  PeopleChange,
  Person,
  Suggestion,
} from "../../../../shared/contracts/people.ts";
import { problemOf } from "../../problem-of.test-help.ts";

export const fakeId = (kind: number, at: number) => `0192000${kind}-0000-7000-8000-${String(at).padStart(12, "0")}`;

export function fakePerson(at: number, change: Partial<Person> = {}): Person {
  return {
    id: fakeId(1, at),
    name: null,
    isHidden: false,
    birthday: null,
    faces: 3,
    photos: 3,
    cover: null,
    createdAt: "2026-01-01T00:00:00Z",
    changedAt: "2026-01-01T00:00:00Z",
    ...change,
  } as Person;
}

export function fakeFace(at: number, person: Person | null, change: Partial<FaceCard> = {}): FaceCard {
  return {
    id: fakeId(2, at),
    photoId: fakeId(3, at),
    person: person?.id ?? null,
    box: { x: 0.3, y: 0.2, width: 0.2, height: 0.3 },
    quality: 0.9,
    origin: "detected",
    assignedBy: person ? "machine" : null,
    crop: `/api/v1/faces/${fakeId(2, at)}/crop.jpg`,
    takenAt: new Date(Date.UTC(2026, 0, 1) + at * 86_400_000).toISOString(),
    ...change,
  } as FaceCard;
}

interface Logged {
  readonly action: PeopleAction;
  readonly people: readonly Person[];
  readonly faces: readonly FaceCard[];
  readonly suggestions: readonly Suggestion[];
}

export class FakePeopleApi {
  people: Person[];
  faces: FaceCard[];
  suggestions: Suggestion[] = [];
  consent: FaceConsent;
  readonly calls: string[] = [];
  /** Requests whose path begins so are answered with this problem. */
  fault: { readonly path: string; readonly code: ErrorCode } | null = null;
  #log: Logged[] = [];
  #next = 500;

  constructor(people: Person[], faces: FaceCard[]) {
    this.people = people;
    this.faces = faces;
    this.consent = {
      state: "granted",
      effective: true,
      preset: "ask",
      version: 1,
      ask: false,
      decidedAt: "2026-01-01T00:00:00Z",
      recognition: true,
      stored: { faces: faces.length, people: people.length, vectors: faces.length },
      photosWaiting: 0,
      photosIndexing: 0,
      isDeleting: false,
    };
  }

  fetch = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(input instanceof Request ? input.url : String(input), "http://localhost");
    const method = init.method ?? "GET";
    const path = url.pathname.replace("/api/v1", "");
    const body = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
    this.calls.push(`${method} ${path}`);
    if (this.fault && path.startsWith(this.fault.path)) return this.#problem(this.fault.code);
    const answer = this.answer(method, path, url.searchParams, body);
    return answer === null ? this.#problem("not-found") : Response.json(answer);
  };

  answer(method: string, path: string, query: URLSearchParams, body: Record<string, unknown> | undefined): unknown {
    const [area, id, verb] = path.split("/").slice(1) as [string, string | undefined, string | undefined];
    if (area === "consent") return method === "PUT" ? this.#decideConsent(body?.["granted"] === true) : this.consent;
    if (area === "faces") return method === "PUT" ? this.#assign(id ?? "", body ?? {}) : this.#listFaces(query);
    if (area !== "people") return null;
    if (id === undefined) return this.#list(query);
    if (id === "history") return { items: this.#log.map(({ action }) => action).reverse(), cursor: null };
    if (id === "undo") return this.#undo(String(body?.["action"]));
    if (id === "merge") return this.#merge(String(body?.["into"]), body?.["from"] as string[]);
    if (id === "suggestions") {
      if (verb === undefined)
        return { items: this.suggestions.slice(0, Number(query.get("limit"))), total: this.suggestions.length };
      return this.#answer(verb, body?.["answer"] as "same" | "different");
    }
    if (verb === "split") return this.#split(id, body?.["faces"] as string[], (body?.["name"] as string) ?? null);
    if (method === "PATCH") return this.#patch(id, body ?? {});
    const found = this.people.find((person) => person.id === id);
    return found ? this.#counted(found) : null;
  }

  #problem(code: ErrorCode): Response {
    const problem = problemOf(code);
    return Response.json(problem, { status: problem.status, headers: { "content-type": "application/problem+json" } });
  }

  #decideConsent(granted: boolean): FaceConsent {
    if (!granted) {
      this.people = [];
      this.faces = [];
      this.suggestions = [];
      this.#log = [];
    }
    this.consent = {
      ...this.consent,
      state: granted ? "granted" : "withdrawn",
      effective: granted,
      ask: false,
      stored: { faces: this.faces.length, people: this.people.length, vectors: this.faces.length },
    };
    return this.consent;
  }

  #list(query: URLSearchParams) {
    const hidden = query.get("hidden") ?? "false";
    const items = this.people
      .map((person) => this.#counted(person))
      .filter(({ isHidden }) => (hidden === "only" ? isHidden : hidden === "true" || !isHidden))
      .filter(({ name }) => query.get("named") === null || (name !== null) === (query.get("named") === "true"))
      .filter(({ name }) => (name ?? "").toLowerCase().includes((query.get("q") ?? "").toLowerCase()))
      .sort((a, b) => Number(b.name !== null) - Number(a.name !== null) || b.photos - a.photos);
    const from = Number(query.get("cursor") ?? 0);
    const page = items.slice(from, from + Number(query.get("limit") ?? 100));
    const end = from + page.length;
    return {
      items: page,
      cursor: end < items.length ? String(end) : null,
      total: items.length,
      hidden: this.people.filter(({ isHidden }) => isHidden).length,
      unassigned: this.faces.filter(({ person }) => person === null).length,
    };
  }

  #counted(person: Person): Person {
    const own = this.faces.filter((face) => face.person === person.id);
    const best = own.find(({ id }) => id === person.cover?.face) ?? own[0];
    return {
      ...person,
      faces: own.length,
      photos: new Set(own.map(({ photoId }) => photoId)).size,
      cover: best ? { face: best.id, photoId: best.photoId, crop: best.crop } : null,
    };
  }

  #listFaces(query: URLSearchParams) {
    const items = this.faces
      .filter(({ person }) => person === query.get("person"))
      .sort((a, b) => (a.takenAt < b.takenAt ? 1 : -1));
    return { items, cursor: null, total: items.length };
  }

  /** Keeps what was before, runs `change`, drops people without faces, and answers as the API does. */
  #decide(
    kind: PeopleActionKind,
    about: readonly string[],
    name: string | null,
    change: () => string | null,
  ): PeopleChange {
    const { people, faces, suggestions } = this;
    const named = about.map((id) => people.find((person) => person.id === id)).filter((person) => person !== undefined);
    const survivor = change();
    const moved = this.faces.filter((face, at) => face.person !== faces[at]?.person).length;
    this.people = this.people.filter(({ id }) => this.faces.some(({ person }) => person === id));
    const action = {
      id: fakeId(4, this.#next++),
      kind,
      people: named.map((person) => ({ id: person.id, name: person.name })),
      faces: moved,
      name,
      createdAt: new Date(Date.UTC(2026, 1, 1) + this.#next * 1000).toISOString(),
      undoneAt: null,
    } as PeopleAction;
    this.#log.push({ action, people, faces, suggestions });
    const person = this.people.find(({ id }) => id === survivor);
    return { action, person: person ? this.#counted(person) : null, face: null };
  }

  #undo(id: string) {
    const entry = this.#log.find(({ action }) => action.id === id);
    if (!entry) return null;
    this.people = [...entry.people];
    this.faces = [...entry.faces];
    this.suggestions = [...entry.suggestions];
    const undone = { ...entry.action, undoneAt: new Date().toISOString() };
    this.#log = this.#log.map((one) => (one === entry ? { ...one, action: undone } : one));
    return { action: undone, kept: 0 };
  }

  #patch(id: string, patch: Record<string, unknown>) {
    if (!this.people.some((person) => person.id === id)) return null;
    const cover = this.faces.find((face) => face.id === patch["cover"]);
    const kind = "name" in patch ? "rename" : "isHidden" in patch ? (patch["isHidden"] ? "hide" : "show") : "cover";
    const change = {
      ...patch,
      ...(cover ? { cover: { face: cover.id, photoId: cover.photoId, crop: cover.crop } } : {}),
    };
    return this.#decide("birthday" in patch ? "birthday" : kind, [id], (patch["name"] as string) ?? null, () => {
      this.people = this.people.map((person) => (person.id === id ? ({ ...person, ...change } as Person) : person));
      return id;
    });
  }

  #move(faces: readonly string[], to: string | null): void {
    this.faces = this.faces.map((face) => (faces.includes(face.id) ? ({ ...face, person: to } as FaceCard) : face));
  }

  #merge(into: string, from: readonly string[]): PeopleChange {
    const all = [into, ...from].map((id) => this.people.find((person) => person.id === id));
    const survivor = (all[0]?.name === null ? all.find((person) => person?.name) : all[0])?.id ?? into;
    return this.#decide("merge", [into, ...from], null, () => {
      const own = this.faces.filter(({ person }) => person !== null && [into, ...from].includes(person));
      this.#move(
        own.map(({ id }) => id),
        survivor,
      );
      return survivor;
    });
  }

  #newPerson(name: string | null): string {
    const person = fakePerson(this.#next++, { name });
    this.people = [...this.people, person];
    return person.id;
  }

  #split(id: string, faces: readonly string[], name: string | null): PeopleChange {
    return this.#decide("split", [id], name, () => {
      const made = this.#newPerson(name);
      this.#move(faces, made);
      return made;
    });
  }

  #assign(id: string, body: Record<string, unknown>) {
    const face = this.faces.find((one) => one.id === id);
    if (!face) return null;
    const about = [face.person, body["person"]].filter((one): one is string => typeof one === "string");
    const kind = body["isDismissed"] ? "dismiss" : body["person"] === null ? "unassign" : "assign";
    return this.#decide(kind, about, (body["name"] as string) ?? null, () => {
      const to =
        body["person"] === "new" ? this.#newPerson((body["name"] as string) ?? null) : (body["person"] as string);
      if (body["isDismissed"]) this.faces = this.faces.filter((one) => one.id !== id);
      else this.#move([id], to);
      return to;
    });
  }

  #answer(id: string, answer: "same" | "different") {
    const question = this.suggestions.find((one) => one.id === id);
    if (!question) return null;
    const sides = [question.left, question.right];
    const about = sides.map(({ person }) => person?.id).filter((one) => one !== undefined);
    return this.#decide(answer, about, null, () => {
      this.suggestions = this.suggestions.filter((one) => one !== question);
      const into = question.left.person?.id ?? null;
      if (answer === "same" && question.right.person) {
        const gone = question.right.person.id;
        const own = this.faces.filter(({ person }) => person === gone);
        this.#move(
          own.map((face) => face.id),
          into,
        );
        const isAbout = ({ left, right }: Suggestion) => [left, right].some(({ person }) => person?.id === gone);
        this.suggestions = this.suggestions.filter((one) => !isAbout(one));
      }
      return into;
    });
  }
}

/** `named` people with names and `unnamed` without, four faces each, and a question about every two neighbours. */
export function fakeLibrary(named: readonly string[], unnamed: number): FakePeopleApi {
  const people = [
    ...named.map((name, at) => fakePerson(at, { name })),
    ...Array.from({ length: unnamed }, (_, at) => fakePerson(named.length + at)),
  ];
  const faces = people.flatMap((person, at) => Array.from({ length: 4 }, (_, face) => fakeFace(at * 4 + face, person)));
  const api = new FakePeopleApi(people, faces);
  const side = (person: Person) => ({ person, faces: faces.filter((face) => face.person === person.id) });
  api.suggestions = people.slice(1).map((person, at) => ({
    id: `question-${at}`,
    left: side(people[at] as Person),
    right: side(person),
    likelihood: "likely",
  }));
  return api;
}
