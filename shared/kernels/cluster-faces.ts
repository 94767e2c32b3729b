// Groups all faces of a library at once: what the order of arrival may have got wrong is put right here, and nothing that a
// human decided is touched. Pure: faces in, group numbers out.
import { agglomerate } from "./cluster-agglomerate.ts";
import { type Constraints, neighboursOf, placeFace } from "./cluster-assign.ts";
import { type ClusterRules, FOUNDING_FACES } from "./cluster-rules.ts";
import { FaceGroups, NOBODY } from "./face-groups.ts";
import type { VectorStore } from "./neighbours.ts";

export interface FacesToCluster {
  readonly store: VectorStore;
  /** An empty store for the means of groups. */
  readonly newStore: () => VectorStore & { add(vector: Float32Array): number };
  /** By slot. */
  readonly photoIds: readonly string[];
  readonly qualities: readonly number[];
  /**
   * By slot: the person (0 to `fixedGroups` - 1) whose the face stays, or -1 where it is free to go. Absent: all are free.
   */
  readonly fixed?: readonly number[];
  readonly fixedGroups?: number;
  readonly constraints?: Constraints;
  readonly rules: ClusterRules;
}

const UNCONSTRAINED: Constraints = { isExcluded: () => false, isDismissed: () => false };
/** Nearest faces of a face that are candidates to be put together with it; more only add pairs that meet through others. */
const NEAR_FACES = 12;
/** Groups whose means are compared with a group's: beyond the nearest few nothing is alike enough. */
const NEAR_GROUPS = 8;
/** Rounds over the means at most; each joins what the one before has brought together. */
const MEAN_ROUNDS = 4;

/** @returns by slot: a fixed group, a new one (numbers from `fixedGroups` on, without gaps), or -1 for nobody */
export function clusterFaces(faces: FacesToCluster): Int32Array {
  const { store, photoIds, qualities, rules, constraints = UNCONSTRAINED, fixedGroups = 0 } = faces;
  const fixedOf = (slot: number): number => faces.fixed?.[slot] ?? NOBODY;
  const groups = new FaceGroups(store);
  const isGood = (slot: number) => qualities[slot] >= rules.minQuality && !constraints.isDismissed(slot);
  const slots = photoIds.map((_, slot) => slot);
  for (const slot of slots) {
    groups.introduce(slot, photoIds[slot], qualities[slot]);
    // A good free face begins as a group of its own, numbered by its slot.
    if (fixedOf(slot) !== NOBODY) groups.put(slot, fixedOf(slot));
    else if (isGood(slot)) groups.put(slot, fixedGroups + slot);
  }
  const agglomerateRules = {
    thresholds: rules.thresholds,
    isFixed: (group: number) => group < fixedGroups,
    mayJoin: (from: number, into: number) =>
      into >= fixedGroups || !groups.membersOf(from).some((slot) => constraints.isExcluded(slot, into)),
  };
  const free = slots.filter((slot) => fixedOf(slot) === NOBODY && !constraints.isDismissed(slot));
  const hits = neighboursOf(groups, free, rules);
  agglomerate(groups, facePairs(groups, free, hits), agglomerateRules);
  for (let round = 0; round < MEAN_ROUNDS; round++)
    if (agglomerate(groups, meanPairs(groups, faces), agglomerateRules) === 0) break;
  dissolveSmall(groups, fixedGroups);
  // The best first: each has the others' company to be judged by.
  const byQuality = free
    .map((slot, i) => ({ slot, hits: hits[i] }))
    .sort((a, b) => qualities[b.slot] - qualities[a.slot]);
  for (const one of byQuality) {
    if (groups.groupOf(one.slot) !== NOBODY) continue;
    const placement = placeFace(groups, one.slot, one.hits, constraints, rules);
    if (placement.kind === "join") groups.put(one.slot, placement.group);
  }
  return numbered(groups, slots, fixedGroups);
}

function* facePairs(groups: FaceGroups, slots: readonly number[], hits: ReturnType<typeof neighboursOf>) {
  for (let i = 0; i < slots.length; i++) {
    const a = groups.groupOf(slots[i]);
    if (a === NOBODY) continue;
    const near = hits[i].slots;
    for (let n = 0; n < near.length && n < NEAR_FACES; n++) {
      const b = groups.groupOf(near[n]);
      if (b !== NOBODY) yield { a, b };
    }
  }
}

/** A burst of like pictures fills all places among its faces' neighbours: only the means lead on to the rest of the person. */
function* meanPairs(groups: FaceGroups, { newStore, rules }: FacesToCluster) {
  const numbers = groups.numbers().filter((group) => groups.sizeOf(group) >= FOUNDING_FACES);
  const means = newStore();
  const known: number[] = [];
  for (const group of numbers) {
    const direction = groups.direction(group);
    if (direction === null) continue;
    means.add(direction);
    known.push(group);
  }
  const hits = means.nearest(
    known.map((_, slot) => slot),
    NEAR_GROUPS,
    rules.thresholds.suggest,
  );
  for (let i = 0; i < known.length; i++) for (const other of hits[i].slots) yield { a: known[i], b: known[other] };
}

function dissolveSmall(groups: FaceGroups, fixedGroups: number): void {
  for (const group of groups.numbers()) {
    if (group < fixedGroups || groups.sizeOf(group) >= FOUNDING_FACES) continue;
    for (const slot of groups.membersOf(group)) groups.put(slot, NOBODY);
  }
}

function numbered(groups: FaceGroups, slots: readonly number[], fixedGroups: number): Int32Array {
  const numbers = new Map<number, number>();
  return Int32Array.from(slots, (slot) => {
    const group = groups.groupOf(slot);
    if (group < fixedGroups) return group;
    const number = numbers.get(group) ?? fixedGroups + numbers.size;
    numbers.set(group, number);
    return number;
  });
}
