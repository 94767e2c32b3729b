// A user's faces and people in memory: what D1 says, and how the vectors group them. Changed only by what was written to D1
// before; whoever doubts that throws it away. Knows no database and no consent.
import type { FaceState, PeopleChanges, PersonRecord } from "../../shared/contracts/people-changes.ts";
import { separationOf } from "../../shared/contracts/people-changes.ts";
import type { Placements } from "../../shared/db/people/change-statements.ts";
import type { Constraints } from "../../shared/kernels/cluster-assign.ts";
import type { ClusterRules } from "../../shared/kernels/cluster-rules.ts";
import { FaceGroups, NOBODY } from "../../shared/kernels/face-groups.ts";
import type { VectorIndex } from "./vector-index.ts";

export interface FaceRecord extends FaceState {
  readonly id: string;
  readonly photo: string;
  readonly quality: number;
  /** Where its vector is; null while the model has not looked at it. */
  readonly slot: number | null;
}

/** How faces are compared: the thresholds and floors of the model that made the vectors. */
export interface LibraryRules extends ClusterRules {
  readonly similar: number;
}

export class PeopleLibrary {
  readonly index: VectorIndex;
  readonly rules: LibraryRules;
  readonly groups: FaceGroups;
  readonly constraints: Constraints;
  /** Counts changes, so that what was derived from an older state is known to be old. */
  version = 0;
  readonly #faces = new Map<string, FaceRecord>();
  readonly #faceAt: (string | undefined)[] = [];
  readonly #facesOf = new Map<string, Set<string>>();
  readonly #people = new Map<string, PersonRecord>();
  readonly #separations = new Set<string>();
  #separated: { readonly version: number; readonly pairs: ReadonlySet<string> } | null = null;
  readonly #exclusions = new Map<string, Set<string>>();
  readonly #numbers = new Map<string, number>();
  readonly #personAt: string[] = [];

