// One face against people and against the faces of nobody: whom it joins, with whom it founds somebody, or that it waits.
import {
  CLEAR_LEAD,
  type ClusterRules,
  FOUNDING_FACES,
  NEAREST_COUNTED,
  NEIGHBOUR_SLACK,
  NEIGHBOURS,
  neededLinkage,
  POOR_FACE_MARGIN,
} from "./cluster-rules.ts";
import { type FaceGroups, NOBODY } from "./face-groups.ts";
import type { Hits } from "./neighbours.ts";

/** What a human has ruled out. */
export interface Constraints {
  /** "This is not them." */
  isExcluded(slot: number, group: number): boolean;
  /** Out of every queue: no face, or nobody worth knowing. */
  isDismissed(slot: number): boolean;
}

export type Placement =
  | { readonly kind: "join"; readonly group: number; readonly score: number }
  /** This face and others of nobody are one new person. */
  | { readonly kind: "found"; readonly slots: readonly number[] }
  | { readonly kind: "wait" };

export interface Candidate {
  readonly group: number;
  /** How well the face fits, comparable with thresholds. */
  readonly score: number;
  /** False where the group has another face of the photo: it competes, but cannot be chosen. */
  readonly isFree: boolean;
}

/** The faces most like a slot's, with what may speak against a candidate, too. */
export function neighboursOf(groups: FaceGroups, slots: readonly number[], rules: ClusterRules): readonly Hits[] {
  return groups.store.nearest(slots, NEIGHBOURS, rules.thresholds.suggest - NEIGHBOUR_SLACK);
}

/**
 * People a face may be of, best first. The score is half how like the person as a whole it is (mean similarity, which a large
 * library does not inflate), half how like their three most alike faces (which forgives years and beards).
 */
export function candidatesOf(
  groups: FaceGroups,
  slot: number,
  hits: Hits,
  constraints: Constraints,
  rules: ClusterRules,
): readonly Candidate[] {
  const nearest = new Map<number, number[]>();
  for (let i = 0; i < hits.slots.length; i++) {
    const group = groups.groupOf(hits.slots[i]);
    if (group === NOBODY) continue;
    const scores = nearest.get(group) ?? [];
    if (scores.length < NEAREST_COUNTED) scores.push(hits.scores[i]);
    nearest.set(group, scores);
  }
  const floor = rules.thresholds.suggest - NEIGHBOUR_SLACK;
  const candidates: Candidate[] = [];
  for (const [group, scores] of nearest) {
    if (constraints.isExcluded(slot, group)) continue;
    const mean = groups.meanSimilarity(slot, group);
    if (mean === null) continue;
    const others = groups.sizeOf(group) - (groups.groupOf(slot) === group ? 1 : 0);
    const counted = Math.min(NEAREST_COUNTED, others);
    // Those that are not among the neighbours are at best as near as the farthest that could have been.
    const missing = (counted - scores.length) * floor;
    const nearestMean = (scores.reduce((sum, score) => sum + score, 0) + missing) / counted;
    candidates.push({ group, score: (mean + nearestMean) / 2, isFree: !groups.sharesPhoto(slot, group) });
  }
  return candidates.sort((a, b) => b.score - a.score || a.group - b.group);
}

/** Where a face of nobody belongs by what is known now. Changes nothing. */
export function placeFace(
  groups: FaceGroups,
  slot: number,
  hits: Hits,
  constraints: Constraints,
  rules: ClusterRules,
): Placement {
  if (constraints.isDismissed(slot)) return { kind: "wait" };
  const isPoor = groups.qualityOf(slot) < rules.minQuality;
  const [best, second] = candidatesOf(groups, slot, hits, constraints, rules);
  const needed = rules.thresholds.link + (isPoor ? POOR_FACE_MARGIN : 0);
  if (best !== undefined && best.score >= needed) {
    const isClear = best.isFree && best.score - (second?.score ?? -1) >= CLEAR_LEAD;
    return isClear ? { kind: "join", group: best.group, score: best.score } : { kind: "wait" };
  }
  return isPoor ? { kind: "wait" } : foundWith(groups, slot, hits, constraints, rules);
}

/** Gathers faces of nobody around a face, the most alike first, each like those before it and of another photo. */
function foundWith(
  groups: FaceGroups,
  slot: number,
  hits: Hits,
  constraints: Constraints,
  rules: ClusterRules,
): Placement {
  const together = [slot];
  const photos = new Set([groups.photoOf(slot)]);
  const sum = new Float32Array(groups.store.dimensions);
  groups.store.addTo(sum, slot, 1);
  for (let i = 0; i < hits.slots.length && hits.scores[i] >= rules.thresholds.suggest; i++) {
    const other = hits.slots[i];
    if (groups.groupOf(other) !== NOBODY || groups.qualityOf(other) < rules.minQuality) continue;
    if (photos.has(groups.photoOf(other)) || constraints.isDismissed(other)) continue;
    const mean = groups.store.dot(sum, other) / together.length;
    if (mean < neededLinkage(rules.thresholds, together.length, 1)) continue;
    together.push(other);
    photos.add(groups.photoOf(other));
    groups.store.addTo(sum, other, 1);
  }
  return together.length >= FOUNDING_FACES ? { kind: "found", slots: together } : { kind: "wait" };
}
