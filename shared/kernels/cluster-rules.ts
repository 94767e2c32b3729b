// The numbers by which faces are put together. What depends on the model (thresholds, floor of quality) comes with its record.

/** Cosines of two faces of one model; see ModelRecord for what each was measured to mean. */
export interface ClusterThresholds {
  /** From here a person may be asked. */
  readonly suggest: number;
  /** From here faces are put together without asking. */
  readonly link: number;
}

export interface ClusterRules {
  readonly thresholds: ClusterThresholds;
  /** Faces of a lower quality found nobody, and join somebody only beyond doubt. */
  readonly minQuality: number;
}

/** Neighbours looked at: enough to see a runner-up behind a person with dozens of like pictures. */
export const NEIGHBOURS = 32;
/** How far (cosine) below the lower threshold neighbours still count as evidence, for or against. */
export const NEIGHBOUR_SLACK = 0.15;
/** The nearest faces of a person that speak for it: one may be chance or a twin, three seldom are. */
export const NEAREST_COUNTED = 3;
/** Lead (score) over the runner-up without which nobody is chosen: half the spread of two look-alikes. */
export const CLEAR_LEAD = 0.05;
/** What a face below the floor of quality has to score beyond `link`. */
export const POOR_FACE_MARGIN = 0.06;
/** Good faces that make a person: two pictures of the same stranger are worth a question, one is not. */
export const FOUNDING_FACES = 2;
/** Least weight of a face in its person's mean, whatever its quality (0–1). */
const LEAST_WEIGHT = 0.05;

export function weightOf(quality: number): number {
  return Math.max(LEAST_WEIGHT, quality);
}

/**
 * The mean similarity two groups need to be one. Two single faces need `link`; the more pairs the mean is taken over, the less
 * it owes to chance (its error falls with the root of their number), down to `suggest`.
 */
export function neededLinkage({ suggest, link }: ClusterThresholds, sizeA: number, sizeB: number): number {
  return suggest + (link - suggest) / Math.sqrt(sizeA * sizeB);
}
