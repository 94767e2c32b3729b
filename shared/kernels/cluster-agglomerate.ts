// Puts groups of faces together, the most alike first, by the mean similarity of all their pairs (average linkage, Sokal and
// Michener 1958), over candidate pairs that come from the nearest neighbours: O(n·k) pairs instead of n².
import { type ClusterThresholds, neededLinkage } from "./cluster-rules.ts";
import type { FaceGroups } from "./face-groups.ts";
import { MaxHeap, type ScoredPair } from "./max-heap.ts";

export interface AgglomerateRules {
  readonly thresholds: ClusterThresholds;
  /** Groups that are people already: two of them never become one here. */
  isFixed(group: number): boolean;
  /** False where a human ruled it out. */
  mayJoin(from: number, into: number): boolean;
}

/** Loss of likeness (cosine) that does not cost a pair its place. */
const SCORE_SLACK = 1e-3;
/** Growth of a group after which all of its neighbours are considered again. */
const GROWTH_TO_REVIEW = 1.5;

/**
 * Merges in place. A fixed group keeps its number; of two others the larger, then the lower number does.
 * @param pairs candidates; their scores are not used
 * @returns how many merges there were
 */
export function agglomerate(
  groups: FaceGroups,
  pairs: Iterable<Pick<ScoredPair, "a" | "b">>,
  rules: AgglomerateRules,
): number {
  const heap = new MaxHeap();
  const near = new Map<number, Set<number>>();
  const connect = (a: number, b: number): void => {
    const set = near.get(a);
    if (set === undefined) near.set(a, new Set([b]));
    else set.add(b);
  };
  const isAlike = (score: number, a: number, b: number): boolean =>
    score >= neededLinkage(rules.thresholds, groups.sizeOf(a), groups.sizeOf(b));
  const consider = (a: number, b: number): void => {
    const score = groups.linkage(a, b);
    if (isAlike(score, a, b)) heap.push({ score, a, b });
  };
  const sizeAtReview = new Map<number, number>();
  for (const { a, b } of pairs) {
    if (a === b || near.get(a)?.has(b) || (rules.isFixed(a) && rules.isFixed(b))) continue;
    connect(a, b);
    connect(b, a);
    consider(a, b);
  }
  let merges = 0;
  for (let pair = heap.pop(); pair !== null; pair = heap.pop()) {
    const { a, b } = pair;
    if (groups.sizeOf(a) === 0 || groups.sizeOf(b) === 0) continue;
    // Groups have changed since the pair was put in: what became less alike takes its place further down.
    const score = groups.linkage(a, b);
    if (!isAlike(score, a, b) || groups.metInPhoto(a, b)) continue;
    if (score < pair.score - SCORE_SLACK) {
      heap.push({ score, a, b });
      continue;
    }
    const [into, from] = survivorFirst(groups, rules, a, b);
    if (!rules.mayJoin(from, into)) continue;
    for (const slot of groups.membersOf(from)) groups.put(slot, into);
    merges++;
    const others = near.get(from) ?? new Set();
    near.delete(from);
    for (const other of others) {
      near.get(other)?.delete(from);
      if (other === into || (rules.isFixed(into) && rules.isFixed(other))) continue;
      connect(into, other);
      connect(other, into);
    }
    // What was not alike enough may be so to a larger group: all of its neighbours are looked at again when it has grown.
    const isGrown = groups.sizeOf(into) >= GROWTH_TO_REVIEW * (sizeAtReview.get(into) ?? 1);
    if (isGrown) sizeAtReview.set(into, groups.sizeOf(into));
    for (const other of (isGrown ? near.get(into) : others) ?? [])
      if (other !== into && groups.sizeOf(other) > 0) consider(into, other);
  }
  return merges;
}

function survivorFirst(groups: FaceGroups, rules: AgglomerateRules, a: number, b: number): readonly [number, number] {
  if (rules.isFixed(a) !== rules.isFixed(b)) return rules.isFixed(a) ? [a, b] : [b, a];
  const difference = groups.sizeOf(a) - groups.sizeOf(b);
  return difference > 0 || (difference === 0 && a < b) ? [a, b] : [b, a];
}
