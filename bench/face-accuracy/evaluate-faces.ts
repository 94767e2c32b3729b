// Labels and what the product saw -> every figure of the report. Pure.
import type { ClusterRules } from "../../shared/kernels/cluster-rules.ts";
import { clusterVectors } from "../../shared/kernels/cluster-vectors.ts";
import { quantise, quantisedCosine } from "../../shared/kernels/quantised-vector.ts";
import { cosine } from "../../shared/kernels/vector.ts";
import { type Agreement, bcubedAgreement, pairwiseAgreement, rankOne01 } from "./grouping.ts";
import type { FaceLabels, LabelledImage, LabelledPair } from "./labels.ts";
import {
  balancedAccuracy01,
  bestPoint,
  type LabelledScores,
  type OperatingPoint,
  operatingPoint,
  pointAtFar,
  rocAuc,
  rocCurve,
} from "./verification.ts";
import type { FaceAnswer } from "./worker/face-answer.ts";

/** A pair one of whose faces was not found: the product would not take them for one person. */
const NOT_FOUND = -1;
const FAR_TARGETS_01 = [1e-2, 1e-3] as const;

export interface NamedThreshold {
  readonly name: string;
  readonly value: number;
}

export interface VerificationReport {
  readonly same: number;
  readonly different: number;
  readonly auc: number;
  /** The most any threshold reaches on these very pairs. */
  readonly best: { readonly threshold: number; readonly balanced01: number };
  readonly atThresholds: readonly (NamedThreshold & {
    readonly balanced01: number;
    readonly trueAcceptRate01: number;
    readonly falseAcceptRate01: number;
  })[];
  readonly atFar: readonly {
    readonly far01: number;
    readonly threshold: number;
    readonly trueAcceptRate01: number;
    /** Different pairs that may be accepted at this rate. Below ten the figure is an anecdote, below one a limit of the data. */
    readonly allowedPairs: number;
  }[];
  /** Thinned for drawing. */
  readonly curve: readonly { readonly falseAcceptRate01: number; readonly trueAcceptRate01: number }[];
}

export interface DomainReport {
  readonly domain: string;
  readonly images: number;
  readonly found: number;
  readonly pairs: VerificationReport;
}

export interface GroupingReport {
  /** Faces that were grouped: the labelled ones and whoever else is in their images. */
  readonly faces: number;
  readonly groups: number;
  /** Labelled images whose face was left alone, or not found: each counts as a group of its own. */
  readonly alone: number;
  readonly identities: number;
  readonly pairwise: Agreement;
  readonly bcubed: Agreement;
}

export interface AccuracyReport {
  readonly modelId: string;
  readonly detection: {
    readonly images: number;
    /** Images in which a face is claimed. */
    readonly found: number;
    /** Images that have a vector, be it of a face or, from the built-in default, of the centre. */
    readonly withVector: number;
    /** Images with more than one; the largest face is taken for the one that is labelled. */
    readonly several: number;
    readonly unreadable: readonly string[];
    readonly missed: readonly string[];
  };
  /** The pairs of pairs.csv. */
  readonly pairs: VerificationReport;
  readonly domains: readonly DomainReport[];
  /** Every labelled image against every other. */
  readonly everyPair: VerificationReport;
  readonly rankOne01: number;
  /** What the product's grouping makes of the labelled images, strangers in them included. */
  readonly grouping: GroupingReport | null;
  /** The same with vectors of signed bytes. */
  readonly int8: {
    readonly largestShift: number;
    readonly pairs: VerificationReport;
    readonly everyPair: VerificationReport;
    readonly rankOne01: number;
  };
  /** Similarities of every pair, counted in HISTOGRAM_BINS from −1 to 1. */
  readonly histogram: { readonly same: readonly number[]; readonly different: readonly number[] };
}

/** Points of a curve that lie closer than this are one: on a log axis of false accepts (decades), on that of true accepts. */
const CURVE_STEP = { decades: 1 / 60, share01: 1 / 200 } as const;
export const HISTOGRAM_BINS = 80;

/**
 * @param answers by file
 * @param thresholds of the model's record, that of "one person" among them
 * @param rules of the product's grouping; null for a model that recognises nobody
 */
export function evaluateFaces(
  labels: FaceLabels,
  answers: ReadonlyMap<string, FaceAnswer>,
  thresholds: readonly NamedThreshold[],
  rules: ClusterRules | null,
): AccuracyReport {
  const floats = new Map<string, Float32Array>();
  const claimed = new Set<string>();
  for (const [file, answer] of answers) {
    const face = answer.kind === "read" ? answer.faces[0] : undefined;
    if (face !== undefined) floats.set(file, Float32Array.from(face.embedding));
    if (face !== undefined && face.score > 0) claimed.add(file);
  }
  const bytes = new Map([...floats].map(([file, vector]) => [file, quantised(vector)]));
  const similarity: Similarity = (a, b) => between(floats, a, b, cosine);
  const int8Similarity: Similarity = (a, b) =>
    between(bytes, a, b, (left, right) => quantisedCosine(left.codes, left.scale, right.codes, right.scale));

  const files = labels.images.map(({ file }) => file);
  const everyPair = everyPairOf(labels.images);
  const everyScore = scoresOf(everyPair, similarity);
  const rankBy = (how: Similarity) =>
    rankOne01(
      labels.images.map(({ identity }) => identity),
      (a, b) => how(files[a] ?? "", files[b] ?? ""),
    );
  const read = [...answers.values()].filter((answer) => answer.kind === "read");
  return {
    modelId: read[0]?.modelId ?? "none",
    detection: {
      images: files.length,
      found: claimed.size,
      withVector: floats.size,
      several: read.filter(({ faces }) => faces.length > 1).length,
      unreadable: files.filter((file) => answers.get(file)?.kind !== "read"),
      missed: files.filter((file) => answers.get(file)?.kind === "read" && !claimed.has(file)),
    },
    pairs: verify(scoresOf(labels.pairs, similarity), thresholds),
    domains: [...new Set(labels.images.map(({ domain }) => domain))].map((domain) => {
      const images = labels.images.filter((image) => image.domain === domain);
      const pairs = labels.pairs.filter((pair) => pair.domain === domain);
      return {
        domain,
        images: images.length,
        found: images.filter(({ file }) => claimed.has(file)).length,
        pairs: verify(scoresOf(pairs, similarity), thresholds),
      };
    }),
    everyPair: verify(everyScore, thresholds),
    rankOne01: rankBy(similarity),
    grouping: rules === null ? null : evaluateGrouping(labels.images, answers, rules),
    int8: {
      largestShift: everyPair.reduce(
        (largest, { a, b }) => Math.max(largest, Math.abs(similarity(a, b) - int8Similarity(a, b))),
        0,
      ),
      pairs: verify(scoresOf(labels.pairs, int8Similarity), thresholds),
      everyPair: verify(scoresOf(everyPair, int8Similarity), thresholds),
      rankOne01: rankBy(int8Similarity),
    },
    histogram: { same: histogramOf(everyScore.same), different: histogramOf(everyScore.different) },
  };
}

