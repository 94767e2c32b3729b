// Groups of faces and their means, kept as faces come and go. A group is a number; -1 is nobody. Holds no constraint.
import { weightOf } from "./cluster-rules.ts";
import type { VectorStore } from "./neighbours.ts";

export const NOBODY = -1;

interface Group {
  /** Of the members' vectors, each times its weight. */
  readonly sum: Float32Array;
  weight: number;
  readonly members: Set<number>;
  /** Faces by photo: two faces of one photo are two people, until somebody says otherwise. */
  readonly photos: Map<string, number>;
}

export class FaceGroups {
  readonly #store: VectorStore;
  readonly #groups = new Map<number, Group>();
  readonly #groupOf: number[] = [];
  readonly #photoOf: string[] = [];
  readonly #qualityOf: number[] = [];

  constructor(store: VectorStore) {
    this.#store = store;
  }

  get store(): VectorStore {
    return this.#store;
  }

  /** Tells of a face that the store has in `slot`. It belongs to nobody yet. */
  introduce(slot: number, photo: string, quality: number): void {
    this.#groupOf[slot] = NOBODY;
    this.#photoOf[slot] = photo;
    this.#qualityOf[slot] = quality;
  }

  /** Moves a face, to nobody where `group` is -1. */
  put(slot: number, group: number): void {
    const before = this.#groupOf[slot] ?? NOBODY;
    if (before === group) return;
    if (before !== NOBODY) this.#leave(slot, before);
    if (group !== NOBODY) this.#join(slot, group);
    this.#groupOf[slot] = group;
  }

  groupOf(slot: number): number {
    return this.#groupOf[slot] ?? NOBODY;
  }

  photoOf(slot: number): string {
    return this.#photoOf[slot] ?? "";
  }

  qualityOf(slot: number): number {
    return this.#qualityOf[slot] ?? 0;
  }

  sizeOf(group: number): number {
    return this.#groups.get(group)?.members.size ?? 0;
  }

  membersOf(group: number): readonly number[] {
    return [...(this.#groups.get(group)?.members ?? [])];
  }

  numbers(): readonly number[] {
    return [...this.#groups.keys()];
  }

  /** Whether the group has another face of the slot's photo. */
  sharesPhoto(slot: number, group: number): boolean {
    const inPhoto = this.#groups.get(group)?.photos.get(this.photoOf(slot)) ?? 0;
    return inPhoto > (this.groupOf(slot) === group ? 1 : 0);
  }

  /** Mean similarity of a face to the other faces of a group, weighted by their quality; null where there are none. */
  meanSimilarity(slot: number, group: number): number | null {
    const found = this.#groups.get(group);
    if (found === undefined) return null;
    const own = this.groupOf(slot) === group ? weightOf(this.qualityOf(slot)) : 0;
    if (found.members.size === (own > 0 ? 1 : 0)) return null;
    // A quantised vector's product with itself is 1 but for rounding.
    return (this.#store.dot(found.sum, slot) - own) / (found.weight - own);
  }

  /** Mean similarity of all pairs of two groups (average linkage), weighted by quality. */
  linkage(a: number, b: number): number {
    const [groupA, groupB] = [this.#groups.get(a), this.#groups.get(b)];
    if (groupA === undefined || groupB === undefined) return 0;
    let dot = 0;
    for (let i = 0; i < groupA.sum.length; i++) dot += groupA.sum[i] * groupB.sum[i];
    return dot / (groupA.weight * groupB.weight);
  }

  /** Whether two groups were photographed together: then they are two people. */
  metInPhoto(a: number, b: number): boolean {
    const [groupA, groupB] = [this.#groups.get(a), this.#groups.get(b)];
    if (groupA === undefined || groupB === undefined) return false;
    const [small, large] = groupA.photos.size <= groupB.photos.size ? [groupA, groupB] : [groupB, groupA];
    for (const photo of small.photos.keys()) if (large.photos.has(photo)) return true;
    return false;
  }

  /** The group's mean as a direction, null where it has none. */
  direction(group: number): Float32Array | null {
    const sum = this.#groups.get(group)?.sum;
    if (sum === undefined) return null;
    const length = Math.sqrt(sum.reduce((squares, value) => squares + value * value, 0));
    return length > 0 ? sum.map((value) => value / length) : null;
  }

  #join(slot: number, number: number): void {
    let group = this.#groups.get(number);
    if (group === undefined) {
      group = { sum: new Float32Array(this.#store.dimensions), weight: 0, members: new Set(), photos: new Map() };
      this.#groups.set(number, group);
    }
    const weight = weightOf(this.qualityOf(slot));
    this.#store.addTo(group.sum, slot, weight);
    group.weight += weight;
    group.members.add(slot);
    const photo = this.photoOf(slot);
    group.photos.set(photo, (group.photos.get(photo) ?? 0) + 1);
  }

  #leave(slot: number, number: number): void {
    const group = this.#groups.get(number);
    if (group === undefined) return;
    group.members.delete(slot);
    if (group.members.size === 0) {
      this.#groups.delete(number);
      return;
    }
    const weight = weightOf(this.qualityOf(slot));
    this.#store.addTo(group.sum, slot, -weight);
    group.weight -= weight;
    const photo = this.photoOf(slot);
    const left = (group.photos.get(photo) ?? 1) - 1;
    if (left === 0) group.photos.delete(photo);
    else group.photos.set(photo, left);
  }
}
