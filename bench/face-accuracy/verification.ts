// "Are these two the same person?": how well a similarity answers it. Pure; scores of pairs in, figures out.

/** Similarities of pairs whose answer is known. Higher means more alike. */
export interface LabelledScores {
  readonly same: readonly number[];
  readonly different: readonly number[];
}

export interface OperatingPoint {
  /** Pairs that score at least this are accepted. */
  readonly threshold: number;
  /** Share of different pairs that are accepted. */
  readonly falseAcceptRate01: number;
  /** Share of same pairs that are accepted. */
  readonly trueAcceptRate01: number;
}

/**
 * Area under the ROC curve: the probability that a same pair scores above a different one, ties counting half (the Mann–Whitney
 * statistic; Hanley and McNeil, Radiology 1982). 0.5 is guessing. NaN without pairs of both kinds.
 */
export function rocAuc({ same, different }: LabelledScores): number {
  const sorted = Float64Array.from(different).sort();
  let wins = 0;
  for (const score of same) wins += (lowerBound(sorted, score) + upperBound(sorted, score)) / 2;
  return wins / (same.length * different.length);
}

/** Every distinct operating point, from accepting nobody to accepting all (Fawcett, Pattern Recognition Letters 2006, algorithm 1). */
export function rocCurve({ same, different }: LabelledScores): OperatingPoint[] {
  const pairs = [
    ...same.map((score) => ({ score, isSame: true })),
    ...different.map((score) => ({ score, isSame: false })),
  ].sort((a, b) => b.score - a.score);
  const points: OperatingPoint[] = [{ threshold: Number.POSITIVE_INFINITY, falseAcceptRate01: 0, trueAcceptRate01: 0 }];
  let trueAccepts = 0;
  let falseAccepts = 0;
  for (const [i, { score, isSame }] of pairs.entries()) {
    if (isSame) trueAccepts++;
    else falseAccepts++;
    if (pairs[i + 1]?.score === score) continue;
    points.push({
      threshold: score,
      falseAcceptRate01: falseAccepts / different.length,
      trueAcceptRate01: trueAccepts / same.length,
    });
  }
  return points;
}

/** What a threshold does. */
export function operatingPoint({ same, different }: LabelledScores, threshold: number): OperatingPoint {
  const accepted = (scores: readonly number[]) => scores.filter((score) => score >= threshold).length / scores.length;
  return { threshold, falseAcceptRate01: accepted(different), trueAcceptRate01: accepted(same) };
}

/** Mean of the shares of same and of different pairs answered rightly (Brodersen et al., ICPR 2010): 0.5 is guessing. */
export function balancedAccuracy01({ trueAcceptRate01, falseAcceptRate01 }: OperatingPoint): number {
  return (trueAcceptRate01 + 1 - falseAcceptRate01) / 2;
}

/** The most that any threshold could reach. It is chosen on the pairs it is judged by, hence a bound and no forecast. */
export function bestPoint(scores: LabelledScores): OperatingPoint {
  return rocCurve(scores).reduce((best, point) =>
    balancedAccuracy01(point) > balancedAccuracy01(best) ? point : best,
  );
}

/**
 * The most same pairs that can be accepted while at most `farTarget01` of the different ones are (TAR at FAR, as in NIST's FRVT).
 * It rests on `farTarget01 × different` pairs: with fewer than one of them allowed, no different pair is accepted at all.
 */
export function pointAtFar(scores: LabelledScores, farTarget01: number): OperatingPoint {
  return rocCurve(scores).reduce((best, point) => (point.falseAcceptRate01 <= farTarget01 ? point : best));
}

/** How many values lie below `value`. */
function lowerBound(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many values are at most `value`. */
function upperBound(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