type Similarity = (a: string, b: string) => number;

function quantised(vector: Float32Array): { readonly codes: Int8Array; readonly scale: number } {
  const codes = new Int8Array(vector.length);
  return { scale: quantise(vector, codes), codes };
}

function evaluateGrouping(
  images: readonly LabelledImage[],
  answers: ReadonlyMap<string, FaceAnswer>,
  rules: ClusterRules,
): GroupingReport {
  const faces = images.flatMap(({ file, identity }) => {
    const answer = answers.get(file);
    const seen = answer?.kind === "read" ? answer.faces : [];
    return seen.map((face, i) => ({ ...face, file, identity: i === 0 ? identity : null }));
  });
  const groups = clusterVectors(
    faces.map(({ embedding }) => Float32Array.from(embedding)),
    faces.map(({ quality }) => quality),
    faces.map(({ file }) => file),
    rules,
  );
  const groupOf = new Map(
    faces.flatMap(({ file, identity }, i) => (identity === null ? [] : [[file, groups[i] ?? -1]])),
  );
  const identities = images.map(({ identity }) => identity);
  const names = images.map(({ file }, i) => {
    const group = groupOf.get(file) ?? -1;
    return group < 0 ? `alone ${i}` : group;
  });
  return {
    faces: faces.length,
    groups: new Set(groups.filter((group) => group >= 0)).size,
    alone: names.filter((name) => typeof name === "string").length,
    identities: new Set(identities).size,
    pairwise: pairwiseAgreement(identities, names),
    bcubed: bcubedAgreement(identities, names),
  };
}

function between<Vector>(
  vectors: ReadonlyMap<string, Vector>,
  a: string,
  b: string,
  compare: (a: Vector, b: Vector) => number,
): number {
  const left = vectors.get(a);
  const right = vectors.get(b);
  return left === undefined || right === undefined ? NOT_FOUND : compare(left, right);
}

function everyPairOf(images: readonly LabelledImage[]): Omit<LabelledPair, "domain">[] {
  return images.flatMap((left, i) =>
    images.slice(i + 1).map((right) => ({ a: left.file, b: right.file, isSame: left.identity === right.identity })),
  );
}

function scoresOf(pairs: readonly Omit<LabelledPair, "domain">[], similarity: Similarity): LabelledScores {
  const of = (isSame: boolean) => pairs.filter((pair) => pair.isSame === isSame).map(({ a, b }) => similarity(a, b));
  return { same: of(true), different: of(false) };
}

function verify(scores: LabelledScores, thresholds: readonly NamedThreshold[]): VerificationReport {
  const best = bestPoint(scores);
  const curve = rocCurve(scores);
  return {
    same: scores.same.length,
    different: scores.different.length,
    auc: rocAuc(scores),
    best: { threshold: best.threshold, balanced01: balancedAccuracy01(best) },
    atThresholds: thresholds.map((threshold) => {
      const point = operatingPoint(scores, threshold.value);
      return { ...point, ...threshold, balanced01: balancedAccuracy01(point) };
    }),
    atFar: FAR_TARGETS_01.map((far01) => {
      const { threshold, trueAcceptRate01 } = pointAtFar(scores, far01);
      return { far01, threshold, trueAcceptRate01, allowedPairs: Math.floor(far01 * scores.different.length) };
    }),
    curve: thinned(curve),
  };
}

function thinned(curve: readonly OperatingPoint[]): VerificationReport["curve"] {
  const placeOf = ({ falseAcceptRate01, trueAcceptRate01 }: OperatingPoint) =>
    [Math.log10(falseAcceptRate01 + 1e-6) / CURVE_STEP.decades, trueAcceptRate01 / CURVE_STEP.share01]
      .map(Math.round)
      .join();
  return curve
    .filter((point, i) => i === 0 || i === curve.length - 1 || placeOf(point) !== placeOf(curve[i + 1] ?? point))
    .map(({ falseAcceptRate01, trueAcceptRate01 }) => ({ falseAcceptRate01, trueAcceptRate01 }));
}

function histogramOf(scores: readonly number[]): number[] {
  const bins = new Array<number>(HISTOGRAM_BINS).fill(0);
  for (const score of scores) {
    const bin = Math.min(HISTOGRAM_BINS - 1, Math.max(0, Math.floor(((score + 1) / 2) * HISTOGRAM_BINS)));
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  return bins;
}