  constructor(index: VectorIndex, rules: LibraryRules) {
    this.index = index;
    this.rules = rules;
    this.groups = new FaceGroups(index);
    this.constraints = {
      isExcluded: (slot, group) => this.isExcluded(this.#faceAt[slot] ?? "", this.personAt(group)),
      isDismissed: (slot) => this.faceAt(slot)?.dismissed ?? true,
    };
  }

  face(id: string): FaceRecord | null {
    return this.#faces.get(id) ?? null;
  }

  faceAt(slot: number): FaceRecord | null {
    return this.face(this.#faceAt[slot] ?? "");
  }

  faces(): Iterable<FaceRecord> {
    return this.#faces.values();
  }

  get faceCount(): number {
    return this.#faces.size;
  }

  facesOf(person: string): readonly FaceRecord[] {
    return [...(this.#facesOf.get(person) ?? [])].flatMap((id) => this.face(id) ?? []);
  }

  sizeOf(person: string): number {
    return this.#facesOf.get(person)?.size ?? 0;
  }

  /** Of a merged person: the one it lives on in. Null for an id nobody has. */
  person(id: string): PersonRecord | null {
    const seen = new Set<string>();
    let person = this.#people.get(id) ?? null;
    while (person?.mergedInto != null && !seen.has(person.id)) {
      seen.add(person.id);
      person = this.#people.get(person.mergedInto) ?? null;
    }
    return person;
  }

  /** The very record, merged or not. */
  record(id: string): PersonRecord | null {
    return this.#people.get(id) ?? null;
  }

  /** Those that are not merged into others. */
  people(): readonly PersonRecord[] {
    return [...this.#people.values()].filter(({ mergedInto }) => mergedInto === null);
  }

  records(): Iterable<PersonRecord> {
    return this.#people.values();
  }

  /** Whether a human said that these are two people; about merged ones it was said of whom they live on in. */
  areSeparated(one: string, other: string): boolean {
    return this.#separatedNow().has(keyOf(one, other));
  }

  hasSeparation(one: string, other: string): boolean {
    return this.#separations.has(keyOf(one, other));
  }

  separatedPeople(): ReadonlySet<string> {
    return new Set([...this.#separatedNow()].flatMap((pair) => pair.split(" ")));
  }

  /** The pairs in the ids that people have now. */
  #separatedNow(): ReadonlySet<string> {
    if (this.#separated?.version !== this.version) {
      const pairs = [...this.#separations].map((pair) => {
        const [a = "", b = ""] = pair.split(" ");
        return keyOf(this.person(a)?.id ?? a, this.person(b)?.id ?? b);
      });
      this.#separated = { version: this.version, pairs: new Set(pairs) };
    }
    return this.#separated.pairs;
  }

  isExcluded(face: string, person: string): boolean {
    for (const excluded of this.#exclusions.get(face) ?? [])
      if (excluded === person || this.person(excluded)?.id === person) return true;
    return false;
  }

  /** People of whom a human said that some face is not theirs. */
  excludingPeople(): ReadonlySet<string> {
    return new Set([...this.#exclusions.values()].flatMap((ids) => [...ids].map((id) => this.person(id)?.id ?? id)));
  }

  hasExclusion(face: string, person: string): boolean {
    return this.#exclusions.get(face)?.has(person) ?? false;
  }

  exclusionsOf(face: string): readonly string[] {
    return [...(this.#exclusions.get(face) ?? [])];
  }

  /** People that stand in the groups as numbers. */
  numberOf(person: string): number {
    const known = this.#numbers.get(person);
    if (known !== undefined) return known;
    const number = this.#personAt.push(person) - 1;
    this.#numbers.set(person, number);
    return number;
  }

  personAt(group: number): string {
    return this.#personAt[group] ?? "";
  }

  /** A face as D1 has it now, with its vector where there is one. */
  putFace(face: Omit<FaceRecord, "slot">, vector: Float32Array | null): void {
    const known = this.#faces.get(face.id);
    let slot = known?.slot ?? null;
    if (vector !== null) {
      if (slot !== null) this.groups.put(slot, NOBODY);
      if (slot === null) slot = this.index.add(vector);
      else this.index.replace(slot, vector);
      this.#faceAt[slot] = face.id;
      this.groups.introduce(slot, face.photo, face.quality);
    }
    if (known !== undefined) this.#detach(known);
    this.#attach({ ...face, slot });
    this.version++;
  }

  removeFace(id: string): void {
    const face = this.#faces.get(id);
    if (face === undefined) return;
    this.#detach(face);
    this.#faces.delete(id);
    this.#exclusions.delete(id);
    if (face.slot !== null) {
      this.index.remove(face.slot);
      this.#faceAt[face.slot] = undefined;
    }
    this.version++;
  }

  putPerson(person: PersonRecord): void {
    this.#people.set(person.id, person);
    this.version++;
  }

  removePerson(id: string): void {
    this.#people.delete(id);
    this.version++;
  }

  separate(one: string, other: string): void {
    this.#separations.add(keyOf(one, other));
    this.version++;
  }

  exclude(face: string, person: string): void {
    const excluded = this.#exclusions.get(face) ?? new Set();
    this.#exclusions.set(face, excluded.add(person));
    this.version++;
  }

  /** What a decision changed, after it was written. */
  apply(changes: PeopleChanges): void {
    for (const person of [...changes.created, ...changes.left])
      if (!this.#people.has(person.id)) this.putPerson(person);
    for (const { id, after } of changes.people) {
      const person = this.#people.get(id);
      if (person !== undefined) this.putPerson({ ...person, ...definedOf(after) });
    }
    for (const { after, ids } of changes.faces) for (const id of ids) this.#move(id, after);
    for (const { a, b } of changes.separated) this.separate(a, b);
    for (const { a, b } of changes.rejoined) this.#separations.delete(keyOf(a, b));
    for (const { face, person } of changes.excluded) this.exclude(face, person);
    for (const { face, person } of changes.readmitted) this.#exclusions.get(face)?.delete(person);
    for (const { id } of changes.removed) if (this.sizeOf(id) === 0) this.removePerson(id);
    this.version++;
  }

  /** What a machine placed, before or after it was written. */
  place({ created, faces, dissolved }: Placements): void {
    for (const person of created) this.putPerson(person);
    for (const { face, person } of faces)
      this.#move(face, { person, by: person === null ? null : "machine", dismissed: false });
    for (const id of dissolved) if (this.sizeOf(id) === 0) this.removePerson(id);
  }

  #move(id: string, after: FaceState): void {
    const face = this.#faces.get(id);
    if (face === undefined) return;
    this.#detach(face);
    this.#attach({ ...face, ...after });
    this.version++;
  }

  #attach(face: FaceRecord): void {
    this.#faces.set(face.id, face);
    if (face.person === null) return;
    const faces = this.#facesOf.get(face.person) ?? new Set();
    this.#facesOf.set(face.person, faces.add(face.id));
    if (face.slot !== null) this.groups.put(face.slot, this.numberOf(face.person));
  }

  #detach(face: FaceRecord): void {
    if (face.slot !== null) this.groups.put(face.slot, NOBODY);
    if (face.person === null) return;
    const faces = this.#facesOf.get(face.person);
    faces?.delete(face.id);
    if (faces?.size === 0) this.#facesOf.delete(face.person);
  }
}

function keyOf(one: string, other: string): string {
  const { a, b } = separationOf(one, other);
  return `${a} ${b}`;
}

/** Fields that are there; `undefined` is what parsing leaves of absent ones. */
function definedOf<Fields extends object>(fields: Fields): { [Key in keyof Fields]: Exclude<Fields[Key], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
